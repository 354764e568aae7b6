package dev.landfall.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** What a JVM waited for, event by event, out of its flight recorder. */
final class Trace {
  private static final List<String> EVENTS =
      List.of("jdk.SocketRead", "jdk.FileForce", "jdk.ThreadSleep", "jdk.ThreadPark");
  private static final int FRAMES_MAX = 3;

  private Trace() {}

  /** The option of a JVM that records every wait, and writes it at its end. */
  static String recording(String file) {
    var option =
        new StringBuilder("-XX:StartFlightRecording=filename=")
            .append(Path.of(file).toAbsolutePath());
    for (String event : EVENTS) {
      option.append(",").append(event).append("#enabled=true");
      option.append(",").append(event).append("#threshold=0.2ms");
      option.append(",").append(event).append("#stackTrace=true");
    }
    option.append(",jdk.SocketRead#throttle=off,jdk.FileForce#throttle=off");
    return option.toString();
  }

  /** Prints the driver's waits between two moments, oldest first, with our frames that waited. */
  static void print(Path file, Instant from, Instant to) throws IOException {
    var lines = new ArrayList<RecordedEvent>();
    try (var recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        RecordedEvent event = recording.readEvent();
        boolean inside = event.getEndTime().isAfter(from) && event.getStartTime().isBefore(to);
        if (inside
            && EVENTS.contains(event.getEventType().getName())
            && !ours(event).isEmpty()
            && ofTheDriver(event)) {
          lines.add(event);
        }
      }
    }
    sum(lines);
    lines.sort(Comparator.comparing(RecordedEvent::getStartTime));
    for (RecordedEvent event : lines) {
      var thread = event.getThread();
      System.out.printf(
          Locale.ROOT,
          "%8.1f ms %7.1f ms  %-14s %-28s %s%n",
          Duration.between(from, event.getStartTime()).toNanos() / 1e6,
          event.getDuration().toNanos() / 1e6,
          event.getEventType().getName().substring(4),
          thread == null ? "" : thread.getJavaName() + "#" + thread.getJavaThreadId(),
          ours(event));
    }
  }

  /** The waits by the first of our frames: how often, and how long in all. */
  private static void sum(List<RecordedEvent> events) {
    var counts = new TreeMap<String, List<Double>>();
    for (RecordedEvent event : events) {
      String key = event.getEventType().getName().substring(4) + " " + ours(event).split(" ")[0];
      counts.computeIfAbsent(key, _ -> new ArrayList<>()).add(event.getDuration().toNanos() / 1e6);
    }
    counts.forEach((what, all) ->
        System.out.printf(
            Locale.ROOT,
            "%4d times, %7.1f ms in all: %s%n",
            all.size(),
            all.stream().mapToDouble(Double::doubleValue).sum(),
            what));
  }

  /** The thread that drives, and the nameless ones that look for it; not what goes on beside it. */
  private static boolean ofTheDriver(RecordedEvent event) {
    var thread = event.getThread();
    String name = thread == null ? null : thread.getJavaName();
    return name == null || name.isEmpty() || name.startsWith("work");
  }

  private static String ours(RecordedEvent event) {
    var stack = event.getStackTrace();
    if (stack == null) {
      return "";
    }
    return String.join(
        " < ",
        stack.getFrames().stream()
            .filter(RecordedFrame::isJavaFrame)
            .filter(each -> each.getMethod().getType().getName().startsWith("dev.landfall"))
            .limit(FRAMES_MAX)
            .map(each ->
                each.getMethod().getType().getName().replaceAll(".*\\.", "")
                    + "."
                    + each.getMethod().getName()
                    + ":"
                    + each.getLineNumber())
            .toList());
  }
}
