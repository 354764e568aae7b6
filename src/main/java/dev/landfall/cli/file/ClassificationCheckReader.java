package dev.landfall.cli.file;

import dev.landfall.workload.GateCheck;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A check of what databases and files hold. The result counts only when there is no mistake. */
final class ClassificationCheckReader {
  static final String KIND = "classification";

  private static final List<String> CLASSES =
      List.of("public", "internal", "confidential", "restricted");
  private static final List<String> SIDES = List.of("source", "target");
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final int ROWS = 1_000;
  private static final int ROWS_MAX = 100_000;
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,5}");

  private ClassificationCheckReader() {}

  static Optional<GateCheck> read(Section section) {
    var settings = new HashMap<String, String>();
    settings.put("side", word(section, "side", SIDES).orElse("target"));
    word(section, "class", CLASSES).ifPresent(word -> settings.put("class", word));
    List<Path> files =
        section.field("files").map(ClassificationCheckReader::files).orElse(List.of());
    if (!files.isEmpty()) {
      settings.put("files", files.stream().map(Path::toString).collect(Collectors.joining("\n")));
    }
    for (String key : List.of("internal", "confidential", "restricted", "cleared")) {
      names(section, key, field -> field.line().filter(name -> isIn(field, name, files)), settings);
    }
    names(section, "readers", Field::line, settings);
    settings.put(
        "rows",
        String.valueOf(
            section.field("rows").flatMap(ClassificationCheckReader::rows).orElse(ROWS)));
    settings.put("tls", word(section, "tls", List.of("required", "optional")).orElse("required"));
    return Optional.of(new GateCheck(KIND, CheckReader.timeout(section, TIMEOUT), settings));
  }

  private static Optional<String> word(Section section, String key, List<String> known) {
    return section.field(key).flatMap(field -> field.word(known));
  }

  private static void names(
      Section section,
      String key,
      Function<Field, Optional<String>> reader,
      Map<String, String> settings) {
    section
        .field(key)
        .ifPresent(field ->
            settings.put(
                key,
                field.elements().stream()
                    .flatMap(each -> reader.apply(each).stream())
                    .collect(Collectors.joining("\n"))));
  }

  private static List<Path> files(Field field) {
    var files = new ArrayList<Path>();
    if (field.elements().isEmpty()) {
      field.wrong("nothing is named");
    }
    for (Field each : field.elements()) {
      AssetReader.absolutePath(each).flatMap(path -> path(each, path)).ifPresent(files::add);
    }
    return files;
  }

  /** The names of files have signs that not every machine can spell. */
  private static Optional<Path> path(Field field, String text) {
    try {
      return Optional.of(Path.of(text).normalize());
    } catch (InvalidPathException _) {
      field.wrong("the path cannot be spelled on this machine");
      return Optional.empty();
    }
  }

  /** A path that is in none of the folders would mean nothing, and leave a file undeclared. */
  private static boolean isIn(Field field, String name, List<Path> files) {
    if (!name.startsWith("/")) {
      return true;
    }
    boolean in =
        path(field, name).filter(path -> files.stream().anyMatch(path::startsWith)).isPresent();
    if (!in) {
      field.wrong("the path is in none of files");
    }
    return in;
  }

  private static Optional<Integer> rows(Field field) {
    return field
        .text(NUMBER, text -> Names.shown(text) + " is not allowed")
        .map(Integer::parseInt)
        .filter(rows -> {
          boolean fits = rows <= ROWS_MAX;
          if (!fits) {
            field.wrong(rows + " is not allowed");
          }
          return fits;
        });
  }
}
