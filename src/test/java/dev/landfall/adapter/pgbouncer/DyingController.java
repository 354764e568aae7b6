package dev.landfall.adapter.pgbouncer;

import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A controller that dies, as if killed, as soon as it has made everybody wait. */
final class DyingController {
  private DyingController() {}

  /**
   * Holds.
   *
   * @param args control, user, password, file, source, target, and how long in milliseconds
   */
  public static void main(String[] args) {
    var router = new PgbouncerRouter(args[0], args[1], Optional.of(args[2]), Path.of(args[3]));
    router.order(
        new RouteOrder(
            2,
            args[4],
            args[5],
            Cohort.EVERYBODY,
            Optional.of(Duration.ofMillis(Long.parseLong(args[6]))),
            Optional.empty()));
    Runtime.getRuntime().halt(9);
  }
}
