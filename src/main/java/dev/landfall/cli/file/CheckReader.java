package dev.landfall.cli.file;

import dev.landfall.workload.GateCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** How a machine checks a gate. The result counts only when there is no mistake. */
final class CheckReader {
  static final Duration LEFT = Duration.ofDays(14);

  private static final List<String> KINDS =
      List.of(
          "command",
          "certificate",
          "dependency",
          "isolation",
          "junit",
          "directory",
          "identity",
          "routing",
          ClassificationCheckReader.KIND,
          PerformanceCheckReader.KIND,
          BackupCheckReader.KIND,
          RecordsCheckReader.KIND,
          SeveredCheckReader.KIND);
  private static final Duration TIMEOUT_MIN = Duration.ofMillis(100);
  private static final Duration TIMEOUT_MAX = Duration.ofMinutes(10);
  private static final Duration LONG_TIMEOUT_MAX = Duration.ofDays(1);
  private static final Duration LEFT_MAX = Duration.ofDays(365);
  private static final Duration WITHIN = Duration.ofSeconds(1);
  private static final Duration WITHIN_MIN = Duration.ofMillis(1);
  private static final Duration WITHIN_MAX = Duration.ofMinutes(1);
  private static final Duration AGE = Duration.ofDays(1);
  private static final Duration AGE_MIN = Duration.ofMinutes(1);
  private static final Duration AGE_MAX = Duration.ofDays(365);
  private static final int TESTS_MAX = 1_000_000;
  private static final int NAMES_MAX = 100;
  private static final int PORT_MAX = 65_535;
  private static final List<String> TLS_VERSIONS = List.of("TLSv1.2", "TLSv1.3");
  private static final Pattern PLACE =
      Pattern.compile("[A-Za-z0-9.-]{1,253}:[0-9]{1,5}|\\[[0-9A-Fa-f:.]{2,45}\\]:[0-9]{1,5}");
  private static final Pattern NAME =
      Pattern.compile(
          "([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)*[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

  private CheckReader() {}

  static Optional<GateCheck> read(Field field) {
    String kind =
        Nodes.value(field.node(), "kind")
            .map(node ->
                new Field(field.where() + ".kind", node, Vocabulary.CHECKS, field.mistakes()))
            .flatMap(each -> each.word(KINDS))
            .orElse("");
    boolean unknown = kind.isEmpty() && Nodes.value(field.node(), "kind").isPresent();
    if (unknown) {
      return Optional.empty();
    }
    String path = field.where() + ".";
    return switch (kind) {
      case "certificate" ->
          Section.of(field, path, Vocabulary.CERTIFICATE_CHECK).map(CheckReader::certificate);
      case "dependency" ->
          Section.of(field, path, Vocabulary.DEPENDENCY_CHECK).flatMap(CheckReader::dependency);
      case "isolation" ->
          Section.of(field, path, Vocabulary.ISOLATION_CHECK).map(ReachCheckReader::isolation);
      case "junit" -> Section.of(field, path, Vocabulary.JUNIT_CHECK).map(CheckReader::junit);
      case "directory" ->
          Section.of(field, path, Vocabulary.DIRECTORY_CHECK).map(DirectoryCheckReader::directory);
      case "identity" ->
          Section.of(field, path, Vocabulary.IDENTITY_CHECK).map(DirectoryCheckReader::identity);
      case "routing" ->
          Section.of(field, path, Vocabulary.ROUTING_CHECK).map(ReachCheckReader::routing);
      case ClassificationCheckReader.KIND ->
          Section.of(field, path, DataCheckVocabulary.CLASSIFICATION_CHECK)
              .flatMap(ClassificationCheckReader::read);
      case PerformanceCheckReader.KIND ->
          Section.of(field, path, DataCheckVocabulary.PERFORMANCE_CHECK)
              .flatMap(PerformanceCheckReader::read);
      case BackupCheckReader.KIND ->
          Section.of(field, path, DataCheckVocabulary.BACKUP_CHECK)
              .flatMap(BackupCheckReader::read);
      case RecordsCheckReader.KIND ->
          Section.of(field, path, DataCheckVocabulary.RECORDS_CHECK).map(RecordsCheckReader::read);
      case SeveredCheckReader.KIND ->
          Section.of(field, path, DataCheckVocabulary.SEVERED_CHECK).map(SeveredCheckReader::read);
      default -> Section.of(field, path, Vocabulary.COMMAND_CHECK).flatMap(CheckReader::command);
    };
  }

  private static GateCheck junit(Section section) {
    return new CheckSettings(section)
        .text("file", AssetReader::absolutePath)
        .time("max-age", AGE_MIN, AGE_MAX, AGE)
        .number("tests-min", 1, TESTS_MAX, 1)
        .text("undated", ReachCheckReader::accepted)
        .check("junit");
  }

  static Duration timeout(Section section) {
    return section
        .field("timeout")
        .flatMap(field -> GateReader.time(field, TIMEOUT_MIN, TIMEOUT_MAX))
        .orElse(GateCheck.TIMEOUT);
  }

  /** For checks that read or move a lot of data. */
  static Duration timeout(Section section, Duration usual) {
    return section
        .field("timeout")
        .flatMap(field -> GateReader.time(field, TIMEOUT_MIN, LONG_TIMEOUT_MAX))
        .orElse(usual);
  }

  private static Optional<GateCheck> command(Section section) {
    Duration timeout = timeout(section);
    // No word has a line break in it, so nothing else is needed to tell them apart.
    return section
        .field("program")
        .flatMap(CommandRouteReader::program)
        .map(words -> {
          var settings = new HashMap<String, String>();
          settings.put("program", String.join("\n", words));
          return new GateCheck("command", timeout, settings);
        });
  }

  private static GateCheck certificate(Section section) {
    if (section.field("domain").isPresent() != section.field("servers").isPresent()) {
      section.wrong("domain and servers belong together", "give both, or neither");
    }
    return new CheckSettings(section)
        .text("at", CheckReader::place)
        .list("names", CheckReader::name, 1, NAMES_MAX)
        .text("domain", CheckReader::name)
        .list("servers", ReachCheckReader::server, 1, ReachCheckReader.SERVERS_MAX)
        .text(
            "roots",
            field ->
                field.text(Pattern.compile("/.*"), text -> Names.shown(text) + " is no whole path"))
        .time("left", Duration.ZERO, LEFT_MAX, LEFT)
        .text("tls-min", field -> field.word(TLS_VERSIONS))
        .check("certificate");
  }

  private static Optional<GateCheck> dependency(Section section) {
    var settings = new HashMap<String, String>();
    section
        .field("also")
        .map(CheckReader::places)
        .filter(places -> !places.isEmpty())
        .ifPresent(places -> settings.put("also", String.join("\n", places)));
    Duration within =
        section
            .field("within")
            .flatMap(field -> GateReader.time(field, WITHIN_MIN, WITHIN_MAX))
            .orElse(WITHIN);
    settings.put("within", within.toString());
    return Optional.of(new GateCheck("dependency", timeout(section), settings));
  }

  static Optional<String> place(Field field) {
    Optional<String> place = field.text(PLACE, text -> Names.shown(text) + " is no place");
    boolean wrong =
        place
            .map(text -> Integer.parseInt(text.substring(text.lastIndexOf(':') + 1)))
            .filter(port -> port < 1 || port > PORT_MAX)
            .isPresent();
    if (wrong) {
      field.wrong("the port is none", "a port from 1 to " + PORT_MAX);
      return Optional.empty();
    }
    return place;
  }

  private static List<String> places(Field field) {
    var places = new ArrayList<String>();
    for (Field element : field.elements()) {
      place(element).ifPresent(places::add);
    }
    return places;
  }

  static Optional<String> name(Field field) {
    return field.text(NAME, text -> Names.shown(text) + " is no name of the DNS");
  }
}
