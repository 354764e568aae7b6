package dev.landfall.adapter.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.sqlite.SqliteLeases.Timing;
import dev.landfall.engine.Journal;
import dev.landfall.engine.Leases;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes at one state file, killed and starved. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SqliteProcessesIT {
  @TempDir Path folder;

  @Test
  void twoProcessesRacingForEachVersionNeverBothWin() throws Exception {
    int versions = 60;
    try (var one = new OtherProcess("append", folder.toString(), "" + versions);
        var two = new OtherProcess("append", folder.toString(), "" + versions)) {
      assertThat(one.line()).isEqualTo("ready");
      assertThat(two.line()).isEqualTo("ready");
      one.go();
      two.go();
      var said = new ArrayList<>(one.linesToTheEnd());
      said.addAll(two.linesToTheEnd());
      assertThat(said.stream().filter(line -> line.startsWith("won")))
          .hasSize(versions)
          .doesNotHaveDuplicates();
      assertThat(said).hasSize(2 * versions);
    }
    try (Journal journal = SqliteJournal.open(folder)) {
      assertThat(journal.read("shop", 0)).hasSize(versions);
      assertThat(journal.audit().fault()).isEmpty();
    }
  }

  @Test
  void whatAKilledProcessAppendedIsThereAndWhole() throws Exception {
    for (int round = 0; round < 3; round++) {
      long appended = 0;
      Path own = folder.resolve("round-" + round);
      try (var writer = new OtherProcess("append-until-refused", own.toString())) {
        while (appended < 20 + round) {
          appended = Long.parseLong(writer.line().substring("appended ".length()));
        }
        writer.kill();
      }
      try (Journal journal = SqliteJournal.open(own)) {
        assertThat(journal.read("shop", 0)).hasSizeGreaterThanOrEqualTo((int) appended);
        assertThat(journal.audit().fault()).isEmpty();
      }
    }
  }

  @Test
  void aSecondProcessDoesNotDriveAndReplacesTheFirstAtOnceWhenThatIsKilled() throws Exception {
    // With this heartbeat, silence alone would be noticed after two minutes.
    String heartbeat = "30000";
    var slow = new Timing(Duration.ofSeconds(30), Duration.ofMillis(20), Duration.ofSeconds(1));
    try (var first = new OtherProcess("drive", folder.toString(), heartbeat)) {
      assertThat(List.of(first.line(), first.line())).contains("driving");
      try (var second = new OtherProcess("drive", folder.toString(), heartbeat)) {
        assertThat(second.line()).isEqualTo("started");
        try (Leases leases = SqliteLeases.open(folder, slow)) {
          Leases.Holder holder = leases.holder("shop").orElseThrow();
          assertThat(holder.process()).isEqualTo(first.pid());
          Thread.sleep(1500);
          assertThat(leases.holder("shop")).map(Leases.Holder::process).contains(first.pid());
          Instant killed = Instant.now();
          first.kill();
          assertThat(second.line()).isEqualTo("driving");
          assertThat(Duration.between(killed, Instant.now())).isLessThan(Duration.ofSeconds(10));
          assertThat(leases.holder("shop")).map(Leases.Holder::process).contains(second.pid());
        }
      }
    }
  }

  @Test
  void aProcessThatStoodStillNoticesThatItWasReplaced() throws Exception {
    try (var first = new OtherProcess("drive", folder.toString(), "200")) {
      assertThat(List.of(first.line(), first.line())).contains("driving");
      signal("-STOP", first.pid());
      try (var second = new OtherProcess("drive", folder.toString(), "200")) {
        assertThat(List.of(second.line(), second.line())).contains("driving");
        signal("-CONT", first.pid());
        assertThat(first.line()).isEqualTo("lost");
        try (Leases leases = SqliteLeases.open(folder)) {
          assertThat(leases.holder("shop")).map(Leases.Holder::process).contains(second.pid());
        }
      }
    }
  }

  private static void signal(String name, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", name, "" + pid).start().waitFor()).isZero();
  }

  @Test
  void aFullDiskIsNamedAndLosesNothing() throws Exception {
    Files.createDirectories(folder.resolve("disk"));
    try (var writer = inOwnMounts("mount -t tmpfs -o size=300k tmpfs \"$1\"")) {
      List<String> said = writer.linesToTheEnd();
      int appended = (int) said.stream().filter(line -> line.startsWith("appended")).count();
      assertThat(appended).isPositive();
      assertThat(said.subList(appended, said.size()))
          .satisfiesExactly(
              line -> assertThat(line).isEqualTo("journal-full"),
              line -> assertThat(line).startsWith("cannot append to journal"),
              line -> assertThat(line).isEqualTo("fault Optional.empty"),
              line -> assertThat(line).isEqualTo("entries " + appended));
    }
  }

  @Test
  void aReadOnlyFileSystemIsNamed() throws Exception {
    Path disk = folder.resolve("disk");
    SqliteJournal.open(disk).close();
    try (var writer = inOwnMounts("mount --bind \"$1\" \"$1\"; mount -o remount,ro,bind \"$1\"")) {
      assertThat(writer.linesToTheEnd())
          .satisfiesExactly(
              line -> assertThat(line).isEqualTo("journal-read-only"),
              line -> assertThat(line).contains("make the file and its folder writable"),
              line -> assertThat(line).isEqualTo("journal-read-only"));
    }
  }

  @Test
  void aReadOnlyFolderWithoutAFileIsNamed() throws Exception {
    Files.createDirectories(folder.resolve("disk"));
    try (var writer = inOwnMounts("mount --bind \"$1\" \"$1\"; mount -o remount,ro,bind \"$1\"")) {
      assertThat(writer.linesToTheEnd())
          .satisfiesExactly(
              line -> assertThat(line).isEqualTo("journal-read-only"),
              line -> assertThat(line).startsWith("cannot create journal"),
              line -> assertThat(line).isEqualTo("journal-read-only"));
    }
  }

  /** A process that sees a mount of its own at the folder "disk"; works without being root too. */
  private OtherProcess inOwnMounts(String mounts) throws Exception {
    String disk = folder.resolve("disk").toString();
    return new OtherProcess(
        List.of("unshare", "-Urm", "sh", "-ec", mounts + "; shift; exec \"$@\"", "sh", disk),
        List.of("append-until-refused", disk));
  }
}
