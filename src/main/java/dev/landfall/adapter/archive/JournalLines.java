package dev.landfall.adapter.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.landfall.engine.Journal.Draft;
import dev.landfall.engine.Journal.Entry;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Entries as lines of JSON, every field as it is hashed. An entry has one line and no other: what
 * reads as the same and is written otherwise is refused.
 */
final class JournalLines {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JournalLines() {}

  static byte[] write(List<Entry> entries) {
    var lines = new StringBuilder();
    entries.forEach(entry -> lines.append(line(entry)).append('\n'));
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String line(Entry entry) {
    ObjectNode line = JSON.createObjectNode();
    Draft draft = entry.draft();
    line.put("sequence", entry.sequence());
    line.put("workload", entry.workload());
    line.put("version", entry.version());
    line.put("type", draft.type());
    line.put("payload", draft.payload());
    line.put("at", draft.at().toString());
    line.put("by", draft.by());
    line.put("why", draft.why());
    line.put("previousHash", entry.previousHash());
    line.put("hash", entry.hash());
    return line.toString();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws BrokenArchive when it is anything else
   */
  static List<Entry> read(byte[] lines) throws BrokenArchive {
    var entries = new ArrayList<Entry>();
    int from = 0;
    for (int at = 0; at < lines.length; at++) {
      if (lines[at] == '\n') {
        entries.add(read(new String(lines, from, at - from, StandardCharsets.UTF_8), entries));
        from = at + 1;
      }
    }
    if (from != lines.length) {
      throw new BrokenArchive("the last line of the journal has no end");
    }
    return entries;
  }

  private static Entry read(String line, List<Entry> before) throws BrokenArchive {
    int number = before.size() + 1;
    Entry entry;
    try {
      entry = entry(JSON.readTree(line));
    } catch (JsonProcessingException | DateTimeException _) {
      // Its message would quote the line; the number is what leads to it.
      throw new BrokenArchive("line " + number + " of the journal cannot be read");
    }
    if (!line(entry).equals(line)) {
      throw new BrokenArchive("line " + number + " of the journal is not as Landfall writes it");
    }
    return entry;
  }

  private static Entry entry(JsonNode line) {
    var draft =
        new Draft(
            line.path("type").asText(),
            line.path("payload").asText(),
            Instant.parse(line.path("at").asText()),
            line.path("by").asText(),
            line.path("why").asText());
    return new Entry(
        line.path("sequence").asLong(),
        line.path("workload").asText(),
        line.path("version").asLong(),
        draft,
        line.path("previousHash").asText(),
        line.path("hash").asText());
  }
}
