package dev.landfall.app;

import dev.landfall.access.UserRights;
import dev.landfall.adapter.certificate.CertificateProbe;
import dev.landfall.adapter.certificate.TlsVersion;
import dev.landfall.adapter.command.CommandProbe;
import dev.landfall.adapter.identity.IdentityProbe;
import dev.landfall.adapter.junit.JunitProbe;
import dev.landfall.adapter.ldap.DirectoryDoor;
import dev.landfall.adapter.ldap.DirectoryProbe;
import dev.landfall.adapter.ldap.DirectoryRights;
import dev.landfall.adapter.postgres.PostgresRights;
import dev.landfall.adapter.reach.Elsewhere;
import dev.landfall.adapter.reach.Here;
import dev.landfall.adapter.reach.IsolationProbe;
import dev.landfall.adapter.reach.ReachProbe;
import dev.landfall.adapter.reach.RoutingProbe;
import dev.landfall.adapter.reach.Vantage;
import dev.landfall.cli.file.RecordFile;
import dev.landfall.engine.Probe;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GateCheck;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.SecretRef;
import dev.landfall.workload.Workload;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The checks that a workload file can name, by their kind. */
final class Probes {
  private static final Map<String, Integer> USUAL_PORTS =
      Map.of("postgresql", 5432, "http", 80, "https", 443);

  private static final String HERE = "here";

  private final Secrets secrets;

  Probes(Secrets secrets) {
    this.secrets = secrets;
  }

  Probe of(Workload workload, String planHash, Gate gate, GateCheck check) {
    return switch (check.kind()) {
      case "command" -> command(workload, planHash, gate, check);
      case "certificate" -> certificate(gate, check);
      case "dependency" ->
          new ReachProbe(
              places(workload, check),
              Duration.parse(setting(gate, check, "within")),
              check.timeout());
      case "isolation" ->
          new IsolationProbe(
              vantages(check),
              vantage(check, check.setting("witness").orElse(HERE)),
              new IsolationProbe.Wanted(
                  lines(check, "closed"),
                  lines(check, "open"),
                  check.setting("refused").isPresent()),
              Duration.parse(setting(gate, check, "wait")),
              check.timeout());
      case "junit" ->
          new JunitProbe(
              Path.of(setting(gate, check, "file")),
              Duration.parse(setting(gate, check, "max-age")),
              Integer.parseInt(setting(gate, check, "tests-min")),
              check.setting("undated").isPresent(),
              InstantSource.system());
      case "directory" -> directory(gate, check);
      case "routing" -> routing(gate, check);
      case "identity" -> identity(workload, gate, check);
      case "classification" -> DataProbes.classification(workload, check, secrets);
      case "performance" -> DataProbes.performance(workload, gate, check);
      case "severed" -> DataProbes.severed(workload, check, secrets);
      case "backup" -> DataProbes.backup(workload, gate, check, secrets);
      case GateCheck.RECORDS ->
          new RecordsProbe(
              new RecordsProbe.Wanted(
                  Path.of(setting(gate, check, "folder")),
                  lines(check, "of"),
                  check.setting("max-age").map(Duration::parse).orElse(RecordFile.AGE_MAX)),
              workload.gates().map(GatePlan::people).orElse(List.of()),
              check.timeout(),
              InstantSource.system());
      default -> throw unknown(gate, check);
    };
  }

  /** The reader of workload files knows the same kinds, so this is a bug. */
  private static IllegalStateException unknown(Gate gate, GateCheck check) {
    return new IllegalStateException(
        "gate " + gate.id() + " has a check of kind " + check.kind() + ", which nothing makes");
  }

  private static Probe command(Workload workload, String planHash, Gate gate, GateCheck check) {
    return new CommandProbe(
        new CommandProbe.Question(workload.name(), workload.model().word(), gate.id(), planHash),
        setting(gate, check, "program").lines().toList(),
        check.timeout());
  }

  private static Probe certificate(Gate gate, GateCheck check) {
    Place place = Place.parse(setting(gate, check, "at"));
    return new CertificateProbe(
        new CertificateProbe.Wanted(
            place.host(),
            place.port(),
            setting(gate, check, "names").lines().toList(),
            check.setting("roots").map(Path::of),
            Duration.parse(setting(gate, check, "left")),
            check.setting("tls-min").flatMap(TlsVersion::parse).orElse(TlsVersion.TLS_1_2),
            check.setting("domain"),
            lines(check, "servers")),
        check.timeout(),
        InstantSource.system());
  }

  private Probe directory(Gate gate, GateCheck check) {
    String base = setting(gate, check, "base");
    return new DirectoryProbe(
        door(gate, check, ""),
        new DirectoryProbe.Wanted(
            base,
            check.setting("under").orElse(base),
            check.setting("attribute").orElse("cn"),
            lines(check, "names"),
            lines(check, "groups")));
  }

  private Probe routing(Gate gate, GateCheck check) {
    return new RoutingProbe(
        vantages(check),
        new RoutingProbe.Wanted(
            lines(check, "names"),
            lines(check, "servers"),
            Set.copyOf(lines(check, "leads-to")),
            setting(gate, check, "source"),
            setting(gate, check, "target"),
            Integer.parseInt(setting(gate, check, "tries")),
            Duration.parse(setting(gate, check, "slower-by")),
            Double.parseDouble(check.setting("loss-max").orElse("0"))),
        Duration.parse(setting(gate, check, "wait")),
        check.timeout());
  }

  /** All assets where they will run, and whatever else the file names. */
  private static Map<String, InetSocketAddress> places(Workload workload, GateCheck check) {
    var places = new HashMap<String, InetSocketAddress>();
    for (Asset asset : workload.assets()) {
      URI url = URI.create(asset.target().url());
      int port = url.getPort() > 0 ? url.getPort() : USUAL_PORTS.getOrDefault(url.getScheme(), 80);
      places.put(asset.name(), InetSocketAddress.createUnresolved(url.getHost(), port));
    }
    check
        .setting("also")
        .ifPresent(also ->
            also.lines()
                .forEach(text -> {
                  Place place = Place.parse(text);
                  places.put(text, InetSocketAddress.createUnresolved(place.host(), place.port()));
                }));
    return places;
  }

  private List<Vantage> vantages(GateCheck check) {
    List<Vantage> vantages =
        lines(check, "from").stream().map(each -> vantage(check, each)).toList();
    return vantages.isEmpty() ? List.of(new Here()) : vantages;
  }

  private Vantage vantage(GateCheck check, String where) {
    Supplier<String> token =
        () -> secrets.resolve(SecretRef.parse(check.setting("token").orElseThrow()));
    return where.equals(HERE) ? new Here() : new Elsewhere(URI.create(where), token);
  }

  private Probe identity(Workload workload, Gate gate, GateCheck check) {
    var pairs = new ArrayList<IdentityProbe.Pair>();
    List<String> databases = lines(check, "databases");
    for (Asset asset : workload.assets()) {
      if (databases.contains(asset.name())) {
        pairs.add(
            new IdentityProbe.Pair(
                asset.name(), roles(asset.source(), check), roles(asset.target(), check)));
      }
    }
    if (check.setting("source.url").isPresent()) {
      pairs.add(
          new IdentityProbe.Pair(
              "directory", groups(gate, check, "source."), groups(gate, check, "target.")));
    }
    return new IdentityProbe(
        cohort(check),
        new LinkedHashSet<>(users(workload, check)),
        Set.copyOf(lines(check, "target-only")),
        pairs);
  }

  /** Those whom the check, or its flight, names; none for everybody. */
  private static List<String> users(Workload workload, GateCheck check) {
    return check
        .setting("flight")
        .map(name ->
            workload.flights().stream()
                .flatMap(plan -> plan.flights().stream())
                .filter(each -> each.name().equals(name))
                .flatMap(each -> each.named().users().stream())
                .toList())
        .orElse(lines(check, "users"));
  }

  private static String cohort(GateCheck check) {
    String named =
        check.setting("users").isPresent()
            ? "those that the check names"
            : "everybody on either side";
    return check
        .setting("flight")
        .map(name -> "those that flight " + name + " names")
        .orElse(named);
  }

  private UserRights roles(Endpoint endpoint, GateCheck check) {
    return PostgresRights.of(endpoint, endpoint.password().map(secrets::resolve), check.timeout());
  }

  private UserRights groups(Gate gate, GateCheck check, String side) {
    return new DirectoryRights(
        door(gate, check, side),
        setting(gate, check, side + "base"),
        check.setting(side + "attribute").orElse("uid"));
  }

  /**
   * How a directory is asked.
   *
   * @param prefix what stands before each key: nothing, or the side with a dot
   */
  private DirectoryDoor door(Gate gate, GateCheck check, String prefix) {
    return new DirectoryDoor(
        setting(gate, check, prefix + "url"),
        check.setting(prefix + "user"),
        check.setting(prefix + "password").map(SecretRef::parse).map(secrets::resolve),
        check.setting(prefix + "roots").map(Path::of),
        check.timeout());
  }

  /** The texts of a list; none where it was not given. */
  private static List<String> lines(GateCheck check, String key) {
    return check.setting(key).map(text -> text.lines().toList()).orElse(List.of());
  }

  /** One that its kind needs: a file without it is a mistake. */
  private static String setting(Gate gate, GateCheck check, String key) {
    return check
        .setting(key)
        .orElseThrow(() -> new IllegalStateException("gate " + gate.id() + " has no " + key));
  }
}
