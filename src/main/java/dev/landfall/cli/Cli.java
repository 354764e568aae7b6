package dev.landfall.cli;

import dev.landfall.problem.Fault;
import dev.landfall.problem.OutsideException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command {@code landfall}: reads the words, runs a verb, says how it ended. */
@Command(
    name = "landfall",
    description = "Promotes live workloads to their new home, and can bring everybody back.",
    synopsisSubcommandLabel = "VERB",
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done, or answered",
      "1:refused: the order or the file is wrong, or it is too late for it",
      "2:blocked: something else must be done first",
      "3:rolled back: users and data are on the source",
      "4:parked: a person must look",
      "5:something outside cannot be reached, or does not do as asked"
    },
    footer = {
      "",
      "Examples:",
      "  landfall check shop.yaml",
      "  landfall plan shop.yaml",
      "  landfall promote shop.yaml --until staged",
      "  landfall rollback shop --reason \"checkout is slow\"",
      "  landfall demo"
    })
public final class Cli implements Runnable {
  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      defaultValue = ".landfall",
      scope = ScopeType.INHERIT,
      description = "Where the state and the history are kept (default: ${DEFAULT-VALUE}).")
  private Path data = Path.of(".landfall");

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Answer in JSON, one document; errors too.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this text.")
  @SuppressWarnings("UnusedVariable") // picocli reads it, and shows the text by itself
  private boolean help;

  @Option(
      names = {"-v", "--version"},
      description = "Show the version.")
  private boolean version;

  /** In the order of the help. */
  private static final Map<String, Function<Cli, Object>> VERBS = new LinkedHashMap<>();

  static {
    VERBS.put("check", CheckVerb::new);
    VERBS.put("models", ModelsVerb::new);
    VERBS.put("plan", PlanVerb::new);
    VERBS.put("promote", PromoteVerb::new);
    VERBS.put("rehearse", RehearseVerb::new);
    VERBS.put("gates", ReadyVerbs.Gates::new);
    VERBS.put("gate", GateVerbs::command);
    VERBS.put("approve", SayVerbs.Approve::new);
    VERBS.put("decline", SayVerbs.Decline::new);
    VERBS.put("withdraw", SayVerbs.Withdraw::new);
    VERBS.put("waive", SayVerbs.Waive::new);
    VERBS.put("break-glass", GlassVerbs.BreakGlass::new);
    VERBS.put("review", GlassVerbs.Review::new);
    VERBS.put("statement", StatementVerbs.Draft::new);
    VERBS.put("sign", StatementVerbs.Sign::new);
    VERBS.put("submit", StatementVerbs.Submit::new);
    VERBS.put("ready", ReadyVerbs.Ready::new);
    VERBS.put("key", KeyVerb::command);
    VERBS.put("status", StatusVerb::new);
    VERBS.put("rollback", OrderVerbs.Rollback::new);
    VERBS.put("complete", OrderVerbs.Complete::new);
    VERBS.put("give-up", GiveUpVerb::new);
    VERBS.put("pause", OrderVerbs.Pause::new);
    VERBS.put("resume", OrderVerbs.Resume::new);
    VERBS.put("go-on", OrderVerbs.GoOn::new);
    VERBS.put("fly", OrderVerbs.Fly::new);
    VERBS.put("history", HistoryVerb::new);
    VERBS.put("audit", AuditVerb::command);
    VERBS.put("evidence", EvidenceVerb::command);
    VERBS.put("controller", ProgramVerbs.Controller::new);
    VERBS.put("router", ProgramVerbs.Router::new);
    VERBS.put("address-agent", AddressAgentVerb::new);
    VERBS.put("probe-agent", ProbeAgentVerb::new);
    VERBS.put("haproxy", HaproxyVerb::command);
    VERBS.put("demo", DemoVerb::new);
    VERBS.put("completion", CompletionVerb::new);
  }

  private final Wiring wiring;
  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;
  private final boolean terminal;

  Cli(
      Wiring wiring,
      PrintStream out,
      PrintStream err,
      Map<String, String> environment,
      boolean terminal) {
    this.wiring = wiring;
    this.out = out;
    this.err = err;
    this.environment = Map.copyOf(environment);
    this.terminal = terminal;
  }

  /** Runs one command on the process's own streams; the answer is what the process ends with. */
  public static int run(Wiring wiring, String... args) {
    boolean asksVersion = args.length == 1 && List.of("-v", "--version").contains(args[0]);
    if (asksVersion) {
      System.out.println("landfall " + Version.CURRENT);
      return Exit.DONE.number();
    }
    // The launcher tells: asked from here, the console would want standard input to be one as well.
    boolean terminal = Boolean.getBoolean("landfall.terminal");
    return new Cli(wiring, System.out, System.err, System.getenv(), terminal).execute(args);
  }

  int execute(String... args) {
    boolean plain = args.length > 0 && VERBS.containsKey(args[0]);
    var line = plain ? commandLine(Set.of(args[0])) : commandLine();
    line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    // Before anything is parsed, so that a mistake in the words is told in JSON as well.
    boolean wantsJson = List.of(args).contains("--json");
    line.setParameterExceptionHandler(
        (e, _) -> failed(new Problem(Exit.REFUSED, CliProblem.USAGE, Words.usage(e)), wantsJson));
    line.setExecutionExceptionHandler((e, _, _) -> failed(problem(e), wantsJson));
    return line.execute(args);
  }

  /** The whole command, for help, completion and mistakes. */
  CommandLine commandLine() {
    return commandLine(VERBS.keySet());
  }

  /** Reading the annotations of a verb costs milliseconds, so only the asked one is made. */
  private CommandLine commandLine(Set<String> verbs) {
    var line = new CommandLine(this);
    VERBS.forEach((name, make) -> {
      if (verbs.contains(name)) {
        line.addSubcommand(name, make.apply(this));
      }
    });
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }

  @Override
  public void run() {
    if (version) {
      out.println("landfall " + Version.CURRENT);
      return;
    }
    throw new Problem(
        Exit.REFUSED,
        CliProblem.USAGE,
        "cannot run landfall: no verb was given; \"landfall --help\" lists them");
  }

  private static Problem problem(Exception e) {
    return switch (e) {
      case Problem problem -> problem;
      case OutsideException outside ->
          new Problem(
              outside.code().refuses() ? Exit.REFUSED : Exit.UNREACHABLE,
              outside.code(),
              String.valueOf(outside.getMessage()));
      default -> fault(e);
    };
  }

  private static Problem fault(Exception e) {
    var problem =
        new Problem(
            Exit.PARKED,
            CliProblem.FAULT,
            "cannot go on: a fault in Landfall itself: "
                + Fault.words(e)
                + "; what was begun is in the history, please report this");
    problem.initCause(e);
    return problem;
  }

  private int failed(Problem problem, boolean wantsJson) {
    if (wantsJson) {
      var error = new LinkedHashMap<String, Object>();
      error.put("exit", problem.exit().number());
      error.put("code", problem.code().id());
      error.put("message", String.valueOf(problem.getMessage()));
      error.put("mistakes", problem.mistakes());
      out.println(Json.of(Map.of("error", error)));
    } else if (problem.mistakes().isEmpty()) {
      err.println(problem.getMessage());
    } else {
      problem.mistakes().forEach(err::println);
    }
    if (problem.getCause() != null && environment.containsKey("LANDFALL_TRACE")) {
      Fault.trace(problem.getCause()).forEach(err::println);
    }
    return problem.exit().number();
  }

  Path data() {
    return data;
  }

  Operations operations() {
    return wiring.operations(data);
  }

  Wiring wiring() {
    return wiring;
  }

  boolean json() {
    return json;
  }

  Screen screen() {
    return new Screen(out, environment, terminal && !json);
  }

  /** The whole answer, as one JSON document. */
  void answer(Object value) {
    out.println(Json.of(value));
  }

  /** A line that is no part of the answer. */
  void complain(String text) {
    err.println(text);
  }

  void print(String text) {
    out.print(text);
  }

  /** Who gives the order, unless it is said. */
  String user() {
    return environment.getOrDefault(
        "LANDFALL_USER", environment.getOrDefault("USER", System.getProperty("user.name")));
  }
}
