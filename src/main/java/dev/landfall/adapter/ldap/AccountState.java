package dev.landfall.adapter.ldap;

import com.unboundid.ldap.sdk.SearchResultEntry;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether an account may be used, as each directory writes it. */
final class AccountState {
  /** Has a bit for accounts that are switched off, in Active Directory alone. */
  private static final String CONTROL = "userAccountControl";

  /** The same kind of bits, computed while it is asked: also whether a lock is over by now. */
  private static final String COMPUTED = "msDS-User-Account-Control-Computed";

  /** When it ends, in steps of 100 ns since 1601; 0 and the greatest number mean never. */
  private static final String EXPIRES = "accountExpires";

  /**
   * When it was locked, in OpenLDAP; an attribute that is given only to who asks for it by name.
   */
  private static final String LOCKED = "pwdAccountLockedTime";

  /** Whether it is locked, in 389 Directory Server and its kin. */
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
   * Whether an account may not be used: switched off, locked, or its time is over. A lock of
   * OpenLDAP that ends by itself counts until the directory takes it away.
   *
   * @param active whether the directory is one of Active Directory
   * @throws Directory.UnaskedException when that cannot be seen, though each account there has it
   */
  static boolean isShut(SearchResultEntry entry, boolean active, Instant now)
      throws Directory.UnaskedException {
    if (active && entry.getAttributeValueAsInteger(CONTROL) == null) {
      throw new Directory.UnaskedException(
          "whether %s is enabled cannot be seen; let the reader see %s"
              .formatted(entry.getDN(), CONTROL));
    }
    return isShut(entry, now);
  }

  private static boolean isShut(SearchResultEntry entry, Instant now) {
    Integer control = entry.getAttributeValueAsInteger(CONTROL);
    Integer computed = entry.getAttributeValueAsInteger(COMPUTED);
    return (control != null && (control & DISABLED) != 0)
        || (computed != null && (computed & LOCKOUT) != 0)
        || isOver(entry.getAttributeValueAsLong(EXPIRES), now)
        || entry.hasAttribute(LOCKED)
        || "true".equalsIgnoreCase(entry.getAttributeValue(OFF));
  }

  private static boolean isOver(@Nullable Long steps, Instant now) {
    return steps != null
        && steps != 0
        && steps != Long.MAX_VALUE
        && !YEAR_1601.plusMillis(steps / STEPS_PER_MILLI).isAfter(now);
  }
}
