package dev.landfall.engine;

import dev.landfall.problem.Finding;
import dev.landfall.problem.OutsideException;
import dev.landfall.promotion.Estimate;
import dev.landfall.promotion.World;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.rehearsal.Inspector;
import dev.landfall.replication.CopySize;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;

/** Looks at the outside of a workload without driving it; changes nothing. */
public final class Survey {
  /** A plan is read by somebody who waits for it. */
  private static final Duration SIZES_MAX = Duration.ofSeconds(5);

  private Survey() {}

  /**
   * Everything that would break later.
   *
   * @throws dev.landfall.problem.OutsideException when a secret cannot be had
   */
  public static List<Finding> preflight(Workload workload, Adapters adapters) {
    try (var outside = new Outside(workload, adapters, Together.atOnce())) {
      return outside.findings();
    }
  }

  /**
   * How much there is to copy of each data asset. A source that cannot be asked, or does not answer
   * soon, is no exception: then it is said why.
   */
  public static Estimate.Sizes sizes(Workload workload, Adapters adapters) {
    var together = Together.atOnce();
    var asked = new LinkedHashMap<String, Future<CopySize>>();
    for (Asset.Data asset : workload.data()) {
      asked.put(
          asset.name(),
          together.begin(() -> {
            try (var port = adapters.replicator(workload.name(), asset, workload.limits())) {
              return port.size();
            }
          }));
    }
    long until = System.nanoTime() + SIZES_MAX.toNanos();
    var sizes = new LinkedHashMap<String, Estimate.Size>();
    asked.forEach((name, answer) ->
        sizes.put(name, size(answer, Duration.ofNanos(Math.max(0, until - System.nanoTime())))));
    return asset ->
        sizes.getOrDefault(asset, new Estimate.Size.Unknown("there is no data asset " + asset));
  }

  private static Estimate.Size size(Future<CopySize> answer, Duration patience) {
    try {
      return Together.resultOf(answer, Optional.of(patience))
          .<Estimate.Size>map(Estimate.Size.Known::new)
          .orElseGet(() -> {
            answer.cancel(true);
            return new Estimate.Size.Unknown("the source has not answered in time");
          });
    } catch (OutsideException e) {
      return new Estimate.Size.Unknown(String.valueOf(e.getMessage()));
    }
  }

  /**
   * What the target runs on.
   *
   * @throws OutsideException when somebody did not answer, or refused, or a secret cannot be had
   */
  public static Configuration inspect(Workload workload, Adapters adapters) {
    Configuration all = Configuration.NONE;
    for (Asset asset : workload.assets()) {
      Optional<Inspector> inspector = adapters.inspector(workload, asset);
      if (inspector.isPresent()) {
        try (Inspector port = inspector.get()) {
          all = all.with(asset.name() + ": ", port.look());
        }
      }
    }
    return all;
  }

  /**
   * The outside as it is now.
   *
   * @throws dev.landfall.problem.OutsideException when a secret cannot be had
   */
  public static World look(Workload workload, Adapters adapters) {
    try (var outside = new Outside(workload, adapters, Together.atOnce())) {
      return outside.look(Outside.LOOK_MAX);
    }
  }
}
