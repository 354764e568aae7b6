package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both sides accept writes while users fly, with the packaged program and real servers. */
@Tag("long")
class TwoWayIT {
  private static final String LIMITS = "hold: 20s, retry-pause: 100ms, soak: 0s";

  private static final String STEPS =
      """
      { name: one, users: [writer-1], min: 30m, max: 1h },
      { name: two, users: [writer-2], min: 30m, max: 1h },
      { name: all, share: 100 %, min: 1s, max: 1h }
      """
          .replace("\n", " ");

  @TempDir Path folder;

  private World staged(Server source) throws Exception {
    var world =
        new World(
            folder, source, Server.shared(18), LIMITS, STEPS, "tolerate: 50 %, data: two-way");
    world.stage();
    return world;
  }

  private static void await(Callable<Boolean> condition, String what) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("within a minute: " + what).isLessThan(end);
      Thread.sleep(100);
    }
  }

  private static void awaitState(World world, String state) throws Exception {
    await(() -> world.status().path("state").asText().equals(state), state);
  }

  private static void goOn(World world, String flight) throws Exception {
    Landfall.Ended ended =
        world.landfall.run(
            "go-on", World.WORKLOAD, "--flight", flight, "--reason", "a test", "--json");
    assertThat(ended.code()).as(ended.toString()).isZero();
  }

  private static long notes(World world, Server server, int writer) throws SQLException {
    try (Connection connection = server.app(world.database);
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM notes WHERE writer = " + writer)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** What the first writer writes on the target, and the others on the source, is on both. */
  private static void rowsArriveOnBothSides(World world) throws Exception {
    for (int writer : List.of(1, 2)) {
      Server other = writer == 1 ? world.source : world.target;
      long before = notes(world, other, writer);
      await(() -> notes(world, other, writer) > before + 5, "rows of writer " + writer);
    }
  }

  private static List<Long> numbers(World world) throws SQLException {
    var last = new ArrayList<Long>();
    for (Server server : List.of(world.source, world.target)) {
      try (Connection connection = server.superuser(world.database);
          var statement = connection.createStatement();
          var row = statement.executeQuery("SELECT last_value FROM notes_id_seq")) {
        row.next();
        last.add(row.getLong(1));
      }
    }
    return last;
  }

  @Test
  void fromAnOlderVersionEachSideAcceptsTheWritesOfItsUsersUntilTheDataFollowsThem()
      throws Exception {
    toTheEnd(Server.shared(16));
  }

  @Test
  void betweenServersOfOneVersionItIsTheSame() throws Exception {
    Server source = Server.start(18, Files.createDirectories(folder.resolve("pg")));
    try {
      toTheEnd(source);
    } finally {
      source.stop();
    }
  }

  private void toTheEnd(Server source) throws Exception {
    try (var world = staged(source)) {
      try (var promote = world.landfall.start(world.promote())) {
        awaitState(world, "flight 1 of 3");
        await(() -> world.newApp.served().equals(Set.of(1)), "the first writer is there, alone");
        assertThat(world.acceptsWrites(world.source)).as("the source accepts writes").isTrue();
        assertThat(world.acceptsWrites(world.target)).as("the target accepts writes").isTrue();
        rowsArriveOnBothSides(world);
        assertThat(numbers(world).get(1) - numbers(world).get(0)).isGreaterThan(1L << 39);
        goOn(world, "one");
        awaitState(world, "flight 2 of 3");
        goOn(world, "two");
        World.done(promote.ended(), "promoted");
      }
      world.settledOn("target");
      assertThat(world.history())
          .containsSubsequence(
              "Staged",
              "SharingBegun",
              "Shared",
              "CrossingBegun",
              "UsersCrossed",
              "FlightBegun",
              "FlightPassed",
              "CrossingBegun",
              "FlightBegun",
              "CutoverBegun",
              "OwnerMoved",
              "CutoverFinished")
          .doesNotContain("ConflictFound", "CutoverAbandoned");
      World.done(
          world.landfall.run("complete", World.WORKLOAD, "--sever", "--reason", "a test", "--json"),
          "completed");
      world.nothingLost("target");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  @Test
  void aRowWrittenOnBothSidesIsNamedAndBringsEverybodyBackWithoutLosingAWrite() throws Exception {
    try (var world = staged(Server.shared(16))) {
      try (var promote = world.landfall.start(world.promote())) {
        awaitState(world, "flight 1 of 3");
        await(() -> world.newApp.served().equals(Set.of(1)), "the first writer is there, alone");
        rowsArriveOnBothSides(world);
        Conflicts.ofProfile(world, 7);
        Landfall.Ended ended = promote.ended();
        assertThat(ended.code()).as(ended.toString()).isEqualTo(3);
        assertThat(ended.message()).contains("public.profiles writer=7", "both sides");
      }
      assertThat(world.history())
          .containsSubsequence("ConflictFound", "FlightFailed", "OwnerMoved");
      world.settledOn("source");
      assertThat(world.status().path("state").asText()).isEqualTo("staged");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  @Test
  void aRowOfOneKeyMadeOnBothSidesIsLeftToAPersonAndNeitherIsLost() throws Exception {
    try (var world = staged(Server.shared(16))) {
      try (var promote = world.landfall.start(world.promote())) {
        awaitState(world, "flight 1 of 3");
        await(() -> world.newApp.served().equals(Set.of(1)), "the first writer is there, alone");
        Conflicts.onBothSides(
            world,
            "INSERT INTO profiles VALUES (70, 'of the source')",
            "INSERT INTO profiles VALUES (70, 'of the target')");
        Landfall.Ended ended = promote.ended();
        assertThat(ended.problem()).as(ended.toString()).isEqualTo("promotion-parked");
        assertThat(ended.message())
            .contains("the link from the target is stuck", "public.profiles writer=70");
      }
      Conflicts.onBothSides(
          world,
          "UPDATE profiles SET writer = 71 WHERE writer = 70",
          "UPDATE profiles SET writer = 72 WHERE writer = 70");
      await(() -> profiles(world, world.source).equals(Set.of(71, 72)), "both are on the source");
      Landfall.Ended back =
          world.landfall.run("resume", World.WORKLOAD, "--reason", "a test", "--json");
      World.done(back, "staged");
      await(() -> profiles(world, world.target).equals(Set.of(71, 72)), "and on the target");
      world.settledOn("source");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  @Test
  void rowsOfATableThatWasMadeMeanwhileAreNotLeftBehind() throws Exception {
    try (var world = staged(Server.shared(16))) {
      try (var promote = world.landfall.start(world.promote())) {
        awaitState(world, "flight 1 of 3");
        await(() -> world.newApp.served().equals(Set.of(1)), "the first writer is there, alone");
        onTarget(
            world,
            "CREATE TABLE later (id int PRIMARY KEY); INSERT INTO later VALUES (1);"
                + " ALTER TABLE later OWNER TO migrator");
        Landfall.Ended ended = world.landfall.run(world.rollback());
        assertThat(ended.problem()).as(ended.toString()).isEqualTo("promotion-parked");
        assertThat(ended.message()).contains("no link carries the rows of public.later");
        assertThat(promote.ended().code()).isNotZero();
      }
      assertThat(world.acceptsWrites(world.target)).as("its users go on").isTrue();
      assertThat(world.history()).doesNotContain("OwnerMoved");
      onTarget(world, "DROP TABLE later");
      // Tables are looked for every three seconds.
      Thread.sleep(4_000);
      World.done(
          world.landfall.run("resume", World.WORKLOAD, "--reason", "a test", "--json"), "staged");
      world.settledOn("source");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  private static void onTarget(World world, String sql) throws SQLException {
    try (Connection connection = world.target.superuser(world.database);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Those that tests have made. */
  private static Set<Integer> profiles(World world, Server server) throws SQLException {
    var found = new HashSet<Integer>();
    try (Connection connection = server.app(world.database);
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT writer FROM profiles WHERE writer > 9")) {
      while (rows.next()) {
        found.add(rows.getInt(1));
      }
    }
    return found;
  }

  @Test
  void whoRollsBackInTheMiddleOfAFlightHasEverybodyBackWithAllTheirWrites() throws Exception {
    try (var world = staged(Server.shared(16))) {
      try (var promote = world.landfall.start(world.promote())) {
        awaitState(world, "flight 1 of 3");
        await(() -> world.newApp.served().equals(Set.of(1)), "the first writer is there, alone");
        World.done(world.landfall.run(world.rollback()), "staged");
        assertThat(promote.ended().code()).isEqualTo(3);
      }
      world.settledOn("source");
      assertThat(world.writers.failures()).isEmpty();
    }
  }
}
