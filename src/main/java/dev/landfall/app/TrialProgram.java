package dev.landfall.app;

import dev.landfall.engine.WorkloadJson;
import dev.landfall.problem.Finding;
import dev.landfall.rehearsal.Trial;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Workload;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A program of the user's own as the tests of a rehearsal. It is told where the clones are, and
 * gets no secret of Landfall's: of the environment only what says where and in which words a
 * program runs is handed on, and of that nothing that the workload file names as a secret.
 */
final class TrialProgram implements Trial {
  private static final Pattern SECRET = Pattern.compile("\"env:([^\"]+)\"");

  /**
   * A list of what is handed on, and none of what is not: nobody can list what other programs call
   * their secrets ({@code PGPASSWORD}, keys of a cloud, tokens of a build).
   */
  private static final Pattern HANDED_ON =
      Pattern.compile("PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|JAVA_HOME");

  /** A program may print without end and never end its line. */
  private static final int LINE_MAX = 2000;

  private static final Duration FOR_THE_REST = Duration.ofSeconds(1);

  /** What could move a terminal's cursor, or hide or turn around other letters. */
  private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]");

  private final Workload workload;
  private final Path program;
  private final String role;
  private final Duration limit;
  private final Consumer<String> said;

  /**
   * @param role what the program signs in as; how, it has to know by itself
   * @param limit how long it may take; then it is killed. What it has begun is killed whenever it
   *     ends: it would go on in a clone that is somebody else's by then
   * @param said is told each line that it prints; nobody else is: why it did not pass goes into the
   *     journal for good, and what it prints may be a secret
   */
  TrialProgram(
      Workload workload, Path program, String role, Duration limit, Consumer<String> said) {
    this.workload = workload;
    this.program = program;
    this.role = role;
    this.limit = limit;
    this.said = said;
  }

  @Override
  public String role() {
    return role;
  }

  @Override
  public String name() {
    return program.toString();
  }

  @Override
  public void warned(Finding finding) {
    said.accept(
        "take care: %s: %s; %s".formatted(finding.subject(), finding.seen(), finding.remedy()));
  }

  @Override
  public Optional<String> run(List<Asset.Data> clones) throws InterruptedException {
    var builder = new ProcessBuilder(program.toString()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(handedOn(System.getenv()));
    builder.environment().putAll(variables(clones));
    Offspring offspring;
    try {
      offspring = Offspring.start(builder);
    } catch (IOException e) {
      return Optional.of(
          "the tests cannot be run: " + e.getMessage() + "; is it there, and executable?");
    }
    Process process = offspring.process();
    try {
      process.getOutputStream().close();
      Thread listening = Thread.startVirtualThread(() -> listen(process));
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        return Optional.of(
            "the tests had not ended after " + limit.toMinutes() + " min and were killed");
      }
      boolean _ = listening.join(FOR_THE_REST);
      int code = process.exitValue();
      return code == 0 ? Optional.empty() : Optional.of("the tests ended with " + code);
    } catch (IOException e) {
      return Optional.of("the tests ended before they began: " + e.getMessage());
    } finally {
      offspring.end();
    }
  }

  /** What of the environment of Landfall the program gets. */
  Map<String, String> handedOn(Map<String, String> environment) {
    var some = new HashMap<String, String>(environment);
    some.keySet().removeIf(name -> !HANDED_ON.matcher(name).matches());
    some.keySet().removeAll(secrets());
    return some;
  }

  private List<String> secrets() {
    return SECRET
        .matcher(WorkloadJson.write(workload))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  /** For each asset where its clone is: {@code LANDFALL_ORDERS_URL}. */
  private Map<String, String> variables(List<Asset.Data> clones) {
    var variables = new HashMap<String, String>();
    variables.put("LANDFALL_WORKLOAD", workload.name());
    variables.put("LANDFALL_ROLE", role);
    for (Asset.Data clone : clones) {
      String name = clone.name().toUpperCase(Locale.ROOT).replace('-', '_');
      variables.put("LANDFALL_" + name + "_URL", url(clone.target()));
    }
    return variables;
  }

  /** As libpq reads it, with what the workload file says of TLS. */
  private static String url(Endpoint endpoint) {
    var url = new StringBuilder(endpoint.url());
    endpoint.options().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(option ->
            url.append(url.indexOf("?") < 0 ? '?' : '&')
                .append(option.getKey())
                .append('=')
                .append(option.getValue()));
    return url.toString();
  }

  /** Says a line, of which nothing is kept then; what is beyond the bound was dropped. */
  private void tell(StringBuilder line) {
    String shown = line.length() > LINE_MAX ? line.substring(0, LINE_MAX) + "..." : line.toString();
    line.setLength(0);
    said.accept(UNSEEN.matcher(shown).replaceAll(" "));
  }

  private void listen(Process process) {
    try (var text =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      var line = new StringBuilder();
      int before = '\n';
      for (int read = text.read(); read >= 0; read = text.read()) {
        boolean ends = read == '\n' || read == '\r';
        if (ends && !(read == '\n' && before == '\r')) {
          tell(line);
        } else if (!ends && line.length() <= LINE_MAX) {
          line.append((char) read);
        }
        before = read;
      }
      if (!line.isEmpty()) {
        tell(line);
      }
    } catch (IOException e) {
      // The pipe of a program that was killed is closed under whoever reads it.
      said.accept("no more is read of what the tests print: " + e.getMessage());
    }
  }
}
