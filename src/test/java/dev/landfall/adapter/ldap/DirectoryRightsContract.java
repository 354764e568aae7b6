package dev.landfall.adapter.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.access.UserRights.Found;
import dev.landfall.problem.OutsideException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The groups of users, in each of the ways in which groups are written. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DirectoryRightsContract {
  private static final int CROWD = 450;

  private TestDirectory directory;

  abstract TestDirectory start(Path folder, List<String> ldif) throws Exception;

  @BeforeAll
  void begin(@TempDir Path folder) throws Exception {
    var ldif = new ArrayList<>(TestDirectory.ldif());
    for (int i = 0; i < CROWD; i++) {
      ldif.add(TestDirectory.person("clerk" + i));
    }
    directory = start(folder, ldif);
  }

  @AfterAll
  void end() throws Exception {
    directory.close();
  }

  private Found look(String base, String... users) {
    return new DirectoryRights(directory.door(), base, "uid").look(Set.of(users));
  }

  @Test
  void groupsOfNamesAndGroupsOfAccountsCount() {
    Found found = look(TestDirectory.BASE, "ann", "bob", "nobody");
    assertThat(found.users()).containsExactlyInAnyOrder("ann", "bob");
    assertThat(found.of("ann")).containsExactly("may sign in", "member of clerks", "member of web");
    assertThat(found.of("bob")).containsExactly("may sign in", "member of clerks");
    assertThat(found.of("nobody")).isEmpty();
  }

  @Test
  void everybodyIsFoundAlsoWhereThereAreMany() {
    assertThat(look(TestDirectory.BASE).users()).hasSize(CROWD + 2).contains("ann", "clerk449");
  }

  @Test
  void whereNoGroupCanBeSeenNothingWasCompared() {
    assertThatThrownBy(() -> look("ou=People," + TestDirectory.BASE, "ann"))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("no group can be seen below ou=People,");
  }

  @Test
  void aStarIsNoName() {
    assertThat(look(TestDirectory.BASE, "*").users()).isEmpty();
  }

  @Test
  void whatCannotBeReadIsAProblemAndNotNobody() {
    assertThatThrownBy(() -> look("dc=other"))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("no such object");
    var door =
        TestDirectory.door(directory.door().url(), "hunter2", Optional.of(directory.roots()));
    assertThatThrownBy(() -> new DirectoryRights(door, TestDirectory.BASE, "uid").look(Set.of()))
        .hasMessageContaining("invalid credentials")
        .hasMessageNotContaining("hunter2");
  }
}
