package dev.landfall.cli.file;

import dev.landfall.workload.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Routes on planes that a program of the user's own orders. */
final class CommandRouteReader {
  static final String KIND = "command";

  private static final List<String> YES_OR_NO = List.of("true", "false");
  private static final int WORDS_MAX = 50;
  private static final Duration TIMEOUT_MIN = Duration.ofMillis(100);
  private static final Duration TIMEOUT_MAX = Duration.ofSeconds(60);

  private CommandRouteReader() {}

  static Optional<Route> read(String name, Section section, Optional<String> asset) {
    var program = section.field("program").flatMap(CommandRouteReader::program);
    var holds = section.field("holds").flatMap(field -> field.word(YES_OR_NO));
    var users = section.field("users").flatMap(field -> field.word(YES_OR_NO));
    var timeout = section.field("timeout").flatMap(CommandRouteReader::timeout);
    var token = section.field("token").flatMap(AssetReader::secret);
    if (asset.isEmpty() || program.isEmpty() || holds.isEmpty() || users.isEmpty()) {
      return Optional.empty();
    }
    var settings = new HashMap<String, String>();
    timeout.ifPresent(time -> settings.put("timeout", time.toString()));
    var traits = new Route.Traits(holds.get().equals("true"), users.get().equals("true"), false);
    // No word has a line break in it, so nothing else is needed to tell them apart.
    return Optional.of(
        new Route(
            name, KIND, asset.get(), String.join("\n", program.get()), token, traits, settings));
  }

  static Optional<List<String>> program(Field field) {
    var words = new ArrayList<String>();
    List<Field> elements = field.elements();
    for (Field element : elements) {
      element.line().ifPresent(words::add);
    }
    if (elements.isEmpty() && field.node() instanceof SequenceNode) {
      field.wrong("an empty list stands here");
    }
    if (words.size() < elements.size() || elements.isEmpty()) {
      return Optional.empty();
    }
    if (words.size() > WORDS_MAX) {
      field.wrong("there are more than " + WORDS_MAX + " words");
      return Optional.empty();
    }
    if (!words.getFirst().startsWith("/")) {
      field.wrong(Names.shown(words.getFirst()) + " is no whole path");
      return Optional.empty();
    }
    return Optional.of(words);
  }

  private static Optional<Duration> timeout(Field field) {
    var time = field.text().flatMap(Quantities::time);
    boolean fits =
        time.filter(each -> each.compareTo(TIMEOUT_MIN) >= 0 && each.compareTo(TIMEOUT_MAX) <= 0)
            .isPresent();
    if (!fits) {
      field.wrong("the time is none of these");
      return Optional.empty();
    }
    return time;
  }
}
