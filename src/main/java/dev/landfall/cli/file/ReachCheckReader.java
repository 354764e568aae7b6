package dev.landfall.cli.file;

import dev.landfall.workload.GateCheck;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Checks of what can be reached, and from where. */
final class ReachCheckReader {
  private static final Duration WAIT = Duration.ofSeconds(2);
  private static final Duration WAIT_MIN = Duration.ofMillis(10);

  /** A place is not closed because it was slow for a moment. */
  private static final Duration CLOSED_WAIT_MIN = Duration.ofSeconds(1);

  private static final Duration WAIT_MAX = Duration.ofMinutes(1);
  private static final int PLACES_MAX = 50;
  static final int SERVERS_MAX = 20;
  private static final int TRIES = 10;

  /** Of fewer, one that is lost or late decides it. */
  private static final int TRIES_MIN = 5;

  private static final int TRIES_MAX = 100;
  private static final Duration SLOWER = Duration.ofMillis(20);
  private static final Pattern SHARE = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3})?) ?%");
  private static final Pattern SERVER =
      Pattern.compile("[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\\[[0-9A-Fa-f:.]{2,45}\\](:[0-9]{1,5})?");

  private ReachCheckReader() {}

  static GateCheck isolation(Section section) {
    CheckSettings settings = from(section);
    if (settings.value("from").orElse("").lines().toList().contains(witness(settings))) {
      section.wrong(
          "it is looked from " + witness(settings) + ", and that is the witness too",
          "add witness: here, or the url of an agent from which the closed places are reached");
    }
    return settings
        .list("closed", CheckReader::place, 1, PLACES_MAX)
        .list("open", CheckReader::place, 1, PLACES_MAX)
        .text("refused", ReachCheckReader::accepted)
        .time("wait", CLOSED_WAIT_MIN, WAIT_MAX, WAIT)
        .check("isolation");
  }

  private static String witness(CheckSettings settings) {
    return settings.value("witness").orElse("here");
  }

  /** The one word for what is a fault unless somebody takes it upon them. */
  static Optional<String> accepted(Field field) {
    return field.text(
        Pattern.compile("accepted"), text -> Names.shown(text) + " is not allowed here");
  }

  static GateCheck routing(Section section) {
    CheckSettings settings = from(section);
    settings
        .list("names", CheckReader::name, 1, PLACES_MAX)
        .list("servers", ReachCheckReader::server, 1, SERVERS_MAX)
        .list("leads-to", ReachCheckReader::address, 1, PLACES_MAX)
        .text("source", CheckReader::place)
        .text("target", CheckReader::place)
        .number("tries", TRIES_MIN, TRIES_MAX, TRIES)
        .time("slower-by", Duration.ZERO, WAIT_MAX, SLOWER)
        .text("loss-max", ReachCheckReader::share)
        .time("wait", WAIT_MIN, WAIT_MAX, WAIT);
    if (settings.value("source").isPresent()
        && settings.value("source").equals(settings.value("target"))) {
      section.wrong("source and target are one place", "give the place of each");
    }
    return settings.check("routing");
  }

  /** From where it is looked; agents need a token, and where there is none a token is a mistake. */
  private static CheckSettings from(Section section) {
    var settings =
        new CheckSettings(section)
            .list("from", ReachCheckReader::vantage, 1, SERVERS_MAX)
            .text("witness", ReachCheckReader::vantage)
            .text("token", field -> AssetReader.secret(field).map(Object::toString));
    boolean agents =
        (settings.value("from").orElse("") + settings.value("witness").orElse("")).contains("://");
    if (agents && section.field("token").isEmpty()) {
      section.wrong("there is an agent, and no token", "add token: " + Names.SECRET_FORM);
    }
    if (!agents && section.field("token").isPresent()) {
      section.wrong("there is a token, and no agent", "add from: a list of urls of agents");
    }
    return settings;
  }

  private static Optional<String> vantage(Field field) {
    boolean here = field.node() instanceof ScalarNode scalar && scalar.getValue().equals("here");
    return here ? Optional.of("here") : Address.http(field).map(Address::url);
  }

  static Optional<String> server(Field field) {
    return field.text(SERVER, text -> Names.shown(text) + " is no address of a server");
  }

  private static Optional<String> address(Field field) {
    Optional<String> text = field.text();
    try {
      text.ifPresent(InetAddress::ofLiteral);
      return text;
    } catch (IllegalArgumentException _) {
      field.wrong(Names.shown(text.orElse("")) + " is no address");
      return Optional.empty();
    }
  }

  /** A share in percent, as a number from 0 to 1. */
  private static Optional<String> share(Field field) {
    Optional<String> text = field.text();
    Optional<BigDecimal> share =
        text.map(SHARE::matcher)
            .filter(Matcher::matches)
            .map(match -> new BigDecimal(match.group(1)).movePointLeft(2))
            .filter(each -> each.compareTo(BigDecimal.ONE) <= 0);
    if (text.isPresent() && share.isEmpty()) {
      field.wrong(Names.shown(text.get()) + " is no share");
    }
    return share.map(BigDecimal::toPlainString);
  }
}
