package dev.landfall.adapter.router;

import dev.landfall.control.KeptFile;
import dev.landfall.control.RouteJson;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Standing;
import java.io.IOException;
import java.nio.file.Path;

/** The file that lets a router start again where it was. */
final class StateFile {
  private final KeptFile file;

  StateFile(Path file) {
    this.file = new KeptFile(file);
  }

  /** Makes the folder when there is none, for its owner alone, as the state's folder is. */
  void prepare() {
    try {
      file.prepare();
    } catch (IOException e) {
      throw new OutsideException(
          RouterProblem.STATE,
          "cannot start the router: the folder %s for its last order cannot be made (%s); make it"
              .formatted(file.folder(), words(e)),
          e);
    }
  }

  /** The standing that was saved last; of a router that never had an order when there is none. */
  Standing read() {
    try {
      return file.read().map(RouteJson::standing).orElseGet(Standing::none);
    } catch (IOException | IllegalArgumentException e) {
      throw new OutsideException(
          RouterProblem.STATE,
          "cannot start the router: its last order in %s cannot be read (%s); restore the file, or"
                  .formatted(file, words(e))
              + " move it away, and then no request is served until a controller gives an order",
          e);
    }
  }

  /** Saves a standing; when this returns, it survives a loss of power. */
  void write(Standing standing) {
    try {
      file.write(RouteJson.ofStanding(standing));
    } catch (IOException e) {
      throw new OutsideException(
          RouterProblem.STATE,
          "cannot take the order: it cannot be kept in %s (%s); make room or make it writable"
              .formatted(file, words(e)),
          e);
    }
  }

  private static String words(Exception e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
