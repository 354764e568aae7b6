package dev.landfall.adapter.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.access.UserRights;
import dev.landfall.adapter.identity.IdentityProbe.Pair;
import dev.landfall.engine.Probe.Observation;
import dev.landfall.problem.OutsideException;
import dev.landfall.problem.ProblemCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who has less, or more, is named in the evidence, and only counted in the reason. */
class IdentityProbeTest {
  /** A side that is known by heart. */
  private record Known(Map<String, Set<String>> rights) implements UserRights {
    @Override
    public Found look(Set<String> users) {
      Map<String, Set<String>> found =
          rights.entrySet().stream()
              .filter(each -> users.isEmpty() || users.contains(each.getKey()))
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
      return new Found() {
        @Override
        public Set<String> users() {
          return found.keySet();
        }

        @Override
        public SortedSet<String> of(String user) {
          return new TreeSet<>(found.getOrDefault(user, Set.of()));
        }
      };
    }
  }

  private static Observation look(
      Set<String> users, Map<String, Set<String>> source, Map<String, Set<String>> target) {
    return new IdentityProbe(
            "these",
            users,
            Set.of("rdsadmin"),
            List.of(new Pair("orders", new Known(source), new Known(target))))
        .look();
  }

  @Test
  void usersWithTheSameRightsPassWhateverOthersHave() {
    Observation seen =
        look(
            Set.of("ann"),
            Map.of("ann", Set.of("a", "b"), "eve", Set.of("a")),
            Map.of("ann", Set.of("a", "b"), "bob", Set.of("c")));
    assertThat(seen.reason()).isEmpty();
    assertThat(seen.passed()).isTrue();
    assertThat(seen.raw()).isEqualTo("users: these\norders: ann: the same, 2 rights\n");
  }

  @Test
  void everyDifferenceIsNamedInTheEvidenceAndOnlyCountedInTheReason() {
    Observation seen =
        look(
            Set.of(),
            Map.of("ann", Set.of("a", "b"), "bob", Set.of("a"), "eve", Set.of()),
            Map.of("ann", Set.of("a", "c"), "bob", Set.of("a")));
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason())
        .isEqualTo(
            "orders: 1 of 3 users are not on the target; orders: 1 of 3 users may do less on the"
                + " target; orders: 1 of 3 users may do more on the target");
    assertThat(seen.raw())
        .contains("orders: ann: lost: b\n", "orders: ann: gained: c\n")
        .contains("orders: bob: the same, 1 rights\n", "orders: eve: is not on the target\n");
  }

  @Test
  void aUserWhomNoSourceKnowsIsAMistakeInTheFile() {
    Observation seen = look(Set.of("anne"), Map.of("ann", Set.of()), Map.of("ann", Set.of()));
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason()).isEqualTo("1 of the named users are known nowhere on the source");
    assertThat(seen.raw()).contains("anne: known nowhere on the source");
  }

  @Test
  void aUserWhoIsOnTheTargetAloneHasGainedAll() {
    var probe =
        new IdentityProbe(
            "these",
            Set.of("ann"),
            Set.of(),
            List.of(
                new Pair(
                    "orders",
                    new Known(Map.of("ann", Set.of())),
                    new Known(Map.of("ann", Set.of()))),
                new Pair(
                    "directory", new Known(Map.of()), new Known(Map.of("ann", Set.of("admins"))))));
    assertThat(probe.look().reason())
        .isEqualTo("directory: 1 of 1 users may do more on the target");
  }

  @Test
  void whereNobodyIsNothingWasCompared() {
    assertThat(look(Set.of(), Map.of(), Map.of()).reason())
        .isEqualTo("orders: there is nobody to compare");
  }

  @Test
  void eachSystemHasSomebodyToCompareOrHasNotPassed() {
    var ann = new Known(Map.of("ann", Set.of("a")));
    var nobody = new Known(Map.of());
    for (Set<String> users : List.of(Set.<String>of(), Set.of("ann"))) {
      var probe =
          new IdentityProbe(
              "these",
              users,
              Set.of(),
              List.of(new Pair("orders", ann, ann), new Pair("bills", nobody, nobody)));
      assertThat(probe.look().reason()).isEqualTo("bills: there is nobody to compare");
    }
  }

  @Test
  void whoeverIsOnTheTargetAloneIsFoundWhereEverybodyIsMeant() {
    Map<String, Set<String>> source = Map.of("ann", Set.of("a"));
    Observation seen =
        look(Set.of(), source, Map.of("ann", Set.of("a"), "eve", Set.of("superuser")));
    assertThat(seen.reason()).isEqualTo("orders: 1 of 2 users may do more on the target");
    assertThat(seen.raw())
        .contains("orders: eve: is on the target alone\norders: eve: gained: superuser\n");
    assertThat(
            look(Set.of(), source, Map.of("ann", Set.of("a"), "rdsadmin", Set.of("superuser")))
                .reason())
        .as("of the service, and told of")
        .isEmpty();
  }

  @Test
  void whoAsksIsComparedWhereTheOtherSideKnowsThem() {
    UserRights source =
        users -> new Known(users.isEmpty() ? Map.of() : Map.of("eve", Set.of())).look(users);
    UserRights target = new Known(Map.of("eve", Set.of("superuser")));
    Observation seen =
        new IdentityProbe("all", Set.of(), Set.of(), List.of(new Pair("orders", source, target)))
            .look();
    assertThat(seen.raw())
        .contains("orders: eve: gained: superuser")
        .doesNotContain("on the target alone");
  }

  @Test
  void whatIsKeptHasABoundAndItsFaultsAreToldAllTheSame() {
    Set<String> many =
        IntStream.range(0, IdentityProbe.LINES_MAX + 9)
            .mapToObj(String::valueOf)
            .collect(Collectors.toSet());
    Observation seen = look(Set.of("ann"), Map.of("ann", many), Map.of("ann", Set.of()));
    assertThat(seen.raw())
        .endsWith("and 10 lines more\nfault: orders: 1 of 1 users may do less on the target\n");
  }

  @Test
  void aSideThatCannotBeReadHasNotPassed() {
    ProblemCode code = () -> "test";
    UserRights broken =
        users -> {
          throw new OutsideException(code, "cannot read: silence; mend it");
        };
    var probe =
        new IdentityProbe(
            "all", Set.of(), Set.of(), List.of(new Pair("orders", broken, new Known(Map.of()))));
    assertThat(probe.look().reason())
        .isEqualTo("orders cannot be compared: cannot read: silence; mend it");
  }
}
