package dev.landfall.cli.file;

import dev.landfall.workload.Network;
import dev.landfall.workload.Route;
import dev.landfall.workload.SecretRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A route of kind {@code dns}: a name, and where it leads on each side. */
final class DnsRouteReader {
  static final String KIND = "dns";

  private static final Duration TTL = Duration.ofSeconds(30);
  private static final Duration TTL_MAX = Duration.ofHours(1);
  private static final int ADDRESSES_MAX = 50;
  private static final int PANEL_MAX = 50;

  /** A name of the DNS; a final dot changes nothing. Underscores stand in names of keys. */
  private static final Pattern NAME =
      Pattern.compile("(?=.{1,253}$)[a-zA-Z0-9_-]{1,63}(\\.[a-zA-Z0-9_-]{1,63})*\\.?");

  /** A server: a name or an address, and maybe a port; IPv6 in brackets. */
  private static final Pattern SERVER =
      Pattern.compile("(\\[[0-9a-fA-F:.]{2,45}]|[a-zA-Z0-9._-]{1,253})(:[0-9]{1,5})?");

  private DnsRouteReader() {}

  /** Reads one that leads to this asset; empty when something in it is wrong. */
  static Optional<Route> read(String name, Section section, Optional<String> asset) {
    var control = section.field("control").flatMap(DnsRouteReader::server);
    var token = section.field("token").flatMap(AssetReader::secret);
    var settings = new TreeMap<String, String>();
    section
        .field("name")
        .flatMap(field -> like(field, NAME, "is no name of the DNS"))
        .ifPresent(text -> settings.put("name", text));
    section
        .field("key")
        .flatMap(field -> like(field, NAME, "is no name of a key"))
        .ifPresent(text -> settings.put("key", text));
    for (String side : List.of("source", "target")) {
      section
          .field(side)
          .map(DnsRouteReader::addresses)
          .ifPresent(list -> settings.put(side, String.join(" ", list)));
    }
    if (settings.containsKey("source")
        && settings.get("source").equals(settings.get("target"))
        && !settings.get("source").isEmpty()) {
      section.wrong("source and target are the same addresses", "each side has its own");
    }
    settings.put(
        "panel",
        String.join(" ", section.field("panel").map(DnsRouteReader::panel).orElse(List.of())));
    settings.put("ttl", section.field("ttl").flatMap(DnsRouteReader::ttl).orElse(TTL).toString());
    section.field("port").flatMap(DnsRouteReader::port).ifPresent(at -> settings.put("port", at));
    if (asset.isEmpty() || control.isEmpty() || token.isEmpty() || !settings.containsKey("name")) {
      return Optional.empty();
    }
    return Optional.of(route(name, asset.get(), control.get(), token, settings));
  }

  private static Route route(
      String name,
      String asset,
      String control,
      Optional<SecretRef> token,
      Map<String, String> settings) {
    return new Route(name, KIND, asset, control, token, Route.Traits.OF_NAMES, settings);
  }

  private static Optional<String> server(Field field) {
    return like(field, SERVER, "is no DNS server");
  }

  private static Optional<String> like(Field field, Pattern form, String complaint) {
    return field.text(form, text -> Names.shown(text) + " " + complaint);
  }

  /** Addresses, or the one name that it is an alias of. */
  private static List<String> addresses(Field field) {
    List<String> all = texts(field, ADDRESSES_MAX);
    List<String> names = all.stream().filter(each -> Network.address(each).isEmpty()).toList();
    for (String each : names) {
      if (!NAME.matcher(each).matches() || each.matches("[0-9.]*") || !each.contains(".")) {
        field.wrong(Names.shown(each) + " is neither an address nor a name");
      }
    }
    if (!names.isEmpty() && all.size() > 1) {
      field.wrong("there is a name beside others", "addresses, or one name alone");
    }
    if (all.isEmpty()) {
      field.wrong("there is no address");
    }
    return all;
  }

  private static List<String> panel(Field field) {
    List<String> all = texts(field, PANEL_MAX);
    all.stream()
        .filter(each -> !SERVER.matcher(each).matches())
        .forEach(each -> field.wrong(Names.shown(each) + " is no DNS server"));
    return all;
  }

  private static List<String> texts(Field field, int countMax) {
    var texts = new ArrayList<String>();
    List<Field> elements = field.elements();
    if (elements.size() > countMax) {
      field.wrong("there are " + elements.size(), "at most " + countMax);
      return texts;
    }
    elements.forEach(each -> each.text().ifPresent(texts::add));
    return texts;
  }

  private static Optional<Duration> ttl(Field field) {
    Optional<String> text = field.text();
    Optional<Duration> time = text.flatMap(Quantities::time);
    boolean fits =
        time.filter(each -> each.compareTo(Duration.ofSeconds(1)) >= 0)
            .filter(each -> each.compareTo(TTL_MAX) <= 0)
            .filter(each -> each.toMillisPart() == 0)
            .isPresent();
    if (text.isPresent() && !fits) {
      field.wrong(Names.shown(text.get()) + " is no such time");
    }
    return time.filter(_ -> fits);
  }

  private static Optional<String> port(Field field) {
    Optional<String> text = field.text();
    boolean fits =
        text.filter(each -> each.matches("[0-9]{1,5}"))
            .filter(each -> Integer.parseInt(each) > 0 && Integer.parseInt(each) < 65_536)
            .isPresent();
    if (text.isPresent() && !fits) {
      field.wrong(Names.shown(text.get()) + " is no port");
    }
    return text.filter(_ -> fits);
  }
}
