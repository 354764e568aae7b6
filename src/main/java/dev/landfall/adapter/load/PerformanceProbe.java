package dev.landfall.adapter.load;

import dev.landfall.engine.Probe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A check that a target answers as its source does: both are asked for the same at the same time,
 * and the target is judged as a flight is. A recorded source may stand in for the source while it
 * is fresh; then the two are of different hours, which the evidence says.
 */
public final class PerformanceProbe implements Probe {
  /** A source that fails more often is no measure of anything. */
  private static final double SOURCE_FAILURES_MAX = 0.05;

  private static final int SHOWN_MAX = 3;

  private final Sides sides;
  private final Load load;
  private final Limits limits;
  private final Optional<BaselineFile> file;
  private final InstantSource clock;

  /**
   * Who is asked; a path is put behind each.
   *
   * @param source where users are today
   * @param target where they will be
   */
  public record Sides(URI source, URI target) {}

  /**
   * How far apart they may be.
   *
   * @param margin by how much more frequent errors and slow answers may be without harm; 0.25 for a
   *     quarter more
   * @param tolerated the share of requests that may fail without anybody minding, above 0, below 1
   * @param slowerBy by how much longer users of the target may wait without anybody minding
   */
  public record Limits(double margin, double tolerated, Duration slowerBy) {}

  /**
   * Where a recorded source is kept.
   *
   * @param fresh how long it counts
   */
  public record Keeping(Path path, Duration fresh) {}

  /** A check of one service. */
  public PerformanceProbe(
      Sides sides, Load load, Limits limits, Optional<Keeping> keeping, InstantSource clock) {
    this.sides = sides;
    this.load = load;
    this.limits = limits;
    this.file = keeping.map(each -> new BaselineFile(each.path(), each.fresh()));
    this.clock = clock;
  }

  /** What was measured; of the source there is nothing when a recorded one stands in for it. */
  private record Measured(
      Optional<OpenLoop> sourceLoop,
      @Nullable Samples source,
      OpenLoop targetLoop,
      Samples target) {}

  @Override
  public Observation look() {
    var lines = new ArrayList<String>();
    lines.add("source: " + sides.source());
    lines.add("target: " + sides.target());
    lines.add(
        "asked: %d requests a second to each for %d s, GET %s"
            .formatted(
                load.perSecond(), load.lasting().toSeconds(), String.join(" ", load.paths())));
    for (String path : load.paths()) {
      Expectation expected = load.expected().get(path);
      if (expected != null) {
        lines.add("expected of GET %s: %s".formatted(path, expected.text()));
      }
    }
    var faults = new ArrayList<String>();
    try {
      Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
      measure(kept(now, lines), now, faults, lines);
    } catch (IOException e) {
      faults.add("the recorded baseline cannot be used: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      faults.add("the load was interrupted");
    }
    faults.forEach(fault -> lines.add("fault: " + fault));
    return new Observation(
        faults.isEmpty(), String.join("; ", faults), String.join("\n", lines) + "\n");
  }

  /** A recorded source that stands in for the source; absent when the source has to be asked. */
  private Optional<Recorded> kept(Instant now, List<String> lines) throws IOException {
    Optional<Recorded> found = file.isPresent() ? file.get().read() : Optional.empty();
    if (found.isEmpty()) {
      return found;
    }
    Optional<String> against =
        file.get().against(found.get(), question(), load, limits.tolerated(), now);
    against.ifPresent(why -> lines.add("the recorded source is not used: " + why));
    return against.isPresent() ? Optional.empty() : found;
  }

  /** What a recorded source is the answer to. */
  private String question() {
    return "%s %s %d/s %s wait %s slower-by %s"
            .formatted(
                sides.source(),
                String.join(" ", load.paths()),
                load.perSecond(),
                load.lasting(),
                load.answerMax(),
                limits.slowerBy())
        + load.paths().stream()
            .flatMap(path ->
                Optional.ofNullable(load.expected().get(path))
                    .map(each -> " expect " + path + " " + each.text())
                    .stream())
            .collect(Collectors.joining());
  }

  private void measure(
      Optional<Recorded> kept, Instant now, List<String> faults, List<String> lines)
      throws IOException, InterruptedException {
    Measured measured = ask(kept.isEmpty());
    tell("target", measured.targetLoop(), faults, lines);
    if (measured.sourceLoop().isPresent()) {
      tell("source", measured.sourceLoop().get(), faults, lines);
    }
    int before = Recorded.before(load);
    Samples source = measured.source();
    if (source != null && source.count() <= before) {
      return;
    }
    Recorded recorded =
        source == null
            ? kept.orElseThrow()
            : Recorded.of(source, load, limits.slowerBy(), now, question());
    String odd =
        Stream.of(
                lacking("target", measured.target()),
                odd(measured.target().failOthers(recorded.answers()), recorded))
            .filter(each -> !each.isEmpty())
            .collect(Collectors.joining("; "));
    if (!odd.isEmpty()) {
      lines.add("counted as failed: " + odd);
    }
    lines.add(
        kept.isPresent()
            ? "the source is a recorded one, of " + recorded.at()
            : "the source was asked at the same time");
    lines.add("source " + words(recorded.micros(), recorded.failures()));
    lines.add(
        "target "
            + words(
                Recorded.micros(measured.target(), before), measured.target().failures(before)));
    lines.add("recorded source: " + BaselineFile.text(recorded));
    long judged = (long) recorded.seconds().size() * load.perSecond();
    if (recorded.failures() > SOURCE_FAILURES_MAX * judged) {
      String words = source == null ? "" : lacking("source", source);
      faults.add(
          "the source itself fails %d of %d requests, so that it is no measure%s"
              .formatted(recorded.failures(), judged, words.isEmpty() ? "" : ": " + words));
      return;
    }
    // A load that was ended early says too little; whether the target is good is not asked here.
    if (source != null && file.isPresent() && faults.isEmpty()) {
      keep(recorded, lines);
    }
    Judgement.of(
            recorded,
            measured.target(),
            load,
            new Judgement.Margins(limits.margin(), limits.tolerated()))
        .ifPresent(why ->
            faults.add(
                "the target does not answer as the source does: %s%s (source %s, target %s)"
                    .formatted(
                        why,
                        odd.isEmpty() ? "" : "; " + odd,
                        words(recorded.micros(), recorded.failures()),
                        words(
                            Recorded.micros(measured.target(), before),
                            measured.target().failures(before)))));
  }

  private void keep(Recorded recorded, List<String> lines) throws IOException {
    Optional<String> failing = recorded.failing(limits.tolerated(), load);
    if (failing.isPresent()) {
      lines.add("the source is not recorded: " + failing.get());
    } else {
      file.orElseThrow().write(recorded);
    }
  }

  /** For people; empty when no answer lacks what is expected. */
  private String lacking(String side, Samples samples) {
    List<String> clauses =
        samples.lacking(load.paths().size()).entrySet().stream()
            .map(each ->
                "%d answers of the %s to GET %s lack what is expected"
                    .formatted(each.getValue(), side, load.paths().get(each.getKey())))
            .toList();
    return some(clauses);
  }

  private static String some(List<String> clauses) {
    return String.join("; ", clauses.subList(0, Math.min(SHOWN_MAX, clauses.size())))
        + (clauses.size() > SHOWN_MAX ? " and so on" : "");
  }

  /** For people; empty when the target answers as the source does. */
  private String odd(Map<Integer, Map<String, Integer>> found, Recorded recorded) {
    var clauses = new ArrayList<String>();
    found.forEach((path, statuses) ->
        clauses.add(
            "the target answered GET %s with %s (%d of them), the source with %s"
                .formatted(
                    load.paths().get(path),
                    words(statuses.keySet()),
                    statuses.values().stream().mapToInt(each -> each).sum(),
                    words(recorded.answers().get(path)))));
    return some(clauses);
  }

  private static String words(Set<String> words) {
    List<String> first = words.stream().limit(SHOWN_MAX).toList();
    return String.join(" or ", first) + (words.size() > SHOWN_MAX ? " or others" : "");
  }

  private static void tell(String side, OpenLoop loop, List<String> faults, List<String> lines) {
    lines.add(
        "the latest request to the %s was sent %d ms after it was due"
            .formatted(side, loop.latest().toMillis()));
    if (loop.stopped()) {
      faults.add(
          "the load was ended early, as more than half of all requests to the " + side + " failed");
    }
  }

  private Measured ask(boolean withSource) throws InterruptedException {
    try (var client = client();
        var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
      long begin = System.nanoTime() + Duration.ofMillis(200).toNanos();
      // Half a step apart, so that neither side is always asked just after the other.
      long apart = load.due(1) / 2;
      var over = new AtomicBoolean();
      var targetLoop = new OpenLoop(sides.target(), load, over);
      var sourceLoop =
          withSource
              ? Optional.of(new OpenLoop(sides.source(), load, over))
              : Optional.<OpenLoop>empty();
      Callable<Samples> asking = () -> targetLoop.run(client, begin + apart);
      Future<Samples> target = threads.submit(asking);
      try {
        Samples source = sourceLoop.isPresent() ? sourceLoop.get().run(client, begin) : null;
        return new Measured(sourceLoop, source, targetLoop, target.get());
      } finally {
        // Whatever ended it early: closing would wait for the load and for every answer.
        threads.shutdownNow();
        client.shutdownNow();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the target could not be asked", e.getCause());
    }
  }

  private HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .proxy(HttpClient.Builder.NO_PROXY)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(load.answerMax())
        .build();
  }

  private static String words(List<Long> micros, long failures) {
    return String.format(
        Locale.ROOT,
        "p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, longest %.1f ms, %d failed",
        micros.get(0) / 1e3,
        micros.get(1) / 1e3,
        micros.get(2) / 1e3,
        micros.get(3) / 1e3,
        failures);
  }
}
