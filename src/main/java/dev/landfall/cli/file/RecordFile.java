package dev.landfall.cli.file;

import static dev.landfall.cli.file.RecordItems.is;
import static dev.landfall.cli.file.RecordItems.lacking;
import static dev.landfall.cli.file.RecordItems.word;

import dev.landfall.cli.file.Vocabulary.Shape;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * What business writes down: its tests (R50, R52, R55), its plan for the change (R64, R65, R67 to
 * R69), and how that went (R66). It is read strictly, counted, and judged by what it says of
 * itself.
 */
public final class RecordFile {
  /** The worst first: what has no way round it is mended first (R55). */
  private static final List<String> SEVERITIES = List.of("critical", "high", "medium", "low");

  /** How long somebody's word that it does what it should counts when nothing else is said. */
  public static final Duration AGE_MAX = Duration.ofDays(90);

  private final RecordItems parts;
  private final List<String> testers = new ArrayList<>();

  private RecordFile(Days days) {
    this.parts = new RecordItems(days);
  }

  /**
   * When a record is read.
   *
   * @param today what is behind it has not come, and what is before it is over
   * @param since what was certified or reviewed before it counts no more; not behind today
   */
  public record Days(LocalDate today, LocalDate since) {
    /**
     * By UTC: all who look see the same.
     *
     * @param age how long ago something may have been certified or reviewed; 0 or more
     */
    public static Days at(Instant now, Duration age) {
      var today = LocalDate.ofInstant(now, ZoneOffset.UTC);
      return new Days(today, today.minusDays(age.toDays()));
    }
  }

  /** What reading ended in. */
  public sealed interface Read {}

  /**
   * The record is right in itself.
   *
   * @param kind what it is a record of: {@code tests}
   * @param words what is in it, as a clause that counts and names nobody
   * @param lacks why it does not count as fulfilled, a clause each, with the places and nothing of
   *     what stands there; empty when it does
   * @param by who wrote it, as it says; absent when it does not
   * @param testers who else says in it that something was tried or is right, as it says
   */
  public record Right(
      String kind, String words, List<String> lacks, Optional<String> by, List<String> testers)
      implements Read {
    public Right {
      lacks = List.copyOf(lacks);
      testers = List.copyOf(testers);
    }
  }

  /**
   * The record is wrong.
   *
   * @param kind what it says that it is a record of; absent when that cannot be read
   * @param mistakes in the order of the file, at least one
   */
  public record Wrong(Optional<String> kind, List<Mistake> mistakes) implements Read {
    public Wrong {
      mistakes = List.copyOf(mistakes);
    }
  }

  /** What a record can be of, in the words of the files. */
  public static List<String> kinds() {
    return RecordVocabulary.KINDS;
  }

  /**
   * Reads a record.
   *
   * @param name the file's name, for messages
   */
  public static Read parse(String name, byte[] content, Days days) {
    var mistakes = new Mistakes(name);
    var reader = new RecordFile(days);
    Optional<Node> root = new YamlTree(mistakes).read(content);
    Optional<String> kind =
        root.flatMap(node -> key(node, "record")).filter(RecordVocabulary.KINDS::contains);
    Optional<Section> record =
        root.flatMap(node -> section(new Field("the record", node, "a mapping", mistakes)));
    Optional<String> words = record.map(each -> reader.read(kind.orElseThrow(), each));
    root.ifPresent(_ -> refuseLinks(new String(content, StandardCharsets.UTF_8), mistakes));
    return words.isPresent() && mistakes.isEmpty()
        ? new Right(
            kind.orElseThrow(),
            words.get(),
            reader.parts.lacks(),
            RecordItems.text(record.orElseThrow(), "by"),
            reader.testers)
        : new Wrong(kind, mistakes.inOrder());
  }

  /** Also in a comment: all of the file is kept. */
  private static void refuseLinks(String text, Mistakes mistakes) {
    EvidenceLink.first(text)
        .ifPresent(fault -> {
          String before = text.substring(0, fault.at());
          int line = 1 + (int) before.chars().filter(sign -> sign == '\n').count();
          int column = fault.at() - before.lastIndexOf('\n');
          mistakes.add(
              line,
              column,
              "the file",
              fault.words(),
              "an address that everybody can follow, without a name, a password or a secret in it");
        });
  }

  private static Optional<Section> section(Field root) {
    Optional<Shape> shape = key(root.node(), "record").flatMap(RecordVocabulary::of);
    if (shape.isEmpty()) {
      root.wrong(
          "it does not say what record it is",
          "say record: " + String.join(", or record: ", RecordVocabulary.KINDS));
    }
    return shape.flatMap(each -> Section.of(root, "", each));
  }

  private String read(String kind, Section record) {
    parts.require(record, "", RecordVocabulary.of(kind).orElseThrow());
    return switch (kind) {
      case "tests" -> tests(record);
      case "change-plan" -> new ChangeRecords(parts).plan(record);
      default -> new ChangeRecords(parts).review(record);
    };
  }

  private static Optional<String> key(Node node, String name) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (tuple.getKeyNode() instanceof ScalarNode key
            && key.getValue().equals(name)
            && tuple.getValueNode() instanceof ScalarNode value) {
          return Optional.of(value.getValue());
        }
      }
    }
    return Optional.empty();
  }

  private String tests(Section record) {
    List<Section> cases = parts.items(record, "cases", RecordVocabulary.CASE);
    testers.addAll(RecordItems.texts(cases, "by"));
    var outcomes = new TreeMap<String, Integer>();
    for (Section each : cases) {
      word(each, "outcome", List.of("passed", "failed", "open"))
          .ifPresent(outcome -> outcomes.merge(outcome, 1, Integer::sum));
      word(each, "severity", SEVERITIES);
    }
    if (cases.isEmpty()) {
      parts.lack("there is no test case");
    }
    Predicate<Section> failed = is("outcome", "failed");
    parts.lack(cases, is("outcome", "open"), "not tried yet");
    parts.lack(
        cases.stream()
            .filter(failed.and(lacking("workaround")))
            .sorted(Comparator.comparingInt(RecordFile::rank))
            .map(RecordFile::placed)
            .toList(),
        "failed without a workaround");
    parts.lack(cases, failed.and(lacking("severity")), "failed without a severity");
    List<Section> feedback = parts.items(record, "feedback", RecordVocabulary.FEEDBACK);
    feedback.forEach(
        each -> word(each, "as", List.of("technical-change", "process-change", "nothing")));
    parts.lack(
        feedback,
        is("as", "nothing").negate().and(lacking("item")),
        "feedback that became no work item");
    return "%d cases%s; %d of feedback; certified by %d"
        .formatted(cases.size(), RecordItems.counted(outcomes), feedback.size(), certified(record));
  }

  private int certified(Section record) {
    List<Section> certified = parts.items(record, "certified", RecordVocabulary.CERTIFIED);
    testers.addAll(RecordItems.texts(certified, "by"));
    if (certified.isEmpty()) {
      parts.lack("no power user has certified it");
    }
    parts.lack(certified, parts.come("on").negate(), "certified on a day that has not come");
    parts.lack(
        certified,
        parts.old("on"),
        "certified so long ago that it counts no more (before %s)".formatted(parts.since()));
    return certified.size();
  }

  private static int rank(Section failed) {
    return RecordItems.text(failed, "severity")
        .map(SEVERITIES::indexOf)
        .filter(at -> at >= 0)
        .orElse(SEVERITIES.size());
  }

  private static String placed(Section failed) {
    return failed.where()
        + RecordItems.text(failed, "severity")
            .filter(SEVERITIES::contains)
            .map(each -> " (" + each + ")")
            .orElse("");
  }
}
