package dev.landfall.app;

import dev.landfall.adapter.backup.BackupProbe;
import dev.landfall.adapter.backup.Database;
import dev.landfall.adapter.backup.Tools;
import dev.landfall.adapter.classification.ClassificationProbe;
import dev.landfall.adapter.classification.Declared;
import dev.landfall.adapter.command.ProgramRun;
import dev.landfall.adapter.load.Expectation;
import dev.landfall.adapter.load.Load;
import dev.landfall.adapter.load.PerformanceProbe;
import dev.landfall.adapter.postgres.PostgresDatabase;
import dev.landfall.adapter.postgres.SeveredProbe;
import dev.landfall.engine.Probe;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GateCheck;
import dev.landfall.workload.Network;
import dev.landfall.workload.SecretRef;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The checks of what databases hold and of how services perform. */
final class DataProbes {
  private static final String POSTGRES = "postgres";

  private DataProbes() {}

  static Probe classification(Workload workload, GateCheck check, Secrets secrets) {
    var databases = new HashMap<String, ClassificationProbe.Opening>();
    Side side = side(check);
    for (Asset.Data asset : workload.data()) {
      if (asset.kind().equals(POSTGRES)) {
        Endpoint endpoint = asset.on(side);
        databases.put(
            asset.name() + " on the " + side.word(),
            () ->
                PostgresDatabase.of(endpoint, endpoint.password().map(secrets::resolve))
                    .connect("classification"));
      }
    }
    var named = new HashMap<String, List<String>>();
    for (String word : Declared.CLASSES) {
      named.put(word, names(check, word));
    }
    var declared =
        new Declared(
            check.setting("class").orElseThrow(),
            named,
            Set.copyOf(names(check, "cleared")),
            Set.copyOf(names(check, "readers")));
    var bounds =
        new ClassificationProbe.Bounds(
            Integer.parseInt(check.setting("rows").orElseThrow()),
            check.setting("tls").filter("required"::equals).isPresent(),
            check.timeout());
    return new ClassificationProbe(
        databases, names(check, "files").stream().map(Path::of).toList(), declared, bounds);
  }

  static Probe severed(Workload workload, GateCheck check, Secrets secrets) {
    List<String> named = names(check, "databases");
    var databases = new HashMap<String, SeveredProbe.Watched>();
    for (Asset.Data asset : workload.data()) {
      if (asset.kind().equals(POSTGRES) && (named.isEmpty() || named.contains(asset.name()))) {
        Endpoint endpoint = asset.source();
        databases.put(
            asset.name(),
            SeveredProbe.Watched.of(
                workload.name(),
                asset,
                () -> PostgresDatabase.of(endpoint, endpoint.password().map(secrets::resolve))));
      }
    }
    return new SeveredProbe(
        databases,
        new SeveredProbe.Expected(
            names(check, "networks").stream().map(Network::parse).toList(),
            Set.copyOf(names(check, "applications")),
            check.setting("local").isPresent()),
        new SeveredProbe.Watch(
            time(check, "for"), time(check, "every"), check.setting("brief").isPresent()));
  }

  static Probe backup(Workload workload, Gate gate, GateCheck check, Secrets secrets) {
    String name = check.setting("asset").orElseThrow();
    Asset asset = asset(workload, gate, name, POSTGRES);
    var production = new HashMap<String, Database>();
    for (Asset.Data each : workload.data()) {
      for (Side side : Side.values()) {
        if (each.kind().equals(POSTGRES)) {
          production.put(
              "the " + side.word() + " of " + each.name(),
              BackedUp.of(each.on(side), secrets, "backup"));
        }
      }
    }
    var told =
        Map.of(
            "LANDFALL_CONTRACT",
            "1",
            "LANDFALL_WORKLOAD",
            workload.name(),
            "LANDFALL_GATE",
            gate.id(),
            "LANDFALL_ASSET",
            name);
    var asked =
        new BackupProbe.Asked(
            String.join("\n", workload.name(), gate.id(), name),
            time(check, "rpo"),
            time(check, "rto"),
            time(check, "every"),
            Path.of(check.setting("folder").orElse(System.getProperty("java.io.tmpdir"))),
            told,
            check.timeout());
    return new BackupProbe(
        asked,
        BackedUp.of(asset.on(side(check)), secrets, "backup"),
        BackedUp.of(scratch(check), secrets, "restore"),
        production,
        check
            .setting("bin")
            .map(bin -> Tools.in(Path.of(bin)))
            .orElseGet(() -> new Tools(names(check, "take"), names(check, "restore"), false)),
        (words, environment, limit) -> {
          ProgramRun run = ProgramRun.of(words, environment, limit);
          return new BackupProbe.Runner.End(run.code(), run.complaint());
        });
  }

  private static Endpoint scratch(GateCheck check) {
    var options = new HashMap<String, String>();
    for (String key : List.of("sslmode", "sslrootcert")) {
      check.setting("scratch." + key).ifPresent(value -> options.put(key, value));
    }
    return new Endpoint(
        check.setting("scratch.url").orElseThrow(),
        check.setting("scratch.user"),
        check.setting("scratch.password").map(SecretRef::parse),
        options);
  }

  /** A database of PostgreSQL as a backup needs it. */
  private record BackedUp(PostgresDatabase database, String purpose) implements Database {
    static BackedUp of(Endpoint endpoint, Secrets secrets, String purpose) {
      return new BackedUp(
          PostgresDatabase.of(endpoint, endpoint.password().map(secrets::resolve)), purpose);
    }

    @Override
    public Connection connect() {
      return database.connect(purpose);
    }

    @Override
    public Database on(String name) {
      return new BackedUp(database.on(name), purpose);
    }

    @Override
    public Map<String, String> environment() {
      return database.environment();
    }

    @Override
    public Witness witness(Connection snapshot) throws SQLException {
      PostgresDatabase.Witness witness = PostgresDatabase.witness(snapshot);
      return (restored, lasting) -> {
        PostgresDatabase.Compared found = witness.compare(restored, lasting);
        return new Compared(found.tables(), found.rows(), found.lines(), found.differences());
      };
    }
  }

  static Probe performance(Workload workload, Gate gate, GateCheck check) {
    String name = check.setting("asset").orElseThrow();
    Asset asset = asset(workload, gate, name, "http");
    var load =
        new Load(
            names(check, "paths"),
            expected(check),
            Integer.parseInt(check.setting("rate").orElseThrow()),
            time(check, "for"),
            time(check, "wait"));
    var limits =
        new PerformanceProbe.Limits(
            percent(check, "margin"), percent(check, "tolerate"), time(check, "slower-by"));
    return new PerformanceProbe(
        new PerformanceProbe.Sides(
            URI.create(asset.source().url()), URI.create(asset.target().url())),
        load,
        limits,
        check
            .setting("baseline")
            .map(path -> new PerformanceProbe.Keeping(Path.of(path), time(check, "fresh"))),
        InstantSource.system());
  }

  /** A path has no space in it, so the first one stands before what is expected. */
  private static Map<String, Expectation> expected(GateCheck check) {
    var expected = new HashMap<String, Expectation>();
    for (String line : names(check, "expect")) {
      int space = line.indexOf(' ');
      expected.put(line.substring(0, space), new Expectation(line.substring(space + 1)));
    }
    return expected;
  }

  private static Asset asset(Workload workload, Gate gate, String name, String kind) {
    return workload.assets().stream()
        .filter(each -> each.name().equals(name) && each.kind().equals(kind))
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "gate %s has a check of %s, which is no asset of kind %s"
                    .formatted(gate.id(), name, kind)));
  }

  private static Duration time(GateCheck check, String key) {
    return Duration.parse(check.setting(key).orElseThrow());
  }

  private static double percent(GateCheck check, String key) {
    return Double.parseDouble(check.setting(key).orElseThrow()) / 100;
  }

  private static Side side(GateCheck check) {
    return check.setting("side").filter("source"::equals).isPresent() ? Side.SOURCE : Side.TARGET;
  }

  private static List<String> names(GateCheck check, String key) {
    return check.setting(key).map(text -> text.lines().toList()).orElse(List.of());
  }
}
