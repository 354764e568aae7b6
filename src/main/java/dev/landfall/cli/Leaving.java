package dev.landfall.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Says what goes on without this process, when it is told to end while it waits: the links stay,
 * and their slots keep log for a reader who has left.
 */
final class Leaving implements AutoCloseable {
  /** States that begin so: nothing was linked yet, or nothing is any more. */
  private static final List<String> UNLINKED =
      List.of("registered", "completed", "on without the ");

  private final Cli cli;
  private final AtomicReference<Operations.@Nullable Status> last = new AtomicReference<>();
  private final Thread hook = new Thread(this::say, "say what goes on");

  Leaving(Cli cli) {
    this.cli = cli;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  void seen(Operations.Status status) {
    last.set(status);
  }

  private void say() {
    Operations.Status status = last.get();
    if (status != null) {
      cli.complain(words(status, cli.data()));
    }
  }

  static String words(Operations.Status status, Path data) {
    String left =
        "stopped waiting for "
            + status.workload()
            + " while it was "
            + status.state()
            + "; the order is in the history, and is carried out when somebody drives it again";
    return UNLINKED.stream().anyMatch(status.state()::startsWith)
        ? left
        : left + "\n" + unattended(status.workload(), data);
  }

  /** The links go on, and with them what they cost. */
  static String unattended(String workload, Path data) {
    String folder = data.equals(Path.of(".landfall")) ? "" : " --data " + data;
    return "Nothing watches "
        + workload
        + " unless a controller runs: replication goes on (or stands still, where limits.bandwidth"
        + " caps it), but both servers keep log for the slots that nobody reads, until their disks"
        + " are full; keep one running: landfall controller"
        + folder;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The process is ending already, and the hook says so; nothing is lost, for what was ordered
      // is in the journal, and the next start goes on from there.
    }
  }
}
