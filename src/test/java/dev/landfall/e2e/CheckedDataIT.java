package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Checks that look at databases and services, from the workload file to the evidence. */
@Tag("long")
class CheckedDataIT {
  private static final List<String> PLANTED =
      List.of("4111111111111111", "jo.doe@mail.example", "5555 5555 5555 4444", "078-05-1120");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private Landfall.Ended give(Landfall landfall, String assets, String gates) throws Exception {
    Files.writeString(
        folder.resolve("notes.yaml"),
        """
        landfall: 1
        workload: notes
        owner: writers
        model: staged
        %sgates:
          catalogue: chosen
          people:
            tom: { roles: [tester, governance] }
          each:
        %s
        """
            .formatted(assets, gates.indent(4)));
    return landfall.run(
        "promote", folder.resolve("notes.yaml").toString(), "--until", "staged", "--json");
  }

  @Test
  void noPersonalDatumThatAScanFindsIsInAnyJournalEvidenceOrMessage() throws Exception {
    Server source = Server.shared(16);
    Server target = Server.shared(18);
    source.create("probed");
    target.create("probed");
    source.execute(
        "probed",
        "SET ROLE notes",
        "CREATE TABLE customers (id int PRIMARY KEY, contact text, remark text, reference bigint)",
        "INSERT INTO customers VALUES (1, 'jo.doe@mail.example', '5555 5555 5555 4444',"
            + " 4111111111111111), (2, 'call her', '078-05-1120', NULL)");
    var landfall =
        new Landfall(folder, Map.of("DB_PASSWORD", Server.PASSWORD))
            .through("env", "LANDFALL_USER=tom");
    try {
      String assets = World.data(source, target, "probed");
      String gate = "data-classification: { check: { kind: classification, tls: optional, class: ";
      World.done(give(landfall, assets, gate + "internal } }"), "migrated");
      var run = landfall.run("gate", "run", "notes", "data-classification", "--json");
      assertThat(run.code()).as(run.toString()).isEqualTo(2);
      assertThat(run.problem()).isEqualTo("gate-check-failed");
      assertThat(run.message())
          .contains("3 columns of db on the target are more sensitive than declared")
          .contains("public.customers.contact (e-mail address, 1 of 2)")
          .contains("(payment card number, 1 of 2 and national identity number, 1 of 2)")
          .contains("public.customers.reference (payment card number, 1 of 1)");
      landfall.run("gates", "notes", "--gate", "data-classification", "--json");
      landfall.run("history", "notes", "--json");
      landfall.run("ready", "notes");

      give(landfall, assets, gate + "internal, restricted: [customers], readers: [notes] } }");
      var again = landfall.run("gate", "run", "notes", "data-classification", "--json");
      assertThat(again.code()).as(again.toString()).isZero();

      assertThat(evidence()).as("evidence is kept").isNotEmpty();
      assertThat(planted()).isEmpty();
      // What is looked for is found where it is.
      Files.writeString(folder.resolve("planted.txt"), "see 078-05-1120");
      assertThat(planted()).containsExactly("planted.txt: 078-05-1120");
    } finally {
      for (Server server : List.of(source, target)) {
        server.dropSubscriptions("probed");
      }
      source.dropSlots("probed");
      target.dropSlots("probed");
    }
  }

  /**
   * A program that copies one table by hand, as the contract says, with a client of any version.
   */
  private String program(String name, String body) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(
        file, "#!/bin/sh\nset -eu\nPATH=/usr/lib/postgresql/15/bin:$PATH\n" + body + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file.toString();
  }

  private String backup(Server scratch, String take, String restore) throws IOException {
    return """
    recovery:
      check:
        kind: backup
        asset: db
        side: source
        scratch: { url: "%s", user: postgres }
        take: [%s]
        restore: [%s]
        every: 1m
        rpo: 5m
        rto: 5m
        folder: %s
    """
        .formatted(scratch.url("postgres"), take, restore, folder);
  }

  private static HttpServer answering(int status) throws IOException {
    var server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(status, -1);
          }
        });
    server.start();
    return server;
  }

  private static String url(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Test
  void aBackupIsRestoredElsewhereAndATargetThatFailsUnderLoadIsFoundOut() throws Exception {
    Server source = Server.shared(16);
    Server target = Server.shared(18);
    source.create("probed2");
    source.execute(
        "probed2",
        "SET ROLE notes",
        "CREATE TABLE notes (id int PRIMARY KEY, body text)",
        "INSERT INTO notes VALUES (1, 'jo.doe@mail.example'), (2, NULL)");
    target.create("probed2");
    var landfall =
        new Landfall(folder, Map.of("DB_PASSWORD", Server.PASSWORD))
            .through("env", "LANDFALL_USER=tom");
    String take =
        program(
            "take",
            """
            psql -qX -v ON_ERROR_STOP=1 -c 'BEGIN ISOLATION LEVEL REPEATABLE READ' \\
             -c "SET TRANSACTION SNAPSHOT '$LANDFALL_SNAPSHOT'" \\
             -c 'COPY notes TO STDOUT' > "$LANDFALL_FOLDER/notes"
            """);
    String restore =
        program(
            "restore",
            """
            psql -qX -v ON_ERROR_STOP=1 -c 'CREATE TABLE notes (id int PRIMARY KEY, body text)' \\
             -c 'COPY notes FROM STDIN' < "$LANDFALL_FOLDER/notes"
            """);
    HttpServer well = answering(200);
    HttpServer ill = answering(503);
    try (Server scratch = Server.start(16, folder.resolve("scratch"))) {
      String assets =
          World.data(source, target, "probed2")
              + "  web: { kind: http, source: { url: \"%s\" }, target: { url: \"%s\" } }\n"
                  .formatted(url(well), url(ill));
      String load =
          "performance: { check: { kind: performance, asset: web, paths: [/], rate: 200, for: 10s }"
              + " }\n";
      World.done(give(landfall, assets, load + backup(scratch, take, restore)), "migrated");

      var performance = landfall.run("gate", "run", "notes", "performance", "--json");
      assertThat(performance.code()).as(performance.toString()).isEqualTo(2);
      assertThat(performance.message())
          .contains("ended early, as more than half of all requests to the target failed");
      var restored = landfall.run("gate", "run", "notes", "recovery", "--json");
      assertThat(restored.code()).as(restored.toString()).isZero();

      give(landfall, assets, load + backup(source, take, restore));
      var refused = landfall.run("gate", "run", "notes", "recovery", "--json");
      assertThat(refused.message()).contains("the server for the copy is that of the source of db");
      assertThat(scratch.strings("postgres", "SELECT datname FROM pg_database"))
          .noneMatch(name -> name.startsWith("landfall"));
      try (var files = Files.list(folder)) {
        assertThat(files.map(Path::getFileName).map(Path::toString))
            .noneMatch(name -> name.startsWith("landfall_scratch"));
      }
      assertThat(evidence()).hasSize(3);
    } finally {
      well.stop(0);
      ill.stop(0);
      for (Server server : List.of(source, target)) {
        server.dropSubscriptions("probed2");
      }
      source.dropSlots("probed2");
      target.dropSlots("probed2");
    }
  }

  private List<Path> evidence() throws IOException {
    try (var files = Files.walk(folder.resolve("state"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().contains("evidence"))
          .toList();
    }
  }

  /** Every file of the test: the journal, the evidence, what was printed, and what was logged. */
  private List<String> planted() throws IOException {
    var found = new ArrayList<String>();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        PLANTED.stream()
            .filter(text::contains)
            .forEach(each -> found.add(folder.relativize(file) + ": " + each));
      }
    }
    return found;
  }
}
