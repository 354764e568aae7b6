package dev.landfall.app;

import dev.landfall.adapter.address.AddressAgent;
import dev.landfall.adapter.address.AgentOptions;
import dev.landfall.adapter.folder.TellingKey;
import dev.landfall.adapter.haproxy.HaproxyInclude;
import dev.landfall.adapter.reach.AllowedNetworks;
import dev.landfall.adapter.reach.ProbeAgent;
import dev.landfall.adapter.router.RouterOptions;
import dev.landfall.adapter.router.RouterServer;
import dev.landfall.cli.Cli;
import dev.landfall.cli.Exit;
import dev.landfall.cli.Operations;
import dev.landfall.cli.Wiring;
import dev.landfall.demo.Demo;
import dev.landfall.demo.DemoOptions;
import dev.landfall.workload.SecretRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;

/** The program: puts the parts together by constructor calls. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs one command; the answer is what the process ends with. */
  static int run(String... args) {
    Logging.quietly();
    return Cli.run(new Parts(), args);
  }

  /** The parts of the program, each made when a verb needs it. */
  private static final class Parts implements Wiring {
    private static final Secrets SECRETS =
        new Secrets(System.getenv(), warning -> System.err.println("landfall: " + warning));

    @Override
    public Operations operations(Path data) {
      return local(data);
    }

    @Override
    public Exit controller(Path data) {
      try (var operations = local(data)) {
        operations.driveAll();
        return Exit.DONE;
      } catch (InterruptedException _) {
        // The process was told to end. Nothing is lost: the next start goes on from the journal.
        Thread.currentThread().interrupt();
        return Exit.DONE;
      }
    }

    private static LocalOperations local(Path data) {
      return new LocalOperations(data, new Products(SECRETS, TellingKey.in(data)));
    }

    @Override
    public Exit router(RouterOrder order) {
      Place listen = Place.parse(order.listen());
      Place control = Place.parse(order.control());
      var options =
          new RouterOptions(
              listen.host(),
              listen.port(),
              control.host(),
              control.port(),
              order.openControl(),
              SECRETS.resolve(SecretRef.parse(order.token())),
              order.state().toAbsolutePath(),
              RouterOptions.Limits.DEFAULTS);
      RouterServer server = RouterServer.start(options);
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "close the router"));
      System.out.println(
          "serving users on "
              + listen.host()
              + ":"
              + server.port()
              + ", taking orders on "
              + control.host()
              + ":"
              + server.controlPort());
      return untilTold();
    }

    @Override
    public Exit addressAgent(AddressAgentOrder order) {
      Place control = Place.parse(order.control());
      AddressAgent agent =
          AddressAgent.start(
              new AgentOptions(
                  order.address(),
                  order.device(),
                  control.host(),
                  control.port(),
                  order.openControl(),
                  SECRETS.resolve(SecretRef.parse(order.token())),
                  order.state().toAbsolutePath(),
                  order.trackFile().map(Path::toAbsolutePath)));
      Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "close the agent"));
      System.out.println("taking orders on " + control.host() + ":" + agent.controlPort());
      return untilTold();
    }

    @Override
    public Exit probeAgent(ProbeAgentOrder order) {
      Place control = Place.parse(order.control());
      ProbeAgent agent =
          ProbeAgent.start(
              new ProbeAgent.Options(
                  control.host(),
                  control.port(),
                  order.openControl(),
                  SECRETS.resolve(SecretRef.parse(order.token())),
                  AllowedNetworks.of(order.allowed())));
      Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "close the agent"));
      System.out.println("looking for others on " + control.host() + ":" + agent.port());
      return untilTold();
    }

    @Override
    public HaproxyText haproxy(HaproxyOrder order) {
      var include =
          new HaproxyInclude(
              order.route(),
              order.script(),
              order.folder(),
              order.chroot(),
              order.identity(),
              order.heldMost());
      return new HaproxyText(include.text(), include.frontendLines());
    }

    @Override
    public String haproxyLua() {
      return HaproxyInclude.lua();
    }

    private static Exit untilTold() {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException _) {
        // The process was told to end. Nothing is lost: the next start goes on from the last order.
        Thread.currentThread().interrupt();
      }
      return Exit.DONE;
    }

    @Override
    public Exit demo(DemoOrder order) {
      var model = DemoOptions.Model.parse(order.model());
      var options =
          new DemoOptions(
              order.rows(),
              order.customers(),
              order.seconds().orElse(model.seconds()),
              DemoOptions.THINK,
              model,
              order.breaks().isEmpty()
                  ? DemoOptions.Break.NOTHING
                  : DemoOptions.Break.parse(order.breaks().getFirst()),
              order.gates(),
              order.keep(),
              order.report(),
              DemoOptions.landfallOf(Main.class));
      try {
        int code = new Demo(options, System.out, Boolean.getBoolean("landfall.terminal")).run();
        return code == 0 ? Exit.DONE : Exit.PARKED;
      } catch (IOException e) {
        throw new UncheckedIOException("cannot run the demo: " + e.getMessage(), e);
      } catch (SQLException e) {
        throw new IllegalStateException("cannot run the demo: " + e.getMessage(), e);
      } catch (InterruptedException _) {
        // The process was told to end. Nothing is lost: the demo took its own world down already.
        Thread.currentThread().interrupt();
        return Exit.DONE;
      }
    }
  }
}
