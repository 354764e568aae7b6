package dev.landfall.adapter.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.landfall.flight.Baseline;
import dev.landfall.stats.Arm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A recorded source in a file of its own.
 *
 * @param fresh how long it counts
 */
record BaselineFile(Path path, Duration fresh) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long BYTES_MAX = 16L * 1024 * 1024;

  /**
   * What is recorded, whether or not it counts; absent when there is no file.
   *
   * @throws IOException when there is a file that cannot be read
   */
  Optional<Recorded> read() throws IOException {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    if (Files.size(path) > BYTES_MAX) {
      throw new IOException(path + " is no recorded baseline: it has more than 16 MiB");
    }
    try {
      return Optional.of(recorded(JSON.readTree(path.toFile())));
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
      // What a parser says quotes the file, which may be anything.
      throw new IOException(path + " is no recorded baseline; remove it, or name another file", e);
    }
  }

  /**
   * Why what is recorded is no answer to a question; absent when it is one.
   *
   * @param tolerated the share of requests of the source that may have failed, 0 to 1
   */
  Optional<String> against(
      Recorded recorded, String question, Load load, double tolerated, Instant now) {
    if (!recorded.of().equals(question) || !recorded.isOf(load)) {
      return Optional.of("it is of another load, or of another source");
    }
    if (recorded.at().isAfter(now)) {
      return Optional.of("it says that it is of %s, which is to come".formatted(recorded.at()));
    }
    if (!now.isBefore(recorded.at().plus(fresh))) {
      return Optional.of("it is of %s, and counts for %s".formatted(recorded.at(), fresh));
    }
    return recorded.failing(tolerated, load);
  }

  /** Puts it in the place of what was there, wholly or not at all, and overwrites nothing else. */
  void write(Recorded recorded) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    Path beside = Files.createTempFile(folder, ".landfall-", ".new");
    try {
      JSON.writeValue(beside.toFile(), text(recorded));
      Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** In the form of the file; also for the evidence. */
  static JsonNode text(Recorded recorded) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("landfallBaseline", 1);
    tree.put("at", recorded.at().toString());
    tree.put("of", recorded.of());
    tree.put("failures", recorded.failures());
    recorded.micros().forEach(tree.putArray("micros")::add);
    ArrayNode slow = tree.putArray("slow");
    for (Baseline.Slow each : recorded.baseline().slow()) {
      slow.addObject()
          .put("metric", each.metric())
          .put("stayedMicros", each.stayedMicros())
          .put("movedMicros", each.movedMicros())
          .put("share", each.share());
    }
    ArrayNode answers = tree.putArray("answers");
    recorded.answers().forEach(each -> each.forEach(answers.addArray()::add));
    ArrayNode seconds = tree.putArray("seconds");
    for (Recorded.Second each : recorded.seconds()) {
      ArrayNode second = seconds.addArray();
      put(second.addArray(), each.one());
      put(second.addArray(), each.other());
    }
    return tree;
  }

  private static void put(ArrayNode array, List<Arm> arms) {
    arms.forEach(arm -> array.add(arm.units()).add(arm.events()));
  }

  private static Recorded recorded(JsonNode tree) {
    if (tree.path("landfallBaseline").asInt() != 1) {
      throw new IllegalArgumentException("another form");
    }
    var slow = new ArrayList<Baseline.Slow>();
    for (JsonNode each : tree.path("slow")) {
      slow.add(
          new Baseline.Slow(
              each.path("metric").asText(),
              each.path("stayedMicros").asLong(),
              each.path("movedMicros").asLong(),
              each.path("share").asDouble()));
    }
    var seconds = new ArrayList<Recorded.Second>();
    for (JsonNode each : tree.path("seconds")) {
      seconds.add(
          new Recorded.Second(
              arms(each.path(0), slow.size() + 1), arms(each.path(1), slow.size() + 1)));
    }
    var answers = new ArrayList<Set<String>>();
    for (JsonNode each : tree.path("answers")) {
      var words = new TreeSet<String>();
      each.forEach(word -> words.add(word.asText()));
      answers.add(words);
    }
    var micros = new ArrayList<Long>();
    tree.path("micros").forEach(each -> micros.add(each.asLong()));
    if (micros.size() != Recorded.QUANTILES.size() || slow.isEmpty() || answers.isEmpty()) {
      throw new IllegalArgumentException("another form");
    }
    return new Recorded(
        Instant.parse(tree.path("at").asText()),
        tree.path("of").asText(),
        new Baseline(slow),
        seconds,
        answers,
        micros,
        tree.path("failures").asLong());
  }

  private static List<Arm> arms(JsonNode array, int count) {
    if (array.size() != 2 * count) {
      throw new IllegalArgumentException("another form");
    }
    var arms = new ArrayList<Arm>();
    for (int i = 0; i < array.size(); i += 2) {
      arms.add(new Arm(array.path(i).asLong(), array.path(i + 1).asLong()));
    }
    return arms;
  }
}
