package dev.landfall.workload;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Workloads for tests that need one and do not care for its particulars. */
public final class Samples {
  /** Where the service of {@link #SHOP} listens on the source. */
  public static final String OLD_WEB = "http://10.1.0.5";

  /** Where it listens on the target. */
  public static final String NEW_WEB = "http://20.0.0.5";

  /** A database, the service in front of it, and the one route by which users come. */
  public static final Workload SHOP =
      shop(
          List.of(
              database("orders"),
              new Asset.Service(
                  "web",
                  "http",
                  Endpoint.of(OLD_WEB),
                  Endpoint.of(NEW_WEB),
                  List.of("orders"),
                  Optional.empty())),
          List.of(new Route("front", "router", "web", "http://127.0.0.1:8401", Optional.empty())));

  /** The database alone, and nobody to route. */
  public static final Workload ORDERS_ONLY = databases("orders");

  /** The shop, whose users fly: one in a hundred, one in ten, everybody. */
  public static final Workload FLYING =
      flying(
          new FlightPlan(
              Identity.NONE,
              Named.NOBODY,
              List.of(flight("one", 100), flight("ten", 1000), flight("all", Flight.ALL)),
              0.25,
              0.01,
              FlightPlan.OnFail.ZERO));

  /** The shop, which is migrated first and promoted later, when it was rehearsed. */
  public static final Workload STAGED = staged(true);

  /** The shop in the staged model. */
  public static Workload staged(boolean rehearsalRequired) {
    return new Workload(
        SHOP.name(),
        SHOP.owner(),
        Model.STAGED,
        SHOP.assets(),
        SHOP.routes(),
        SHOP.limits(),
        Optional.empty(),
        rehearsalRequired,
        List.of(new Access("team", "postgres", "orders", List.of("anna", "ben"))));
  }

  /** The shop, whose users fly by a plan. */
  public static Workload flying(FlightPlan plan) {
    return new Workload(
        SHOP.name(),
        SHOP.owner(),
        Model.FLIGHT,
        SHOP.assets(),
        SHOP.routes(),
        SHOP.limits(),
        Optional.of(plan));
  }

  private static Flight flight(String name, int share) {
    return new Flight(name, share, Named.NOBODY, Duration.ofSeconds(20), Duration.ofMinutes(10));
  }

  private Samples() {}

  /** Databases of these names, and nobody to route. */
  public static Workload databases(String... names) {
    return shop(Stream.of(names).map(Samples::database).toList(), List.of());
  }

  private static Workload shop(List<Asset> assets, List<Route> routes) {
    return new Workload("shop", "retail", Model.SINGLE_STEP, assets, routes, Limits.DEFAULTS);
  }

  private static Asset database(String name) {
    return new Asset.Data(
        name,
        "postgres",
        Endpoint.of("postgresql://10.1.0.4/" + name),
        Endpoint.of("postgresql://20.0.0.4/" + name),
        List.of(),
        false);
  }
}
