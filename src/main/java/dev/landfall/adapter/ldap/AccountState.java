package dev.landfall.adapter.ldap;

import com.unboundid.ldap.sdk.SearchResultEntry;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether an account may be used, as each directory writes it. */
final class AccountState {
  /** Has a bit for accounts that are switched off, in Active Directory alone. */
  private static final String CONTROL = "userAccountControl";

  /**
   * The same kind of bits, computed while it is asked: also whether a lock is over by now. The
   * server computes it of what it knows, whether or not the reader may see {@code lockoutTime},
   * which is absent of an account that never was locked, so that its absence tells nothing.
   */
  private static final String COMPUTED = "msDS-User-Account-Control-Computed";

  /** When it ends, in steps of 100 ns since 1601; 0 and the greatest number mean never. */
  private static final String EXPIRES = "accountExpires";

  /**
   * When it was locked, in OpenLDAP; an attribute that is given only to who asks for it by name.
   */
  private static final String LOCKED = "pwdAccountLockedTime";

  /** How that attribute begins where a person locked it for good (draft-behera, 5.3.3). */
  private static final String FOR_GOOD = "000001010000";

  /** Whether it is locked, in 389 Directory Server and its kin; a person does that. */
  private static final String OFF = "nsAccountLock";

  /** What has to be asked for to know it. */
  static final List<String> ATTRIBUTES = List.of(CONTROL, COMPUTED, EXPIRES, LOCKED, OFF);

  /** ADS_UF_ACCOUNTDISABLE (MS-ADTS, 2.2.16). */
  private static final int DISABLED = 2;

  /** ADS_UF_LOCKOUT (MS-ADTS, 3.1.1.4.5.17). */
  private static final int LOCKOUT = 16;

  private static final Instant YEAR_1601 = Instant.parse("1601-01-01T00:00:00Z");
  private static final long STEPS_PER_MILLI = 10_000;

  private AccountState() {}

  /**
   * Whether an account was put out of use: switched off, locked for good by a person, or its time
   * is over. That is the same on both sides of a migration; a lock that follows wrong passwords is
   * each side's own, and comes and goes.
   *
   * @param active whether the directory is one of Active Directory
   * @throws Directory.UnaskedException when that cannot be seen, though each account there has it
   */
  static boolean isOff(SearchResultEntry entry, boolean active, Instant now)
      throws Directory.UnaskedException {
    if (active) {
      requireSeen(entry, "is enabled, and until when,", CONTROL, EXPIRES);
    }
    Integer control = entry.getAttributeValueAsInteger(CONTROL);
    String locked = entry.getAttributeValue(LOCKED);
    return (control != null && (control & DISABLED) != 0)
        || isOver(entry.getAttributeValueAsLong(EXPIRES), now)
        || (locked != null && locked.startsWith(FOR_GOOD))
        || "true".equalsIgnoreCase(entry.getAttributeValue(OFF));
  }

  /**
   * Whether an account is locked after wrong passwords. A lock of OpenLDAP that ends by itself
   * counts until the directory takes it away.
   *
   * @param active whether the directory is one of Active Directory
   * @throws Directory.UnaskedException when that cannot be seen, though each account there has it
   */
  static boolean isLocked(SearchResultEntry entry, boolean active)
      throws Directory.UnaskedException {
    if (active) {
      requireSeen(entry, "is locked", COMPUTED);
    }
    Integer computed = entry.getAttributeValueAsInteger(COMPUTED);
    return (computed != null && (computed & LOCKOUT) != 0) || entry.hasAttribute(LOCKED);
  }

  private static void requireSeen(SearchResultEntry entry, String what, String... attributes)
      throws Directory.UnaskedException {
    List<String> unseen =
        Stream.of(attributes).filter(each -> entry.getAttributeValue(each) == null).toList();
    if (!unseen.isEmpty()) {
      throw new Directory.UnaskedException(
          "whether %s %s cannot be seen: let the reader see %s there (the right \"Read Account"
                  .formatted(entry.getDN(), what, String.join(" and ", unseen))
              + " Restrictions\" has it)");
    }
  }

  private static boolean isOver(@Nullable Long steps, Instant now) {
    return steps != null
        && steps != 0
        && steps != Long.MAX_VALUE
        && !YEAR_1601.plusMillis(steps / STEPS_PER_MILLI).isAfter(now);
  }
}
