package dev.landfall.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.TestJava;
import dev.landfall.adapter.command.CommandRouter;
import dev.landfall.adapter.haproxy.HaproxyRouter;
import dev.landfall.adapter.router.HttpRouter;
import dev.landfall.control.RouteJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A controller in a process of its own that is killed while it gives an order to a plane. */
public final class KilledController {
  private KilledController() {}

  /** The process itself: which product, and what its adapter needs. */
  public static void main(String[] args) throws Exception {
    Router router =
        switch (args[0]) {
          case "router" -> new HttpRouter(URI.create(args[1]), args[2]);
          case "haproxy" -> new HaproxyRouter(args[1], args[2]);
          case "command" ->
              new CommandRouter(
                  new CommandRouter.Program(
                      args[1],
                      List.of(args[2], args[3]),
                      true,
                      true,
                      Duration.ofSeconds(10),
                      Optional.of(args[4])),
                  (_, _) -> true);
          default -> throw new IllegalArgumentException(args[0]);
        };
    // Whatever has to be loaded for an order is, before the time counts.
    router.look();
    System.out.println("ready");
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    RouteOrder order = RouteJson.order(in.readLine());
    System.out.println("ordering");
    router.order(order);
    Thread.currentThread().join();
  }

  /** Starts one, which waits for its order. */
  public static Child start(List<String> words) throws IOException {
    List<String> command =
        TestJava.command(
            KilledController.class, "-Xmx48m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    command.addAll(words);
    return new Child(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** One that lives. */
  public record Child(Process process) implements AutoCloseable {
    /** Has it give an order, and kills it so long after it has begun. */
    void orderAndDie(RouteOrder order, Duration after) throws Exception {
      try (this) {
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).isEqualTo("ready");
        var in = process.outputWriter(StandardCharsets.UTF_8);
        in.write(RouteJson.ofOrder(order) + "\n");
        in.flush();
        assertThat(out.readLine()).isEqualTo("ordering");
        Thread.sleep(after);
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
      try {
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
