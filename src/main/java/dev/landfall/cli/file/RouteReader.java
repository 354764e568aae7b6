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
  private static final String PGBOUNCER = "pgbouncer";
  private static final List<String> KINDS =
      List.of(
          ROUTER,
          HAPROXY,
          DnsRouteReader.KIND,
          PGBOUNCER,
          CommandRouteReader.KIND,
          AddressRouteReader.KIND);

  /** A socket of a file, or a host and a port. */
  private static final Pattern SOCKET =
      Pattern.compile("unix:/[!-~]{1,100}|[A-Za-z0-9.\\[\\]:-]{1,255}:[0-9]{1,5}");

  private static final Pattern HOST_AND_PORT =
      Pattern.compile("[A-Za-z0-9.\\[\\]:-]{1,255}:[0-9]{1,5}");

  private final Map<String, Field> assets;
  private final Map<String, String> planes = new HashMap<>();

  RouteReader(Map<String, Field> assets) {
    this.assets = assets;
  }

  /** Reads one route; empty when something in it is wrong, which has been added to the mistakes. */
  Optional<Route> read(String name, Field field) {
    // One whose kind is not known is read as the usual one, so that all its mistakes are told.
    String kind =
        KINDS.stream()
            .filter(word ->
                Nodes.value(field.node(), "kind")
                    .filter(node -> Nodes.isText(node, word))
                    .isPresent())
            .findFirst()
            .orElse(ROUTER);
    var shape =
        switch (kind) {
          case HAPROXY -> Vocabulary.HAPROXY;
          case DnsRouteReader.KIND -> Vocabulary.DNS;
          case PGBOUNCER -> Vocabulary.PGBOUNCER;
          case CommandRouteReader.KIND -> Vocabulary.COMMAND;
          case AddressRouteReader.KIND -> Vocabulary.ADDRESS;
          default -> Vocabulary.ROUTER;
        };
    return Section.of(field, field.where() + ".", shape)
        .flatMap(
            section -> route(kind, name, section).map(route -> MetricsReader.with(route, section)));
  }

  private Optional<Route> route(String kind, String name, Section section) {
    return switch (kind) {
      case HAPROXY -> haproxy(name, section);
      case DnsRouteReader.KIND ->
          DnsRouteReader.read(
              name, section, section.field("for").flatMap(each -> asset(each, "http")));
      case PGBOUNCER -> pgbouncer(name, section);
      case CommandRouteReader.KIND ->
          CommandRouteReader.read(
              name, section, section.field("for").flatMap(each -> asset(each, "http")));
      case AddressRouteReader.KIND ->
          AddressRouteReader.read(
              name, section, section.field("for").flatMap(each -> asset(each, "http")));
      default -> router(name, section);
    };
  }

  private Optional<Route> router(String name, Section section) {
    section.field("kind").ifPresent(field -> field.checkWord(KINDS));
    var asset = section.field("for").flatMap(field -> asset(field, "http"));
    var control = section.field("control").flatMap(Address::http);
    var token = section.field("token").flatMap(AssetReader::secret);
    if (asset.isEmpty() || control.isEmpty()) {
      return Optional.empty();
    }
    String other = planes.putIfAbsent(control.get().same() + " " + asset.get(), name);
    if (other != null) {
      section.wrong(
          "it has the control port and the asset of routes." + other, "keep one of the two");
    }
    return Optional.of(new Route(name, ROUTER, asset.get(), control.get().url(), token));
  }

  /** One HAProxy carries many routes, which it tells apart by their names. */
  private Optional<Route> haproxy(String name, Section section) {
    var asset = section.field("for").flatMap(field -> asset(field, "http"));
    var control =
        section.field("control").flatMap(field -> field.text(SOCKET, _ -> "the text is no socket"));
    if (asset.isEmpty() || control.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Route(name, HAPROXY, asset.get(), control.get(), Optional.empty()));
  }

  /** One PgBouncer leads to many databases, each by a file of its own. */
  private Optional<Route> pgbouncer(String name, Section section) {
    var asset = section.field("for").flatMap(field -> asset(field, "postgres"));
    var control =
        section
            .field("control")
            .flatMap(field -> field.text(HOST_AND_PORT, _ -> "the text is no host and port"));
    var user = section.field("user").flatMap(Field::text);
    var password = section.field("password").flatMap(AssetReader::secret);
    var file = section.field("file").flatMap(AssetReader::absolutePath);
    if (asset.isEmpty() || control.isEmpty() || user.isEmpty() || file.isEmpty()) {
      return Optional.empty();
    }
    String other = planes.putIfAbsent(file.get(), name);
    if (other != null) {
      section.wrong("it has the file of routes." + other, "give each route a file of its own");
    }
    return Optional.of(
        new Route(
            name,
            PGBOUNCER,
            asset.get(),
            control.get(),
            password,
            Route.Traits.OF_DATA,
            Map.of("user", user.get(), "file", file.get())));
  }

  /** The asset that a route leads to, which planes of a kind need to be of one kind. */
  private Optional<String> asset(Field field, String kindWanted) {
    var name = field.name();
    if (name.isEmpty()) {
      return name;
    }
    var asset = Optional.ofNullable(assets.get(name.get()));
    if (asset.isEmpty()) {
      field.wrong(
          "there is no asset " + Names.shown(name.get()),
          Names.correction(name.get(), ofKind(kindWanted)));
      return Optional.empty();
    }
    var kind = AssetReader.kind(asset.get());
    if (kind.isPresent() && !kind.get().equals(kindWanted)) {
      field.wrong(
          "the asset " + Names.shown(name.get()) + " is of kind " + kind.get(),
          "a route of this kind leads to an asset of kind "
              + kindWanted
              + ": "
              + String.join(", ", ofKind(kindWanted)));
      return Optional.empty();
    }
    return name;
  }

  private List<String> ofKind(String kind) {
    return assets.entrySet().stream()
        .filter(entry -> AssetReader.kind(entry.getValue()).filter(kind::equals).isPresent())
        .map(Map.Entry::getKey)
        .toList();
  }
}
