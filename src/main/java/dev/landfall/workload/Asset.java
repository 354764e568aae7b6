package dev.landfall.workload;

import java.util.List;
import java.util.Optional;

/** A part of the workload that exists on both sides. */
public sealed interface Asset {
  /** The name in the workload file; unique in it. */
  String name();

  /** What product it is, in the word of the workload file: {@code postgres}, {@code http}. */
  String kind();

  Endpoint source();

  Endpoint target();

  /** The names of the assets that this one cannot work without. */
  List<String> needs();

  /** The endpoint on one side. */
  default Endpoint on(Side side) {
    return side == Side.SOURCE ? source() : target();
  }

  /**
   * An asset that holds state, which must be kept in step and changes owner.
   *
   * @param schemaGiven true when the target's schema was made by somebody else and is only
   *     compared; false when Landfall carries it over
   * @param cohortKey whose row a row is; absent unless both sides are to own the data at once
   */
  record Data(
      String name,
      String kind,
      Endpoint source,
      Endpoint target,
      List<String> needs,
      boolean schemaGiven,
      Optional<CohortKey> cohortKey)
      implements Asset {
    public Data {
      needs = List.copyOf(needs);
    }

    /** Data of which one side is the owner at any time. */
    public Data(
        String name,
        String kind,
        Endpoint source,
        Endpoint target,
        List<String> needs,
        boolean schemaGiven) {
      this(name, kind, source, target, needs, schemaGiven, Optional.empty());
    }
  }

  /**
   * An asset that answers users and holds no state of its own.
   *
   * @param health the path that answers 2xx when it can serve; absent when a connection is proof
   *     enough
   */
  record Service(
      String name,
      String kind,
      Endpoint source,
      Endpoint target,
      List<String> needs,
      Optional<String> health)
      implements Asset {
    public Service {
      needs = List.copyOf(needs);
    }
  }
}
