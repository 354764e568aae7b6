package dev.landfall.cli;

import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Route;
import dev.landfall.workload.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code landfall haproxy}: what an HAProxy needs once to lead users of a workload. */
@Command(
    name = "haproxy",
    description = "What an HAProxy needs to lead users of a workload.",
    synopsisSubcommandLabel = "VERB")
final class HaproxyVerb implements Runnable {
  /** The verb with its own verbs. */
  static CommandLine command(Cli cli) {
    return new CommandLine(new HaproxyVerb())
        .addSubcommand("include", new Include(cli))
        .addSubcommand("lua", new Lua(cli));
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "No verb was given");
  }

  /** {@code landfall haproxy include FILE}. */
  @Command(
      name = "include",
      description = {
        "Prints the configuration that HAProxy needs for a route of this workload, as a file of"
            + " its",
        "own beside yours. Users are told apart as the flights of the workload file say; print it",
        "anew, and reload HAProxy, when they say something else. Asks nobody and changes nothing."
      },
      footer = {
        "",
        "Examples:",
        "  landfall haproxy include shop.yaml > /etc/haproxy/landfall.cfg",
        "  landfall haproxy include shop.yaml --frontend"
      })
  static final class Include implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "FILE", description = "The workload file.")
    private Path file = Path.of("");

    @Option(
        names = "--route",
        paramLabel = "NAME",
        description = "Which route of kind haproxy; may be left away when there is one.")
    private @Nullable String route;

    @Option(
        names = "--script",
        paramLabel = "PATH",
        defaultValue = "/etc/haproxy/landfall.lua",
        description = "Where the file of Lua is (default: ${DEFAULT-VALUE}).")
    private String script = "";

    @Option(
        names = "--folder",
        paramLabel = "PATH",
        defaultValue = "/var/lib/haproxy/landfall",
        description = {
          "Where HAProxy keeps its orders; its user must be able to write there",
          "(default: ${DEFAULT-VALUE})."
        })
    private String folder = "";

    @Option(
        names = "--chroot",
        paramLabel = "PATH",
        defaultValue = "/var/lib/haproxy",
        description = {
          "The folder that HAProxy locks itself into, in which the other must lie; - for none",
          "(default: ${DEFAULT-VALUE})."
        })
    private String chroot = "";

    @Option(
        names = "--held-most",
        paramLabel = "N",
        defaultValue = "1000",
        description =
            "How many requests may wait in a hold, 1 to 1000 (default: ${DEFAULT-VALUE}).")
    private int heldMost;

    @Option(
        names = "--frontend",
        description = "Print the lines by which a frontend of yours leads requests to the route.")
    private boolean frontend;

    Include(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      Workload workload = Words.workload(file);
      var order =
          new Wiring.HaproxyOrder(
              route(workload),
              workload.flights().map(FlightPlan::identity).orElse(Identity.NONE),
              script,
              folder,
              chroot.equals("-") ? Optional.empty() : Optional.of(chroot),
              heldMost);
      Wiring.HaproxyText text;
      try {
        text = cli.wiring().haproxy(order);
      } catch (IllegalArgumentException e) {
        throw refused(e.getMessage() + "; give another");
      }
      if (cli.json()) {
        cli.answer(text);
      } else {
        cli.print(frontend ? text.frontend() : text.include());
      }
      return Exit.DONE.number();
    }

    private String route(Workload workload) {
      List<String> names =
          workload.routes().stream()
              .filter(each -> each.kind().equals("haproxy"))
              .map(Route::name)
              .toList();
      if (names.isEmpty()) {
        throw refused(file + " has no route of kind haproxy; add one");
      }
      if (route == null && names.size() > 1) {
        throw refused(
            "there are "
                + names.size()
                + " routes of kind haproxy; add --route, one of "
                + String.join(", ", names));
      }
      String wanted = route == null ? names.getFirst() : route;
      if (!names.contains(wanted)) {
        throw refused(
            "\""
                + wanted
                + "\" is no route of kind haproxy; give one of "
                + String.join(", ", names));
      }
      return wanted;
    }

    private static Problem refused(String why) {
      return new Problem(
          Exit.REFUSED, CliProblem.USAGE, "cannot run landfall haproxy include: " + why);
    }
  }

  /** {@code landfall haproxy lua}. */
  @Command(
      name = "lua",
      description = {
        "Prints the file of Lua that the include loads; the same for every workload of this",
        "version. Print it anew when Landfall is."
      },
      footer = {"", "Example:", "  landfall haproxy lua > /etc/haproxy/landfall.lua"})
  static final class Lua implements Callable<Integer> {
    private final Cli cli;

    Lua(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      String lua = cli.wiring().haproxyLua();
      if (cli.json()) {
        cli.answer(java.util.Map.of("lua", lua));
      } else {
        cli.print(lua);
      }
      return Exit.DONE.number();
    }
  }
}
