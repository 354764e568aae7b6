package dev.landfall.cli.file;

import dev.landfall.workload.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The routes of a file, one after the other; it remembers their planes to compare them. */
final class RouteReader {
  private static final String ROUTER = "router";
  private static final String HAPROXY = "haproxy";
  private static final List<String> KINDS = List.of(ROUTER, HAPROXY);

  /** A socket of a file, or a host and a port. */
  private static final Pattern SOCKET =
      Pattern.compile("unix:/[!-~]{1,100}|[A-Za-z0-9.\\[\\]:-]{1,255}:[0-9]{1,5}");

  private final Map<String, Field> assets;
  private final Map<String, String> planes = new HashMap<>();

  RouteReader(Map<String, Field> assets) {
    this.assets = assets;
  }

  /** Reads one route; empty when something in it is wrong, which has been added to the mistakes. */
  Optional<Route> read(String name, Field field) {
    boolean haproxy =
        Nodes.value(field.node(), "kind").filter(node -> Nodes.isText(node, HAPROXY)).isPresent();
    // One whose kind is not known is read as the usual one, so that all its mistakes are told.
    var shape = haproxy ? Vocabulary.HAPROXY : Vocabulary.ROUTER;
    return Section.of(field, field.where() + ".", shape)
        .flatMap(section -> haproxy ? haproxy(name, section) : router(name, section));
  }

  private Optional<Route> router(String name, Section section) {
    section.field("kind").ifPresent(field -> field.checkWord(KINDS));
    var service = section.field("for").flatMap(field -> service(field, assets));
    var control = section.field("control").flatMap(Address::http);
    var token = section.field("token").flatMap(AssetReader::secret);
    if (service.isEmpty() || control.isEmpty()) {
      return Optional.empty();
    }
    String other = planes.putIfAbsent(control.get().same() + " " + service.get(), name);
    if (other != null) {
      section.wrong(
          "it has the control port and the asset of routes." + other, "keep one of the two");
    }
    return Optional.of(new Route(name, ROUTER, service.get(), control.get().url(), token));
  }

  /** One HAProxy carries many routes, which it tells apart by their names. */
  private Optional<Route> haproxy(String name, Section section) {
    var service = section.field("for").flatMap(field -> service(field, assets));
    var control = section.field("control").flatMap(RouteReader::socket);
    if (service.isEmpty() || control.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Route(name, HAPROXY, service.get(), control.get(), Optional.empty()));
  }

  private static Optional<String> socket(Field field) {
    var text = field.text();
    if (text.isPresent() && !SOCKET.matcher(text.get()).matches()) {
      field.wrong("the text is no socket");
      return Optional.empty();
    }
    return text;
  }

  private static Optional<String> service(Field field, Map<String, Field> assets) {
    var name = field.name();
    if (name.isEmpty()) {
      return name;
    }
    var asset = Optional.ofNullable(assets.get(name.get()));
    if (asset.isEmpty()) {
      field.wrong(
          "there is no asset " + Names.shown(name.get()),
          Names.correction(name.get(), http(assets)));
      return Optional.empty();
    }
    var kind = AssetReader.kind(asset.get());
    if (kind.isPresent() && !kind.get().equals("http")) {
      field.wrong(
          "the asset " + Names.shown(name.get()) + " is of kind " + kind.get(),
          "a route leads to an asset of kind http: " + String.join(", ", http(assets)));
      return Optional.empty();
    }
    return name;
  }

  private static List<String> http(Map<String, Field> assets) {
    return assets.entrySet().stream()
        .filter(entry -> AssetReader.kind(entry.getValue()).filter("http"::equals).isPresent())
        .map(Map.Entry::getKey)
        .toList();
  }
}
