package dev.landfall.adapter.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.SearchResultEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Active Directory says of an account, and what it is when that is not seen. */
class AccountStateTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  /** The first day of 2020, in steps of 100 ns since 1601. */
  private static final String LONG_AGO = "accountExpires: 132223104000000000";

  private static final String FOR_EVER = "accountExpires: 9223372036854775807";
  private static final String ENABLED = "userAccountControl: 512";
  private static final String LOCKED = "msDS-User-Account-Control-Computed: 16";
  private static final String UNLOCKED = "msDS-User-Account-Control-Computed: 0";

  private static SearchResultEntry entry(String... lines) throws Exception {
    var ldif = new ArrayList<>(List.of("dn: cn=eve", "cn: eve"));
    ldif.addAll(List.of(lines));
    return new SearchResultEntry(new Entry(ldif.toArray(String[]::new)));
  }

  private static boolean isOff(String... lines) throws Exception {
    return AccountState.isOff(entry(lines), true, NOW);
  }

  @Test
  void aLockIsNoEndOfAnAccount() throws Exception {
    assertThat(isOff(ENABLED, FOR_EVER, LOCKED)).isFalse();
    assertThat(AccountState.isLocked(entry(ENABLED, FOR_EVER, LOCKED), true)).isTrue();
    assertThat(AccountState.isLocked(entry(ENABLED, FOR_EVER, UNLOCKED), true)).isFalse();
    assertThat(isOff("userAccountControl: 514", FOR_EVER)).isTrue();
    assertThat(isOff(ENABLED, LONG_AGO)).isTrue();
  }

  @Test
  void whatIsNotSeenIsAskedForAndNeverTakenForWell() {
    assertThatThrownBy(() -> isOff(ENABLED, LOCKED))
        .isInstanceOf(Directory.UnaskedException.class)
        .hasMessageContaining("let the reader see accountExpires there");
    assertThatThrownBy(() -> isOff(FOR_EVER, LOCKED))
        .hasMessageContaining("let the reader see userAccountControl there");
    assertThatThrownBy(() -> AccountState.isLocked(entry(ENABLED, FOR_EVER), true))
        .hasMessage(
            "whether cn=eve is locked cannot be seen: let the reader see"
                + " msDS-User-Account-Control-Computed there (the right \"Read Account"
                + " Restrictions\" has it)");
  }
}
