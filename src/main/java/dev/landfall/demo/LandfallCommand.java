package dev.landfall.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Landfall as anybody uses it: by its command line, each verb a process of its own. */
final class LandfallCommand {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The longest that any verb may take before the demo calls it stuck. */
  private static final Duration VERB_MAX = Duration.ofMinutes(5);

  private static final Instant NEVER = Instant.EPOCH;

  private final List<String> prefix;
  private final Map<String, String> environment;
  private final Path folder;
  private int count;
  private @Nullable Program last;

  /**
   * Makes a caller.
   *
   * @param prefix the command before the verb
   * @param environment the secrets that the workload file refers to
   * @param folder where it runs, logs, and keeps its data
   */
  LandfallCommand(List<String> prefix, Map<String, String> environment, Path folder) {
    this.prefix = List.copyOf(prefix);
    this.environment = Map.copyOf(environment);
    this.folder = folder;
  }

  /**
   * A verb that has ended.
   *
   * @param code its exit code
   * @param output all that it answered
   * @param says its last words, complaints included, for messages
   */
  record Ended(String verb, int code, List<String> output, String says) {
    /** What it said with {@code --json}. */
    JsonNode json() {
      try {
        return JSON.readTree(String.join("\n", output));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("landfall " + verb + " did not answer in JSON: " + says, e);
      }
    }

    /** What it said of the workload in the end; its last words when it said nothing of it. */
    String answer() {
      return lastOfWorkload(output).orElse(says);
    }
  }

  /** Starts a verb and does not wait for it. */
  Program start(String... arguments) {
    return start(environment, arguments);
  }

  private synchronized Program start(Map<String, String> variables, String... arguments) {
    var command = new ArrayList<>(prefix);
    command.addAll(List.of(arguments));
    command.addAll(List.of("--data", folder.resolve("state").toString()));
    String name = "%02d-%s".formatted(++count, arguments[0]);
    Program program = Program.start(name, command, variables, folder);
    last = program;
    return program;
  }

  /**
   * Starts a router that has no order yet.
   *
   * @param port where users reach it
   * @param control where it takes orders
   */
  Program startRouter(int port, int control) {
    var command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            "router",
            "--listen",
            "127.0.0.1:" + port,
            "--control",
            "127.0.0.1:" + control,
            "--state",
            folder.resolve("router.json").toString(),
            "--token",
            "env:ROUTER_TOKEN"));
    return Program.start("router", command, environment, folder);
  }

  /** Runs a verb to its end. */
  Ended run(String... arguments) throws InterruptedException {
    return ended(start(arguments), arguments[0]);
  }

  /** The same, as a person whom the workload file names. */
  Ended runAs(String person, String... arguments) throws InterruptedException {
    var variables = new HashMap<>(environment);
    variables.put("LANDFALL_USER", person);
    return ended(start(variables, arguments), arguments[0]);
  }

  /** Waits for the end of a verb. */
  Ended ended(Program program, String verb) throws InterruptedException {
    Optional<Integer> code = program.end(VERB_MAX);
    if (code.isEmpty()) {
      program.kill();
      throw new IllegalStateException(
          "landfall " + verb + " is stuck; its last words: " + program.tail());
    }
    return new Ended(verb, code.get(), program.output(), program.tail());
  }

  /** What the last verb has said of the workload until now; empty when it has said nothing. */
  synchronized String says() {
    return last == null ? "" : lastOfWorkload(last.output()).orElse("");
  }

  private static Optional<String> lastOfWorkload(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(Demo.WORKLOAD + ": "))
        .reduce((_, later) -> later);
  }

  /** One cutover, out of the history. */
  record Cutover(
      String direction,
      long holdMillis,
      long fenceMillis,
      long drainMillis,
      long verifyMillis,
      long rowsVerified) {}

  /** The finished cutovers in their order, as {@code history --json} tells them. */
  List<Cutover> cutovers(String workload) throws InterruptedException {
    Ended history = run("history", workload, "--json");
    return history.code() == 0 ? cutoversIn(String.join("\n", history.output())) : List.of();
  }

  /** What the journal tells, oldest first; empty when it cannot be read. */
  List<Happened> history(String workload) throws InterruptedException {
    Ended history = run("history", workload, "--json");
    return history.code() == 0 ? events(String.join("\n", history.output())) : List.of();
  }

  /** The flights that the journal tells of. */
  List<FlightLog.Leg> flights(String workload) throws InterruptedException {
    return FlightLog.of(history(workload));
  }

  /** One event of the journal. */
  record Happened(String type, JsonNode payload) {
    /** When it was decided. */
    Instant at() {
      return instant(payload);
    }
  }

  static List<Cutover> cutoversIn(String json) {
    var cutovers = new ArrayList<Cutover>();
    // Those that were abandoned before it have held users, too.
    Instant begun = NEVER;
    Instant held = Instant.EPOCH;
    Instant fenced = Instant.EPOCH;
    Instant drained = Instant.EPOCH;
    JsonNode moved = JSON.createObjectNode();
    for (Happened event : events(json)) {
      JsonNode what = event.payload();
      switch (event.type()) {
        case "CutoverBegun" -> begun = begun.equals(NEVER) ? event.at() : begun;
        case "Held" -> held = event.at();
        case "Fenced" -> fenced = event.at();
        case "Drained" -> drained = event.at();
        case "OwnerMoved" -> moved = what;
        case "CutoverFinished" -> {
          cutovers.add(
              new Cutover(
                  what.path("to").asText().equals("TARGET") ? "forward" : "back",
                  // What the planes tell is the longest since they started.
                  Math.min(
                      millis(what.path("heldMax")), Duration.between(begun, event.at()).toMillis()),
                  Duration.between(held, fenced).toMillis(),
                  Duration.between(fenced, drained).toMillis(),
                  millis(moved.path("compareTook")),
                  moved.path("rowsCompared").asLong()));
          begun = NEVER;
        }
        default -> {}
      }
    }
    return cutovers;
  }

  static List<Happened> events(String json) {
    try {
      JsonNode all = JSON.readTree(json);
      var events = new ArrayList<Happened>();
      for (JsonNode each : all.isArray() ? all : all.path("events")) {
        events.add(new Happened(each.path("type").asText(), payload(each)));
      }
      return events;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot read the history: " + e.getMessage(), e);
    }
  }

  /** The event itself: an object, or its text as the journal keeps it. */
  private static JsonNode payload(JsonNode event) {
    JsonNode payload = event.path("payload");
    try {
      return payload.isTextual() ? JSON.readTree(payload.asText()) : payload;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot read an event: " + e.getMessage(), e);
    }
  }

  private static Instant instant(JsonNode event) {
    return Instant.parse(event.path("at").asText());
  }

  private static long millis(JsonNode duration) {
    return duration.isTextual() ? Duration.parse(duration.asText()).toMillis() : 0;
  }
}
