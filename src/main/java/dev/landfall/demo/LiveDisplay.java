package dev.landfall.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What happens, while it happens: one block that is written over and over on a terminal, a line now
 * and then elsewhere.
 */
final class LiveDisplay implements AutoCloseable {
  private static final Duration ON_TERMINAL = Duration.ofMillis(500);
  private static final Duration ELSEWHERE = Duration.ofSeconds(2);

  private final PrintStream out;
  private final boolean terminal;
  private final Supplier<Now> watch;
  private final Thread thread;
  private int linesToErase;

  /**
   * One moment.
   *
   * @param source requests answered by the old side in the last whole second
   * @param target by the new side
   * @param failed since the start
   * @param held requests that wait in the router
   * @param lag how far the copy is behind, in words; empty when not known
   * @param says the last words of Landfall
   */
  record Now(
      String phase,
      int source,
      int target,
      long failed,
      long held,
      String lag,
      String says,
      Duration longestWait) {}

  private LiveDisplay(PrintStream out, boolean terminal, Supplier<Now> watch) {
    this.out = out;
    this.terminal = terminal;
    this.watch = watch;
    this.thread = Thread.ofVirtual().name("display").unstarted(this::run);
  }

  /**
   * Begins to show.
   *
   * @param terminal whether a block can be written over
   */
  static LiveDisplay start(PrintStream out, boolean terminal, Supplier<Now> watch) {
    var display = new LiveDisplay(out, terminal, watch);
    display.thread.start();
    return display;
  }

  private void run() {
    try {
      while (true) {
        show(watch.get());
        Thread.sleep(terminal ? ON_TERMINAL : ELSEWHERE);
      }
    } catch (InterruptedException e) {
      // This is how it is told to end.
      Thread.currentThread().interrupt();
    }
  }

  /** Writes a line that stays. */
  synchronized void say(String line) {
    erase();
    out.println(line);
    out.flush();
  }

  private synchronized void show(Now now) {
    erase();
    List<String> block = block(now, terminal);
    block.forEach(out::println);
    linesToErase = terminal ? block.size() : 0;
    out.flush();
  }

  static List<String> block(Now now, boolean terminal) {
    String lag = now.lag().isEmpty() ? "" : ", lag " + now.lag();
    if (!terminal) {
      return List.of(
          String.format(
              Locale.ROOT,
              "  %-28s old %4d/s, new %4d/s, failed %d, held %d%s",
              now.phase(),
              now.source(),
              now.target(),
              now.failed(),
              now.held(),
              lag));
    }
    return List.of(
        "  " + now.phase() + lag,
        String.format(Locale.ROOT, "  old side %4d/s  %s", now.source(), bar(now.source())),
        String.format(Locale.ROOT, "  new side %4d/s  %s", now.target(), bar(now.target())),
        String.format(
            Locale.ROOT,
            "  failed %d   held now %d   longest wait %,d ms",
            now.failed(),
            now.held(),
            now.longestWait().toMillis()),
        "  " + now.says().substring(0, Math.min(76, now.says().length())));
  }

  private static String bar(int perSecond) {
    return "█".repeat(Math.min(50, (perSecond + 4) / 8));
  }

  private void erase() {
    if (linesToErase > 0) {
      out.print("\033[" + linesToErase + "A\033[J");
      linesToErase = 0;
    }
  }

  /** Ends it, and takes the block away. */
  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
    synchronized (this) {
      erase();
      out.flush();
    }
  }
}
