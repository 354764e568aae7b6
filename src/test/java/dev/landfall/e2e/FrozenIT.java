package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A promotion in a freeze: it is held back, an emergency lets it by, and the way back is open. Then
 * all of it leaves the machine in one file, and whoever changes a byte of that is found.
 */
@Tag("long")
class FrozenIT {
  private static final String LIMITS = "hold: 10s, retry-pause: 100ms, soak: 1s";
  private static final ZoneId ZONE = ZoneId.of("Australia/Lord_Howe");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private static Landfall as(World world, String name) {
    return world.landfall.through("env", "LANDFALL_USER=" + name);
  }

  private String key(World world, String name) throws Exception {
    var made = world.landfall.run("key", "create", file(name), "--json");
    assertThat(made.code()).as(made.toString()).isZero();
    return made.json().path("key").asText();
  }

  private String file(String name) {
    return folder.resolve(name + ".key").toString();
  }

  private String gates(World world) throws Exception {
    return """
    gates:
      catalogue: chosen
      people:
        ann: { roles: [business-owner], key: %s }
        bob: { roles: [governance], key: %s }
        mike: { roles: [migration-engineer] }
        rita: { roles: [project-manager] }
      each:
        go: {}
      calendar:
        zone: %s
        freezes: [calendars/freezes.ics]
    """
        .formatted(key(world, "ann"), key(world, "bob"), ZONE);
  }

  /** From yesterday until the day after tomorrow, as a calendar in that zone shows it. */
  private LocalDate freeze() throws Exception {
    LocalDate today = LocalDate.now(ZONE);
    var day = DateTimeFormatter.BASIC_ISO_DATE;
    Files.createDirectories(folder.resolve("calendars"));
    Files.writeString(
        folder.resolve("calendars/freezes.ics"),
        """
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:test
        BEGIN:VEVENT
        UID:1
        SUMMARY:Stock-taking
        DTSTART;VALUE=DATE:%s
        DTEND;VALUE=DATE:%s
        END:VEVENT
        END:VCALENDAR
        """
            .formatted(today.minusDays(1).format(day), today.plusDays(2).format(day))
            .replace("\n", "\r\n"));
    return today.plusDays(2);
  }

  private static Landfall.Ended ended(Landfall.Ended ended, int code, String problem) {
    assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
    assertThat(ended.problem()).isEqualTo(problem);
    return ended;
  }

  @Test
  void nobodyIsMovedInAFreezeButByAnExceptionThatIsSignedAndAllOfItCanBeProvenElsewhere()
      throws Exception {
    try (var world = World.between(folder, LIMITS)) {
      String end = freeze().atStartOfDay(ZONE).toString();
      Files.writeString(world.file(), world.yaml(LIMITS) + gates(world));
      Landfall mike = as(world, "mike");
      World.done(as(world, "rita").run(world.promote("--until", "staged")), "staged");
      String[] go = {"approve", World.WORKLOAD, "go", "--key", file("ann"), "--json"};
      ended(world.landfall.run(go), 0, "");
      assertThat(ended(mike.run(world.promote()), 2, "promotion-gated").message())
          .contains("window is closed", "freeze \"Stock-taking\" until " + end, "next: " + end);
      world.settledOn("source");
      var ready = world.landfall.run("ready", World.WORKLOAD);
      assertThat(ready.code()).isEqualTo(2);
      assertThat(ready.out())
          .contains("next window: " + freeze().atStartOfDay(ZONE).toInstant())
          .contains("landfall waive notes window --key FILE --for TIME --reason WHY  [bob]");

      ended(
          world.landfall.run(
              "waive",
              World.WORKLOAD,
              "window",
              "--key",
              file("bob"),
              "--for",
              "1h",
              "--reason",
              "the old room floods; INC-7",
              "--json"),
          0,
          "");
      World.done(mike.run(world.promote()), "promoted");
      world.settledOn("target");
      String[] withdraw = {"withdraw", World.WORKLOAD, "window", "--key", file("bob"), "--json"};
      ended(world.landfall.run(withdraw), 0, "");
      World.done(world.landfall.run(world.rollback()), "rolled back");
      world.settledOn("source");
      assertThat(world.writers.failures()).isEmpty();

      elsewhere(world);
    }
  }

  private void elsewhere(World world) throws Exception {
    String archive = folder.resolve("notes.zip").toString();
    String[] export = {"evidence", "export", World.WORKLOAD, "--output", archive, "--json"};
    var exported = ended(world.landfall.run(export), 0, "").json();
    String head = exported.path("headHash").asText();
    assertThat(exported.path("signers").size()).isEqualTo(2);
    try (var zip = new ZipFile(archive)) {
      var page = zip.getInputStream(zip.getEntry("index.html")).readAllBytes();
      assertThat(page).asString().contains("waive window", "the old room floods; INC-7", head);
    }
    Path nowhere = Files.createDirectories(folder.resolve("elsewhere"));
    var verified = new Landfall(nowhere, Map.of()).run("audit", "verify", archive, "--head", head);
    assertThat(verified.code()).as(verified.toString()).isZero();
    assertThat(verified.out()).contains("nothing changed", head, "bob signed with the key");
    assertThat(nowhere.resolve("state")).as("no data folder is needed or made").doesNotExist();
    assertThat(world.landfall.run("audit", "verify", "--head", head).code()).isZero();
    ended(
        world.landfall.run("audit", "verify", archive, "--head", "0".repeat(64), "--json"),
        4,
        "audit-tampered");

    byte[] bytes = Files.readAllBytes(Path.of(archive));
    bytes[bytes.length / 2] ^= 1;
    Files.write(Path.of(archive), bytes);
    ended(world.landfall.run("audit", "verify", archive, "--json"), 4, "audit-tampered");
  }
}
