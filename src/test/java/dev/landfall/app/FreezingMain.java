package dev.landfall.app;

import dev.landfall.adapter.folder.TellingKey;
import dev.landfall.adapter.sqlite.SqliteJournal;
import dev.landfall.cli.Cli;
import dev.landfall.cli.NoWiring;
import dev.landfall.cli.Operations;
import dev.landfall.engine.Adapters;
import dev.landfall.problem.Finding;
import dev.landfall.replication.CopySize;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Replicator;
import dev.landfall.routing.Router;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Route;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The program, with the same wiring but for replicators that stop some processes, as {@code kill
 * -STOP} does, just before or just after the first order that reads like this: {@code
 * -Dlandfall.test.freeze=after:FenceOff[side=SOURCE}. What is stopped: the process {@code
 * landfall.test.pid} and its children.
 */
public final class FreezingMain {
  private FreezingMain() {}

  public static void main(String[] args) {
    Logging.quietly();
    System.exit(Cli.run(new Parts(), args));
  }

  /** Sends a signal to a process and then to its children; no new ones come in between. */
  public static void signal(String name, long pid) throws IOException, InterruptedException {
    send(name, List.of(ProcessHandle.of(pid).orElseThrow()));
    send(name, ProcessHandle.of(pid).orElseThrow().children().toList());
  }

  private static void send(String name, List<ProcessHandle> processes)
      throws IOException, InterruptedException {
    if (processes.isEmpty()) {
      return;
    }
    var command = new ArrayList<>(List.of("kill", "-" + name));
    processes.forEach(each -> command.add(Long.toString(each.pid())));
    // A child may have ended by itself meanwhile.
    new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start().waitFor();
  }

  private static final class Parts extends NoWiring {
    @Override
    public Operations operations(Path data) {
      String[] freeze = System.getProperty("landfall.test.freeze").split(":", 2);
      long pid = Long.getLong("landfall.test.pid");
      var products =
          new Products(new Secrets(System.getenv(), System.err::println), TellingKey.in(data));
      return new LocalOperations(
          data, new Freezing(products, freeze[0], freeze[1], pid), SqliteJournal::open);
    }
  }

  private record Freezing(Adapters adapters, String when, String order, long pid)
      implements Adapters {
    @Override
    public Replicator replicator(String workload, Asset.Data asset, Limits limits) {
      return new FreezingReplicator(adapters.replicator(workload, asset, limits), this);
    }

    @Override
    public Router router(Route route) {
      return adapters.router(route);
    }
  }

  private static final class FreezingReplicator implements Replicator {
    private final Replicator real;
    private final Freezing freezing;
    private final AtomicBoolean frozen = new AtomicBoolean();

    FreezingReplicator(Replicator real, Freezing freezing) {
      this.real = real;
      this.freezing = freezing;
    }

    private void freeze(String when, DataOrder order) {
      boolean now = freezing.when().equals(when) && order.toString().startsWith(freezing.order());
      if (now && frozen.compareAndSet(false, true)) {
        try {
          signal("STOP", freezing.pid());
        } catch (IOException | InterruptedException e) {
          throw new IllegalStateException("cannot stop process " + freezing.pid(), e);
        }
      }
    }

    @Override
    public List<Finding> preflight() {
      return real.preflight();
    }

    @Override
    public CopySize size() {
      return real.size();
    }

    @Override
    public DataSeen look() {
      return real.look();
    }

    @Override
    public void carryOut(DataOrder order, long epoch) {
      freeze("before", order);
      real.carryOut(order, epoch);
      freeze("after", order);
    }

    @Override
    public void heed(Limits limits) {
      real.heed(limits);
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
