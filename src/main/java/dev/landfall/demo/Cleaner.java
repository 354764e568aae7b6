package dev.landfall.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Removes the folder of a demo when the demo is over, also when that was interrupted or killed: two
 * database servers leave more than a hundred megabytes.
 *
 * <p>A process of its own, for none that is killed can clean up. It waits for the end of its input,
 * which comes with the end of the demo however that ends.
 */
final class Cleaner implements AutoCloseable {
  /** To remove some hundred megabytes. */
  private static final Duration END_MAX = Duration.ofSeconds(30);

  /** What is told when all that works in the folder has ended. */
  private static final String OVER = "over";

  /**
   * Of a demo that was killed, servers and programs may live for some seconds, and write meanwhile;
   * a server that does not end by then does so when it misses its files.
   */
  private static final String SCRIPT =
      Program.UNTIL_WE_END
          + """
          [ "$told" = "$2" ] && { rm -rf "$1"; exit; }
          left=100
          found=yes
          while [ "$found" = yes ] && [ "$left" -gt 0 ]; do
            sleep 0.2
            found=no
            for file in "$1"/*/data/postmaster.pid; do
              [ -r "$file" ] && read -r pid < "$file" && kill -0 "$pid" && found=yes
            done
            left=$((left - 1))
          done
          for second in 1 2 3 4 5 6 7 8; do
            sleep 1
            rm -rf "$1"
          done
          """;

  private final Process process;
  private final Path folder;
  private boolean kept;

  private Cleaner(Process process, Path folder) {
    this.process = process;
    this.folder = folder;
  }

  /** Has a folder removed at the end of this, or of this process. */
  static Cleaner of(Path folder) {
    try {
      return new Cleaner(
          new ProcessBuilder("sh", "-c", SCRIPT, "cleaner", folder.toString(), OVER)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start(),
          folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start sh, which is to remove " + folder, e);
    }
  }

  /** Leaves the folder where it is, whatever comes. */
  void keep() {
    kept = true;
    process.destroyForcibly();
  }

  /**
   * Removes the folder, unless it is to be kept: nothing works in it any more.
   *
   * @throws IOException when it cannot be removed
   */
  @Override
  public void close() throws IOException {
    if (kept) {
      return;
    }
    try (var in = process.outputWriter()) {
      in.write(OVER + "\n");
    }
    try {
      if (!process.waitFor(END_MAX.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
        throw new IOException("cannot remove all of " + folder);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
