package dev.landfall.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one run of wrk said.
 *
 * @param rate answers a second
 * @param p50Millis the median of the time for an answer
 * @param p99Millis its 99th percentile
 * @param bad what went wrong; absent when nothing did
 */
record Wrk(double rate, double p50Millis, double p99Millis, Optional<String> bad) {
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern P50 = Pattern.compile("\\s50%\\s+([0-9.]+)(us|ms|s)");
  private static final Pattern P99 = Pattern.compile("\\s99%\\s+([0-9.]+)(us|ms|s)");
  private static final Pattern BAD = Pattern.compile("(Non-2xx[^\\n]*|Socket errors[^\\n]*)");

  /**
   * Asks for the page at the root, over connections that are kept.
   *
   * @param header one that each request has; empty for none
   */
  static Wrk on(int port, long seconds, long connections, String header) {
    var command = new ArrayList<>(List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s"));
    command.add("--latency");
    if (!header.isEmpty()) {
      command.addAll(List.of("-H", header));
    }
    command.add("http://127.0.0.1:" + port + "/");
    String said = Child.answer(command.toArray(String[]::new));
    Matcher bad = BAD.matcher(said);
    return new Wrk(
        Double.parseDouble(found(RATE, said).group(1)),
        millis(found(P50, said)),
        millis(found(P99, said)),
        bad.find() ? Optional.of(bad.group()) : Optional.empty());
  }

  private static Matcher found(Pattern pattern, String said) {
    Matcher matcher = pattern.matcher(said);
    if (!matcher.find()) {
      throw new IllegalStateException("wrk said something else: " + said);
    }
    return matcher;
  }

  private static double millis(Matcher time) {
    double scale =
        switch (time.group(2)) {
          case "us" -> 0.001;
          case "ms" -> 1;
          default -> 1000;
        };
    return Double.parseDouble(time.group(1)) * scale;
  }
}
