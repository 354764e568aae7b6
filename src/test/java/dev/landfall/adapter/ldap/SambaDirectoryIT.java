package dev.landfall.adapter.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import com.unboundid.ldap.sdk.SearchScope;
import dev.landfall.adapter.identity.IdentityProbe;
import dev.landfall.adapter.ldap.DirectoryProbe.Wanted;
import dev.landfall.engine.Probe.Observation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Real domains of Active Directory: what is right passes, and what only such a one has is seen. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SambaDirectoryIT {
  private static final String BASE = Samba.BASE;
  private static final String SERVERS = "OU=Servers," + BASE;
  private static final String WEB = "CN=web servers,OU=Groups," + BASE;
  private static final String FRONT = "CN=front,OU=Groups," + BASE;
  private static final String CLERKS = "CN=clerks,OU=Groups," + BASE;
  private static final String PRINTERS = "CN=printers,OU=Groups," + BASE;
  private static final String DOMAIN_USERS = "513";

  /** Attributes that the reader may not see, each of the account that is named behind it. */
  private static final Map<String, String> HIDDEN =
      Map.of(
          "userAccountControl", "hidden",
          "accountExpires", "endless",
          "msDS-User-Account-Control-Computed", "perhaps-locked");

  /** The first day of 2020, in steps of 100 ns since 1601. */
  private static final String LONG_AGO = "132223104000000000";

  private static final String USERS = "CN=Users," + BASE;

  private Samba source;
  private Samba target;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    var domain = Samba.Domain.make(folder);
    source = domain.start(folder.resolve("source"));
    target = domain.start(folder.resolve("target"));
    for (Samba each : List.of(source, target)) {
      try (LDAPConnection administrator = each.administrator()) {
        fill(administrator);
      }
    }
    try (LDAPConnection administrator = target.administrator()) {
      spoil(administrator);
    }
  }

  @AfterAll
  void stop() throws Exception {
    source.close();
    target.close();
  }

  private static void fill(LDAPConnection to) throws Exception {
    for (String unit : List.of("Servers", "Staging", "Groups", "People")) {
      to.add("OU=" + unit + "," + BASE, attribute("objectClass", "organizationalUnit"));
    }
    account(to, "computer", "shop-web-1", "Servers", "4096");
    account(to, "computer", "shop-web-2", "Staging", "4096");
    account(to, "computer", "off", "Servers", "4098");
    for (String each : HIDDEN.values()) {
      account(to, "computer", each, "Servers", "4096");
    }
    for (String user : List.of("ann", "bob", "cyd", "dan", "eve", "kim", "tim")) {
      account(to, "user", user, "People", "512");
    }
    account(to, "user", "landfall", "Servers", "512");
    group(to, "web servers", "CN=shop-web-1," + SERVERS, "CN=shop-web-2,OU=Staging," + BASE);
    group(to, "front", WEB);
    group(to, "machines", "CN=Domain Computers," + USERS);
    group(to, "clerks", person("ann"), person("dan"));
    group(to, "auditors", person("cyd"));
    group(to, "printers", person("bob"));
    group(to, "staff", CLERKS, PRINTERS);
    String number =
        to.getEntry(PRINTERS, "primaryGroupToken").getAttributeValue("primaryGroupToken");
    replace(to, person("bob"), "primaryGroupID", number);
  }

  /** What went wrong on the way to the target. */
  private static void spoil(LDAPConnection to) throws Exception {
    to.modify(CLERKS, new Modification(ModificationType.DELETE, "member", person("ann")));
    replace(to, person("bob"), "primaryGroupID", DOMAIN_USERS);
    to.modify(PRINTERS, new Modification(ModificationType.DELETE, "member", person("bob")));
    to.delete("CN=auditors,OU=Groups," + BASE);
    replace(to, person("eve"), "userAccountControl", "514");
    replace(to, person("tim"), "accountExpires", LONG_AGO);
    replace(to, BASE, "lockoutThreshold", "1");
    assertThatThrownBy(() -> to.bind(person("kim"), "wrong")).hasMessageContaining("80090308");
  }

  private static void replace(LDAPConnection to, String dn, String attribute, String value)
      throws Exception {
    to.modify(dn, new Modification(ModificationType.REPLACE, attribute, value));
  }

  private static String person(String name) {
    return "CN=%s,OU=People,%s".formatted(name, BASE);
  }

  private static Attribute attribute(String name, String... values) {
    return new Attribute(name, values);
  }

  private static void account(
      LDAPConnection to, String kind, String name, String unit, String control) throws Exception {
    to.add(
        "CN=%s,OU=%s,%s".formatted(name, unit, BASE),
        attribute("objectClass", kind),
        attribute("sAMAccountName", kind.equals("computer") ? name + "$" : name),
        new Attribute(
            "unicodePwd", ('"' + Samba.PASSWORD + '"').getBytes(StandardCharsets.UTF_16LE)),
        attribute("userAccountControl", control));
  }

  private static void group(LDAPConnection to, String name, String... members) throws Exception {
    to.add(
        "CN=%s,OU=Groups,%s".formatted(name, BASE),
        attribute("objectClass", "group"),
        attribute("sAMAccountName", name),
        attribute("member", members));
  }

  private Observation look(String name, String... groups) {
    return look(target.door(), name, groups);
  }

  private static Observation look(DirectoryDoor door, String name, String... groups) {
    var wanted = new Wanted(BASE, SERVERS, "cn", List.of(name), List.of(groups));
    return new DirectoryProbe(door, wanted).look();
  }

  @Test
  void aComputerInItsPlaceAndInItsGroupsPassesAlsoByWayOfAnother() {
    Observation seen = look("SHOP-WEB-1", WEB, FRONT);
    assertThat(seen.reason()).isEmpty();
    assertThat(seen.passed()).isTrue();
    assertThat(seen.raw())
        .isEqualTo(
            """
            directory: ldaps://%s
            entry: CN=shop-web-1,OU=Servers,DC=corp,DC=example
              member of %s
              member of %s
            """
                .formatted(target.address(), WEB, FRONT));
    var wanted = new Wanted(BASE, SERVERS, "sAMAccountName", List.of("SHOP-WEB-1$"), List.of(WEB));
    assertThat(new DirectoryProbe(target.door(), wanted).look().reason()).isEmpty();
    assertThat(look("landfall").reason()).as("an account of a service").isEmpty();
  }

  @Test
  void oneInAnotherUnitIsFound() {
    assertThat(look("shop-web-2", WEB).reason())
        .isEqualTo("shop-web-2 is in another place than " + SERVERS);
    assertThat(look("shop-web-9").reason()).isEqualTo("shop-web-9 is not below " + BASE);
  }

  @Test
  void aGroupThatItIsNotInOrThatIsNotThereIsNamed() {
    assertThat(look("shop-web-1", CLERKS).reason())
        .isEqualTo("shop-web-1 is no member of " + CLERKS);
    String gone = "CN=gone,OU=Groups," + BASE;
    assertThat(look("shop-web-1", gone).reason()).isEqualTo("there is no group " + gone);
  }

  @Test
  void oneThatIsDisabledLockedOrExpiredIsFound() {
    assertThat(look("off").reason()).isEqualTo("off is disabled, locked or expired");
    for (String user : List.of("eve", "kim", "tim")) {
      var wanted = new Wanted(BASE, BASE, "cn", List.of(user), List.of());
      assertThat(new DirectoryProbe(source.door(), wanted).look().reason()).isEmpty();
      assertThat(new DirectoryProbe(target.door(), wanted).look().reason())
          .isEqualTo(user + " is disabled, locked or expired");
    }
  }

  @Test
  void thePrimaryGroupCountsAndWhatItIsIn() {
    String computers = "CN=Domain Computers," + USERS;
    String machines = "CN=machines,OU=Groups," + BASE;
    assertThat(look("shop-web-1", computers, machines).reason()).isEmpty();
    assertThat(look("landfall", computers, machines).reason())
        .isEqualTo(
            "landfall is no member of %s; landfall is no member of %s"
                .formatted(computers, machines));
  }

  @Test
  void whatTheReaderMayNotSeeIsAFaultAndNamed() throws Exception {
    for (var each : HIDDEN.entrySet()) {
      String name = each.getValue();
      String entry = "CN=%s,%s".formatted(name, SERVERS);
      assertThat(look(name).reason()).isEmpty();
      target.tool(
          "dsacl set --sddl=(OD;;RP;" + guid(each.getKey()) + ";;AU)", "--objectdn=" + entry);
      assertThat(look(name).reason())
          .startsWith("whether " + entry + " is ")
          .contains(" cannot be seen: let the reader see " + each.getKey() + " there (the right");
    }
  }

  /** By which rights name an attribute. */
  private String guid(String attribute) throws Exception {
    try (LDAPConnection administrator = target.administrator()) {
      var found =
          administrator.searchForEntry(
              "CN=Schema,CN=Configuration," + BASE,
              SearchScope.ONE,
              Filter.createEqualityFilter("lDAPDisplayName", attribute),
              "schemaIDGUID");
      var bytes = ByteBuffer.wrap(found.getAttributeValueBytes("schemaIDGUID"));
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      int first = bytes.getInt();
      short second = bytes.getShort();
      short third = bytes.getShort();
      bytes.order(ByteOrder.BIG_ENDIAN);
      long most = (long) first << 32 | (second & 0xFFFFL) << 16 | (third & 0xFFFFL);
      return new UUID(most, bytes.getLong()).toString();
    }
  }

  @Test
  void startTlsIsAsGoodAndAStrangersCertificateEndsItBeforeThePassword() {
    var trusted = Optional.of(target.roots());
    for (String scheme : List.of("ldap://", "ldaps://")) {
      String url = scheme + target.address();
      assertThat(look(target.door(url, Samba.PASSWORD, trusted), "shop-web-1", WEB).reason())
          .isEmpty();
      assertThat(look(target.door(url, "hunter2", Optional.empty()), "shop-web-1").reason())
          .contains("cannot be asked", "PKIX path building failed")
          .doesNotContain("hunter2", "credentials");
    }
  }

  private Observation compare(String... users) {
    var pair =
        new IdentityProbe.Pair(
            "directory",
            new DirectoryRights(source.door(), BASE, "sAMAccountName"),
            new DirectoryRights(target.door(), BASE, "sAMAccountName"));
    return new IdentityProbe("these", Set.of(users), Set.of(), List.of(pair)).look();
  }

  @Test
  void usersWhoHaveTheSameOnBothSidesPass() {
    Observation seen = compare("dan");
    assertThat(seen.reason()).isEmpty();
    assertThat(seen.passed()).isTrue();
    // Signing in, clerks, staff by way of them, and Domain Users with what that is in.
    assertThat(seen.raw()).contains("directory: dan: the same, 5 rights");
  }

  @Test
  void aGroupThatSomebodyLostIsNamed() {
    assertThat(compare("ann", "dan").reason())
        .isEqualTo("directory: 1 of 2 users may do less on the target");
    assertThat(compare("ann").raw())
        .contains("ann: lost: member of clerks", "ann: lost: member of staff")
        .doesNotContain("Domain Users", "gained");
  }

  @Test
  void aGroupThatIsMissingOnTheTargetIsNamed() {
    Observation seen = compare("cyd");
    assertThat(seen.passed()).isFalse();
    assertThat(seen.raw()).contains("cyd: lost: member of auditors").doesNotContain("gained");
  }

  @Test
  void anotherPrimaryGroupIsADifferenceWithAllThatItIsIn() {
    // Whoever has another one is made a member of the one before, so that is the same.
    assertThat(compare("bob").raw())
        .contains("bob: lost: member of printers", "bob: lost: member of staff")
        .doesNotContain("gained", "Domain Users");
  }

  @Test
  void whoCannotSignInOnTheTargetIsNamed() {
    for (String user : List.of("eve", "tim")) {
      assertThat(compare(user).raw()).contains(user + ": lost: may sign in");
    }
  }

  @Test
  void whoMistypedAPasswordOnOneSideIsTheSame() {
    assertThat(compare("kim").reason()).isEmpty();
  }

  @Test
  void everybodyIsComparedAndNoComputerIsAUser() {
    Observation seen = compare();
    assertThat(seen.raw())
        .contains("Administrator: the same", "dan: the same")
        .doesNotContain("SHOP-WEB", "shop-web", "DC1$");
  }
}
