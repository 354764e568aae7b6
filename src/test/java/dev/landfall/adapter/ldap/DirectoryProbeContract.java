package dev.landfall.adapter.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.ldap.DirectoryProbe.Wanted;
import dev.landfall.engine.Probe.Observation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Accounts in the right place and groups pass; each way of being wrong is found. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DirectoryProbeContract {
  private static final String SERVERS = "OU=Servers,DC=corp,DC=example";
  private static final String WEB = "cn=web,ou=Groups,dc=corp,dc=example";
  private static final String BACKUP = "cn=backup,ou=Groups,dc=corp,dc=example";
  private static final String CLERKS = "cn=clerks,ou=Groups,dc=corp,dc=example";

  private TestDirectory directory;

  abstract TestDirectory start(Path folder) throws Exception;

  @BeforeAll
  void begin(@TempDir Path folder) throws Exception {
    directory = start(folder);
  }

  @AfterAll
  void end() throws Exception {
    directory.close();
  }

  private static Observation look(DirectoryDoor door, List<String> names, String... groups) {
    var wanted = new Wanted(TestDirectory.BASE, SERVERS, "cn", names, List.of(groups));
    return new DirectoryProbe(door, wanted).look();
  }

  private Observation look(String name, String... groups) {
    return look(directory.door(), List.of(name), groups);
  }

  @Test
  void anAccountInItsPlaceAndInItsGroupsPasses() {
    Observation seen = look("SHOP-WEB-1", WEB, BACKUP);
    assertThat(seen.reason()).isEmpty();
    assertThat(seen.passed()).isTrue();
    assertThat(seen.raw())
        .isEqualTo(
            """
            directory: ldaps://localhost:%d
            entry: cn=shop-web-1,ou=Servers,dc=corp,dc=example
              member of %s
              member of %s
            """
                .formatted(directory.securePort(), WEB, BACKUP));
  }

  @Test
  void aGroupMayNameItsMembersByTheirShortNamesAlone() {
    var wanted =
        new Wanted(TestDirectory.BASE, TestDirectory.BASE, "uid", List.of("ann"), List.of(CLERKS));
    assertThat(new DirectoryProbe(directory.door(), wanted).look().passed()).isTrue();
  }

  @Test
  void anAccountInAnotherUnitIsFound() {
    assertThat(look("shop-web-2", WEB).reason())
        .isEqualTo("shop-web-2 is in another place than " + SERVERS);
  }

  @Test
  void anAccountThatIsNotInItsGroupIsFound() {
    assertThat(look("twice", WEB).reason()).startsWith("twice is more than once below");
    assertThat(look(directory.door(), List.of("shop-web-1", "off"), WEB).reason())
        .isEqualTo("off is disabled, locked or expired; off is no member of " + WEB);
    assertThat(look("shop-web-1", CLERKS).reason())
        .isEqualTo("shop-web-1 is no member of " + CLERKS);
  }

  @Test
  void aGroupThatIsNotThereIsFound() {
    String group = "cn=wbe,ou=Groups,dc=corp,dc=example";
    assertThat(look("shop-web-1", group).reason()).isEqualTo("there is no group " + group);
  }

  @Test
  void anAccountThatIsNotThereIsFound() {
    assertThat(look("shop-web-9").reason())
        .isEqualTo("shop-web-9 is not below " + TestDirectory.BASE);
    assertThat(look("shop*").reason())
        .as("no sign has a meaning in a name")
        .isEqualTo("shop* is not below " + TestDirectory.BASE);
  }

  @Test
  void startTlsIsAsGood() {
    var door =
        TestDirectory.door(
            "ldap://localhost:" + directory.port(),
            TestDirectory.PASSWORD,
            Optional.of(directory.roots()));
    assertThat(look(door, List.of("shop-web-1"), WEB).reason()).isEmpty();
  }

  @Test
  void aCertificateThatNobodyTrustsOrThatIsForAnotherNameEndsItBeforeThePassword() {
    for (String scheme : List.of("ldap", "ldaps")) {
      int port = scheme.equals("ldap") ? directory.port() : directory.securePort();
      var stranger =
          TestDirectory.door(scheme + "://localhost:" + port, "hunter2", Optional.empty());
      assertThat(look(stranger, List.of("shop-web-1")).reason())
          .contains("cannot be asked", "PKIX path building failed")
          .doesNotContain("hunter2", "credentials");
      var another =
          TestDirectory.door(
              scheme + "://127.0.0.1:" + port, "hunter2", Optional.of(directory.roots()));
      assertThat(look(another, List.of("shop-web-1")).reason())
          .contains("cannot be asked", "No subject alternative names")
          .doesNotContain("hunter2", "credentials");
    }
  }

  @Test
  void whoMayNotLookHasNotPassedAndNoSecretIsTold() {
    var door =
        TestDirectory.door(directory.door().url(), "hunter2", Optional.of(directory.roots()));
    Observation wrong = look(door, List.of("shop-web-1"));
    assertThat(wrong.passed()).isFalse();
    assertThat(wrong.reason()).endsWith("cannot be asked: invalid credentials");
    assertThat(wrong.raw()).doesNotContain("hunter2");
    var nobody =
        new DirectoryDoor(
            directory.door().url(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(directory.roots()),
            TestDirectory.SOON);
    assertThat(look(nobody, List.of("shop-web-1")).passed()).isFalse();
  }

  @Test
  void aBaseThatIsNotThereHasNotPassed() {
    var wanted = new Wanted("dc=other,dc=example", SERVERS, "cn", List.of("a"), List.of());
    assertThat(new DirectoryProbe(directory.door(), wanted).look().reason())
        .startsWith("a search below dc=other,dc=example failed: no such object");
  }

  @Test
  void aDirectoryThatDoesNotAnswerHasNotPassed() throws Exception {
    var door =
        new DirectoryDoor(
            "ldaps://localhost:1",
            Optional.empty(),
            Optional.empty(),
            Optional.of(directory.roots()),
            Duration.ofSeconds(1));
    assertThat(look(door, List.of("a")).reason()).startsWith("ldaps://localhost:1 cannot be asked");
    assertThat(Files.exists(directory.roots())).isTrue();
    var rootless = TestDirectory.door(door.url(), "x", Optional.of(Path.of("/no/such/file")));
    assertThat(look(rootless, List.of("a")).reason()).contains("NoSuchFileException");
  }
}
