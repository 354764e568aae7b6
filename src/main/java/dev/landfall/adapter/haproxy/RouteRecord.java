package dev.landfall.adapter.haproxy;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.workload.Identity;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An order as one line that HAProxy keeps: {@code epoch|hold|identity|health|rule|alone|order}. A
 * rule is what a request is led by, {@code mode!share!flags!tag!salt!source!port!target!port};
 * {@code alone} is the one that leads everybody to the source; {@code order} is all of it once
 * more, to be read back exactly.
 */
final class RouteRecord {
  /** As long as a request may wait; the include allows servers and users no less. */
  static final Duration HOLD_MAX = Duration.ofSeconds(60);

  private static final String FORM = "1";
  private static final int WORD_MAX = 4_000;

  /** What the words of a command and the fields of a line leave alone, too. */
  private static final String PATH = "/[A-Za-z0-9/?&=%._~:,+*@$()'-]{0,1000}";

  private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`~-]+";

  private RouteRecord() {}

  /** The line of an order whose lists have this tag. */
  static String of(RouteOrder order, String tag) {
    check(order);
    Cohort cohort = order.cohort();
    return String.join(
        "|",
        String.valueOf(order.epoch()),
        String.valueOf(order.hold().map(hold -> Math.max(1, hold.toMillis())).orElse(0L)),
        isPartial(cohort) ? identity(cohort.identity()) : "-/-/-",
        order.health().orElse(""),
        rule(order, mode(cohort), tag),
        rule(order, "n", NamedLists.NONE),
        encode(order));
  }

  private static void check(RouteOrder order) {
    if (order.epoch() < 0) {
      throw refused("an epoch is 0 or more, not " + order.epoch());
    }
    Duration hold = order.hold().orElse(HOLD_MAX);
    if (hold.isNegative() || hold.isZero() || hold.compareTo(HOLD_MAX) > 0) {
      throw refused("a hold lasts longer than nothing and up to 60 s, not " + hold);
    }
    if (order.health().filter(path -> !path.matches(PATH)).isPresent()) {
      throw refused("\"" + order.health().orElse("") + "\" is no path that it can ask for");
    }
    if (order.cohort().salt().length() > WORD_MAX) {
      throw refused("its salt is longer than " + WORD_MAX);
    }
  }

  private static boolean isPartial(Cohort cohort) {
    return mode(cohort).equals("p");
  }

  private static String mode(Cohort cohort) {
    return cohort.isNobody() ? "n" : cohort.isEverybody() ? "e" : "p";
  }

  private static String rule(RouteOrder order, String mode, String tag) {
    Cohort cohort = order.cohort();
    boolean networks = !cohort.moved().networks().isEmpty() || !cohort.kept().networks().isEmpty();
    String flags =
        (cohort.identity().userHeader().isPresent() ? "h" : "")
            + (cohort.identity().userCookie().isPresent() ? "c" : "")
            + (cohort.identity().groupHeader().isPresent() ? "g" : "")
            + (networks ? "n" : "")
            + "-";
    return String.join(
        "!",
        mode,
        String.valueOf(cohort.share()),
        flags,
        tag,
        Words.encode(cohort.salt() + "/"),
        address(order.source()),
        address(order.target()));
  }

  /**
   * The names that tell users apart, as the include has them: {@code header/cookie/groups}, a dash
   * for none.
   */
  static String identity(Identity identity) {
    return name(identity.userHeader())
        + "/"
        + name(identity.userCookie())
        + "/"
        + name(identity.groupHeader());
  }

  private static String name(Optional<String> name) {
    if (name.filter(given -> !given.matches(TOKEN) || given.equals("-")).isPresent()) {
      throw refused("\"" + name.orElse("") + "\" is no name of a header or a cookie");
    }
    return name.orElse("-");
  }

  /** Address and port of a service. A name is looked up once, when the order is given. */
  private static String address(String service) {
    try {
      var uri = new URI(service.contains("://") ? service : "http://" + service);
      String path = uri.getRawPath() == null ? "" : uri.getRawPath();
      if (uri.getHost() == null
          || !String.valueOf(uri.getScheme()).equals("http")
          || !(path.isEmpty() || path.equals("/"))) {
        throw refused(
            "\"" + service + "\" is no service that it can lead to; give http://host:port");
      }
      String address = InetAddress.getByName(uri.getHost()).getHostAddress();
      return address + "!" + (uri.getPort() > 0 ? uri.getPort() : 80);
    } catch (URISyntaxException e) {
      throw refused("\"" + service + "\" is no service; give http://host:port");
    } catch (UnknownHostException e) {
      throw refused("no address is known for \"" + service + "\"; give one, or mend the name");
    }
  }

  private static OutsideException refused(String seen) {
    return new OutsideException(HaproxyProblem.ORDER, "cannot give HAProxy the order: " + seen);
  }

  private static String encode(RouteOrder order) {
    Cohort cohort = order.cohort();
    return String.join(
        ",",
        FORM,
        String.valueOf(order.epoch()),
        Words.encode(order.source()),
        Words.encode(order.target()),
        String.valueOf(cohort.share()),
        Words.encode(cohort.salt()),
        Words.encode(cohort.identity().userHeader()),
        Words.encode(cohort.identity().userCookie()),
        Words.encode(cohort.identity().groupHeader()),
        Words.encode(order.hold().map(Duration::toString)),
        Words.encode(order.health()));
  }

  /** Reads the last part of a line back, or throws an {@link IllegalArgumentException}. */
  static RouteOrder decode(String text, NamedLists lists) {
    List<String> words = List.of(text.split(",", -1));
    if (words.size() != 11 || !words.get(0).equals(FORM)) {
      throw new IllegalArgumentException("its order is of another version of Landfall");
    }
    var identity =
        new Identity(
            Words.decodeOptional(words.get(6)),
            Words.decodeOptional(words.get(7)),
            Words.decodeOptional(words.get(8)));
    var cohort =
        new Cohort(
            Integer.parseInt(words.get(4)),
            Words.decode(words.get(5)),
            identity,
            lists.moved(),
            lists.kept());
    return new RouteOrder(
        Long.parseLong(words.get(1)),
        Words.decode(words.get(2)),
        Words.decode(words.get(3)),
        cohort,
        Words.decodeOptional(words.get(9)).map(Duration::parse),
        Words.decodeOptional(words.get(10)));
  }
}
