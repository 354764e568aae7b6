package dev.landfall.engine;

import dev.landfall.replication.Replicator;
import dev.landfall.routing.Router;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Model;
import dev.landfall.workload.Route;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The outside of a rehearsal. It knows the clones and planes of its own, and whoever asks it for
 * anything else gets an error: a rehearsal reaches nothing that users or their data depend on.
 *
 * @param clones by the names of the assets
 */
record Apart(Map<String, Asset.Data> clones, Adapters adapters, Supplier<Router> planes)
    implements Adapters {
  /** No plane and no service has this kind, nor is there anything at such an address. */
  static final String NOWHERE = "rehearsal";

  Apart {
    clones = Map.copyOf(clones);
  }

  /** The workload with clones for its data, and nothing of what leads users. */
  Workload of(Workload real) {
    var assets = new ArrayList<Asset>();
    for (Asset asset : real.assets()) {
      switch (asset) {
        case Asset.Data data -> Optional.ofNullable(clones.get(data.name())).ifPresent(assets::add);
        case Asset.Service service ->
            assets.add(
                new Asset.Service(
                    service.name(),
                    NOWHERE,
                    Endpoint.of(NOWHERE + ":source"),
                    Endpoint.of(NOWHERE + ":target"),
                    List.of(),
                    Optional.empty()));
      }
    }
    List<Route> routes =
        real.routes().stream()
            .filter(route -> assets.stream().anyMatch(each -> each.name().equals(route.asset())))
            .map(Apart::plane)
            .toList();
    return new Workload(
        real.name(), real.owner(), Model.SINGLE_STEP, assets, routes, limits(real.limits()));
  }

  /** Nobody outside remembers what a plane in this process says. */
  private static Route plane(Route real) {
    return new Route(
        real.name(),
        NOWHERE,
        real.asset(),
        NOWHERE,
        Optional.empty(),
        new Route.Traits(real.traits().holds(), real.traits().knowsUsers(), false),
        Map.of());
  }

  /** Within one server there is no network to spare, and nobody who would notice a soak. */
  private static Limits limits(Limits real) {
    return new Limits(
        real.hold(),
        real.settle(),
        real.lockWait(),
        real.lagMax(),
        real.retryPause(),
        real.cutoverAttemptsMax(),
        Duration.ZERO,
        Optional.empty(),
        real.retainedBytesMax(),
        real.sequenceMargin());
  }

  @Override
  public Replicator replicator(String workload, Asset.Data asset, Limits limits) {
    if (!asset.equals(clones.get(asset.name()))) {
      throw new IllegalStateException("a rehearsal may not reach " + asset.source().url());
    }
    return adapters.replicator(workload, asset, limits);
  }

  @Override
  public Router router(Route route) {
    if (!route.kind().equals(NOWHERE) || !route.control().equals(NOWHERE)) {
      throw new IllegalStateException("a rehearsal may not reach " + route.control());
    }
    return planes.get();
  }
}
