package dev.landfall.app;

import dev.landfall.access.AccessControl;
import dev.landfall.adapter.address.AddressRouter;
import dev.landfall.adapter.command.CommandRouter;
import dev.landfall.adapter.dns.DnsRouter;
import dev.landfall.adapter.dns.DnsSettings;
import dev.landfall.adapter.haproxy.HaproxyRouter;
import dev.landfall.adapter.health.ServiceHealth;
import dev.landfall.adapter.pgbouncer.PgbouncerRouter;
import dev.landfall.adapter.postgres.PostgresAccess;
import dev.landfall.adapter.postgres.PostgresInspector;
import dev.landfall.adapter.postgres.PostgresReplicator;
import dev.landfall.adapter.postgres.PostgresSandbox;
import dev.landfall.adapter.prometheus.ArrivalsRouter;
import dev.landfall.adapter.prometheus.PrometheusRouter;
import dev.landfall.adapter.prometheus.PrometheusSettings;
import dev.landfall.adapter.router.HttpRouter;
import dev.landfall.engine.Adapters;
import dev.landfall.engine.Probe;
import dev.landfall.engine.Pseudonyms;
import dev.landfall.rehearsal.Inspector;
import dev.landfall.rehearsal.Sandbox;
import dev.landfall.replication.Replicator;
import dev.landfall.routing.Health;
import dev.landfall.routing.Router;
import dev.landfall.workload.Access;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Route;
import dev.landfall.workload.Workload;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/** The products that a workload file can name, by their kind. */
final class Products implements Adapters {
  private static final String POSTGRES = "postgres";

  private final Secrets secrets;
  private final Pseudonyms names;

  /**
   * @param names by which what could be somebody's is told
   */
  Products(Secrets secrets, Pseudonyms names) {
    this.secrets = secrets;
    this.names = names;
  }

  @Override
  public Replicator replicator(String workload, Asset.Data asset, Limits limits) {
    return switch (asset.kind()) {
      case POSTGRES ->
          PostgresReplicator.of(
              workload, asset, password(asset.source()), password(asset.target()), limits, names);
      default -> throw unknown("asset " + asset.name(), asset.kind());
    };
  }

  @Override
  public Router router(Route route) {
    Router plane = watched(route, plane(route));
    return PrometheusSettings.of(route)
        .<Router>map(settings ->
            new PrometheusRouter(
                plane, settings, () -> PrometheusSettings.token(route).map(secrets::resolve)))
        .orElse(plane);
  }

  /** Where something counts who still comes to the side that users have left. */
  private Router watched(Route route, Router plane) {
    return PrometheusSettings.ofArrivals(route)
        .<Router>map(settings ->
            new ArrivalsRouter(
                plane,
                settings,
                () -> PrometheusSettings.tokenOfArrivals(route).map(secrets::resolve)))
        .orElse(plane);
  }

  private Router plane(Route route) {
    return switch (route.kind()) {
      case "router" ->
          new HttpRouter(
              URI.create(route.control()), route.token().map(secrets::resolve).orElse(""));
      case "haproxy" -> new HaproxyRouter(route.control(), route.name());
      case "dns" -> {
        String secret = route.token().map(secrets::resolve).orElse("");
        yield new DnsRouter(DnsSettings.of(route), () -> secret, Looking.HEALTH, Clock.systemUTC());
      }
      case "pgbouncer" ->
          new PgbouncerRouter(
              route.control(),
              setting(route, "user"),
              route.token().map(secrets::resolve),
              Path.of(setting(route, "file")));
      case "command" ->
          new CommandRouter(
              new CommandRouter.Program(
                  route.name(),
                  route.control().lines().toList(),
                  route.traits().holds(),
                  route.traits().knowsUsers(),
                  route
                      .setting("timeout")
                      .map(Duration::parse)
                      .orElse(CommandRouter.Program.TIMEOUT),
                  route.token().map(secrets::resolve)),
              Looking.HEALTH);
      case "address" ->
          new AddressRouter(
              route.name(),
              URI.create(route.control()),
              URI.create(route.setting("target").orElseThrow()),
              route.token().map(secrets::resolve).orElse(""),
              route.setting("silent").filter("take"::equals).isPresent(),
              Looking.HEALTH);
      default -> throw unknown("route " + route.name(), route.kind());
    };
  }

  /** One that its kind needs: a file without it is a mistake. */
  private static String setting(Route route, String key) {
    return route
        .setting(key)
        .orElseThrow(() -> new IllegalStateException("route " + route.name() + " has no " + key));
  }

  @Override
  public Optional<Inspector> inspector(Workload workload, Asset asset) {
    return asset instanceof Asset.Data data && data.kind().equals(POSTGRES)
        ? Optional.of(
            PostgresInspector.of(
                data,
                password(data.target()),
                workload.access().stream()
                    .filter(access -> access.asset().equals(data.name()))
                    .flatMap(access -> access.roles().stream())
                    .collect(Collectors.toSet()),
                names))
        : Optional.empty();
  }

  @Override
  public Optional<Sandbox> sandbox(String workload, Asset.Data asset) {
    return asset.kind().equals(POSTGRES)
        ? Optional.of(PostgresSandbox.of(workload, asset, password(asset.target())))
        : Optional.empty();
  }

  @Override
  public Optional<AccessControl> access(Workload workload, Access access) {
    return workload.data().stream()
        .filter(asset -> asset.name().equals(access.asset()) && access.kind().equals(POSTGRES))
        .findFirst()
        .map(asset -> PostgresAccess.of(access, asset, password(asset.target())));
  }

  @Override
  public Optional<Probe> probe(Workload workload, String planHash, Gate gate) {
    return gate.check().map(check -> new Probes(secrets).of(workload, planHash, gate, check));
  }

  private Optional<String> password(Endpoint endpoint) {
    return endpoint.password().map(secrets::resolve);
  }

  /** Made by the first plane that does not look at services itself. */
  private static final class Looking {
    static final Health HEALTH = new ServiceHealth(Duration.ofSeconds(2));
  }

  /** The reader of workload files knows the same kinds, so this is a bug. */
  private static IllegalStateException unknown(String what, String kind) {
    return new IllegalStateException(what + " is of kind " + kind + ", which nothing here serves");
  }
}
