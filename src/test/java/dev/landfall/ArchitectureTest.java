package dev.landfall;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The package tree is the architecture, and this holds its directions. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.landfall");

  private static final List<String> CORE =
      List.of(
          "workload",
          "promotion",
          "gate",
          "access",
          "rehearsal",
          "replication",
          "routing",
          "flight",
          "stats",
          "problem");

  /** What each package of the core may know besides itself. */
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.of(
          "problem", Set.of(),
          "stats", Set.of(),
          "workload", Set.of("problem"),
          "gate", Set.of("workload", "problem"),
          "access", Set.of("workload", "problem"),
          "rehearsal", Set.of("workload", "problem"),
          "replication", Set.of("workload", "problem"),
          "routing", Set.of("workload", "problem"),
          "flight", Set.of("stats", "workload", "problem"),
          "promotion",
              Set.of(
                  "workload",
                  "gate",
                  "access",
                  "rehearsal",
                  "replication",
                  "routing",
                  "flight",
                  "stats",
                  "problem"));

  private static final Set<String> CLOCKS =
      Set.of(
          "java.time.Instant",
          "java.time.LocalDate",
          "java.time.LocalDateTime",
          "java.time.LocalTime",
          "java.time.ZonedDateTime",
          "java.time.OffsetDateTime",
          "java.time.Year",
          "java.time.Clock");

  /** Whose words are our own, or a system's of files and addresses. */
  private static final Set<String> TELLABLE =
      Set.of(
          "dev.landfall.problem.OutsideException",
          "java.io.IOException",
          "java.lang.IllegalArgumentException");

  static List<String> core() {
    return CORE;
  }

  @ParameterizedTest
  @MethodSource("core")
  void aPackageOfTheCoreKnowsOnlyWhatItMay(String name) {
    var forbidden = new ArrayList<String>();
    for (String other :
        List.of("engine", "control", "adapter", "api", "cli", "ui", "demo", "app")) {
      forbidden.add(tree(other));
    }
    CORE.stream()
        .filter(other -> !other.equals(name))
        .filter(other -> !MAY_KNOW.getOrDefault(name, Set.of()).contains(other))
        .forEach(other -> forbidden.add(tree(other)));

    check(dependOnNone(List.of(tree(name)), forbidden));
  }

  @Test
  void theCoreDoesNothingButThink() {
    check(
        dependOnNone(
            trees(CORE),
            List.of(
                "java.io..",
                "java.net..",
                "java.sql..",
                "java.nio..",
                "java.util.concurrent..",
                "java.util.logging..",
                "org.slf4j..",
                "io.vertx..",
                "com.fasterxml..")));
    check(
        noClasses()
            .that()
            .resideInAnyPackage(array(trees(CORE)))
            .should()
            .dependOnClassesThat()
            .haveNameMatching(
                "java\\.lang\\.(Thread|Process|ProcessBuilder|Runtime)|java\\.util\\.Random|"
                    + "java\\.util\\.SplittableRandom|java\\.security\\.SecureRandom"));
    check(
        noClasses()
            .that()
            .resideInAnyPackage(array(trees(CORE)))
            .should()
            .accessTargetWhere(aSystem())
            .orShould()
            .accessTargetWhere(aClock()));
  }

  @Test
  void theEngineKnowsTheCoreAndNothingElse() {
    check(
        dependOnNone(
            List.of(tree("engine")),
            trees(List.of("control", "adapter", "api", "cli", "ui", "demo", "app"))));
  }

  @Test
  void whatPlanesShareKnowsNoneOfThem() {
    check(
        dependOnNone(
            List.of(tree("control")),
            trees(List.of("engine", "adapter", "api", "cli", "ui", "demo", "app"))));
  }

  @Test
  void peopleAndProgramsComeInWithoutKnowingProducts() {
    check(
        dependOnNone(
            trees(List.of("api", "cli", "ui")),
            trees(List.of("control", "adapter", "demo", "app"))));
  }

  @Test
  void adaptersKnowPortsAndNotEachOther() {
    check(
        dependOnNone(List.of(tree("adapter")), trees(List.of("api", "cli", "ui", "demo", "app"))));
    slices()
        .matching("dev.landfall.adapter.(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void onlyTheWiringKnowsEverything() {
    check(
        dependOnNone(
            trees(List.of("engine", "adapter", "api", "cli", "ui")),
            trees(List.of("app", "demo"))));
    slices()
        .matching("dev.landfall.(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void whatPostgresSaysIsReadInOnePlaceAlone() {
    check(
        noClasses()
            .that()
            .resideInAPackage(tree("adapter.postgres"))
            .and()
            .doNotHaveFullyQualifiedName("dev.landfall.adapter.postgres.PostgresProblem")
            .should()
            .accessTargetWhere(wordsOfAnAnswer())
            .because(
                "answers quote rows and secrets, and PostgresProblem.told knows what may pass"));
  }

  @Test
  void coreRecordsCarryNoAnnotationsOfLibraries() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(array(trees(CORE)))
            .should()
            .dependOnClassesThat(
                describe(
                    "libraries",
                    type ->
                        !type.getPackageName().startsWith("java.")
                            && !type.getPackageName().startsWith("dev.landfall")
                            && !type.getPackageName().startsWith("org.jspecify")
                            && !type.isPrimitive()
                            && !type.isArray())));
  }

  private static DescribedPredicate<JavaAccess<?>> aSystem() {
    return describe(
        "System",
        access ->
            access.getTargetOwner().getFullName().equals("java.lang.System")
                // Records are given a toString and a hashCode that the compiler links this way.
                && !access.getTarget().getName().equals("identityHashCode"));
  }

  private static DescribedPredicate<JavaAccess<?>> aClock() {
    return describe(
        "the time of day without being told it",
        access ->
            CLOCKS.contains(access.getTargetOwner().getFullName())
                && (access.getTarget().getFullName().endsWith(".now()")
                    || access.getTarget().getName().startsWith("system")));
  }

  private static DescribedPredicate<JavaAccess<?>> wordsOfAnAnswer() {
    return describe(
        "the words of a server or its driver",
        access -> {
          String owner = access.getTargetOwner().getFullName();
          String name = access.getTarget().getName();
          return owner.equals("org.postgresql.util.ServerErrorMessage")
              || name.equals("getServerErrorMessage")
              || (Set.of("getMessage", "getLocalizedMessage", "printStackTrace").contains(name)
                  && !TELLABLE.contains(owner));
        });
  }

  private static ArchRule dependOnNone(List<String> from, List<String> to) {
    return noClasses()
        .that()
        .resideInAnyPackage(array(from))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(array(to));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES); // packages that are planned may be missing yet
  }

  private static String tree(String name) {
    return "dev.landfall." + name + "..";
  }

  private static List<String> trees(List<String> names) {
    return names.stream().map(ArchitectureTest::tree).toList();
  }

  private static String[] array(List<String> names) {
    return Arrays.copyOf(names.toArray(), names.size(), String[].class);
  }
}
