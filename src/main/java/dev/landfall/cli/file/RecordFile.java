package dev.landfall.cli.file;

import static dev.landfall.cli.file.RecordItems.is;
import static dev.landfall.cli.file.RecordItems.items;
import static dev.landfall.cli.file.RecordItems.lacking;
import static dev.landfall.cli.file.RecordItems.word;

import java.time.LocalDate;
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

  private final RecordItems parts;

  private RecordFile(LocalDate today) {
    this.parts = new RecordItems(today);
  }

  /** What reading ended in. */
  public sealed interface Read {}

  /**
   * The record is right in itself.
   *
   * @param kind what it is a record of: {@code tests}
   * @param words what is in it, as a clause
   * @param lacks why it does not count as fulfilled, a clause each; empty when it does
   */
  public record Right(String kind, String words, List<String> lacks) implements Read {
    public Right {
      lacks = List.copyOf(lacks);
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
   * @param today what was to be done before it is overdue
   */
  public static Read parse(String name, byte[] content, LocalDate today) {
    var mistakes = new Mistakes(name);
    var reader = new RecordFile(today);
    Optional<Node> root = new YamlTree(mistakes).read(content);
    Optional<String> kind =
        root.flatMap(node -> key(node, "record")).filter(RecordVocabulary.KINDS::contains);
    Optional<String> words =
        root.flatMap(node -> reader.read(new Field("the record", node, "a mapping", mistakes)));
    return words.isPresent() && mistakes.isEmpty()
        ? new Right(kind.orElseThrow(), words.get(), reader.parts.lacks())
        : new Wrong(kind, mistakes.inOrder());
  }

  private Optional<String> read(Field root) {
    String kind = key(root.node(), "record").orElse("");
    return switch (kind) {
      case "tests" -> Section.of(root, "", RecordVocabulary.TESTS).map(this::tests);
      case "change-plan" ->
          Section.of(root, "", RecordVocabulary.CHANGE_PLAN).map(new ChangeRecords(parts)::plan);
      case "adoption-review" ->
          Section.of(root, "", RecordVocabulary.ADOPTION_REVIEW)
              .map(new ChangeRecords(parts)::review);
      default -> {
        root.wrong(
            "it does not say what record it is",
            "say record: " + String.join(", or record: ", RecordVocabulary.KINDS));
        yield Optional.empty();
      }
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
    List<Section> cases = items(record, "cases", RecordVocabulary.CASE);
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
    parts.lack(cases, is("outcome", "open"), "test", "not tried yet");
    parts.lack(
        cases.stream()
            .filter(failed.and(lacking("workaround")))
            .sorted(Comparator.comparingInt(RecordFile::rank))
            .map(RecordFile::named)
            .toList(),
        "failed without a workaround");
    parts.lack(cases, failed.and(lacking("severity")), "test", "failed without a severity");
    List<Section> feedback = items(record, "feedback", RecordVocabulary.FEEDBACK);
    feedback.forEach(
        each -> word(each, "as", List.of("technical-change", "process-change", "nothing")));
    parts.lack(
        feedback,
        is("as", "nothing").negate().and(lacking("item")),
        "what",
        "feedback that became no work item");
    List<Section> certified = items(record, "certified", RecordVocabulary.CERTIFIED);
    certified.forEach(each -> RecordItems.day(each, "on"));
    if (certified.isEmpty()) {
      parts.lack("no power user has certified it");
    }
    parts.lack(certified, parts.come("on").negate(), "by", "certified on a day that has not come");
    return "%d cases%s; %d of feedback; certified by %s"
        .formatted(
            cases.size(),
            RecordItems.counted(outcomes),
            feedback.size(),
            certified.isEmpty() ? "nobody" : String.join(", ", RecordItems.texts(certified, "by")));
  }

  private static int rank(Section failed) {
    return RecordItems.text(failed, "severity")
        .map(SEVERITIES::indexOf)
        .filter(at -> at >= 0)
        .orElse(SEVERITIES.size());
  }

  private static String named(Section failed) {
    return RecordItems.text(failed, "test").orElse("")
        + RecordItems.text(failed, "severity").map(each -> " (" + each + ")").orElse("");
  }
}
