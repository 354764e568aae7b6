package dev.landfall.cli.file;

import dev.landfall.workload.DataPlan;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Network;
import dev.landfall.workload.Scrutiny;
import dev.landfall.workload.Terms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The mapping {@code flights}. The result counts only when there is no mistake. */
final class FlightsReader {
  private static final Pattern PERCENT = Pattern.compile("(\\d{1,4})(?:\\.(\\d{1,2}))? ?%");
  private static final Pattern PLACE =
      Pattern.compile("(header|cookie):([!#$%&'*+.^_`|~0-9A-Za-z-]{1,200})");
  private static final Pattern CONFLICTS = Pattern.compile("0|[1-9]\\d{0,2}|1000");
  private static final Duration TIME_MIN = Duration.ofMinutes(10);
  private static final Duration TIME_MAX = Duration.ofDays(7);
  private static final double MARGIN = 0.25;
  private static final double TOLERATED = 0.001;
  private static final int FLIGHTS_MAX = 100;
  private static final int NAMED_MAX = 10_000;
  private static final List<String> ON_FAIL =
      Arrays.stream(FlightPlan.OnFail.values()).map(FlightPlan.OnFail::word).toList();

  private static final List<String> DATA =
      Arrays.stream(DataPlan.values()).map(DataPlan::word).toList();

  /** What the command line says for no flight at all. */
  private static final String NOBODY = "nobody";

  private FlightsReader() {}

  static Optional<FlightPlan> read(Field field) {
    return Section.of(field, "flights.", Vocabulary.FLIGHTS).map(FlightsReader::plan);
  }

  private static FlightPlan plan(Section section) {
    Optional<Place> user = section.field("user").flatMap(FlightsReader::place);
    Optional<Place> group = section.field("group").flatMap(FlightsReader::place);
    group
        .filter(Place::isCookie)
        .ifPresent(place ->
            section.field("group").ifPresent(field -> field.wrong("groups stand in no cookie")));
    var identity =
        new Identity(
            user.filter(place -> !place.isCookie()).map(Place::name),
            user.filter(Place::isCookie).map(Place::name),
            group.map(Place::name));
    NamedCheck.check(section);
    Named kept =
        section
            .field("keep")
            .flatMap(field -> Section.of(field, field.where() + ".", Vocabulary.NAMED))
            .map(FlightsReader::named)
            .orElse(Named.NOBODY);
    Terms terms = TermsReader.read(section);
    var onFail =
        section
            .field("on-fail")
            .flatMap(field -> field.word(ON_FAIL))
            .flatMap(FlightsReader::onFail)
            .orElse(FlightPlan.OnFail.ZERO);
    return new FlightPlan(
        identity,
        kept,
        section.field("steps").map(FlightsReader::flights).orElse(List.of()),
        terms.margin().orElse(MARGIN),
        section
            .field("tolerate")
            .flatMap(field -> share(field, 1, Flight.ALL / 2))
            .map(each -> each / (double) Flight.ALL)
            .orElse(TOLERATED),
        onFail,
        terms.over(Scrutiny.STANDARD),
        section.field("data").flatMap(FlightsReader::data).orElse(DataPlan.SOURCE_FIRST),
        section.field("conflicts-max").flatMap(FlightsReader::conflicts).orElse(0));
  }

  private static Optional<Integer> conflicts(Field field) {
    Optional<String> text = field.text();
    Optional<Integer> most =
        text.filter(digits -> CONFLICTS.matcher(digits).matches()).map(Integer::valueOf);
    if (text.isPresent() && most.isEmpty()) {
      field.wrong(Names.shown(text.get()) + " is not allowed");
    }
    return most;
  }

  private static Optional<DataPlan> data(Field field) {
    return field
        .word(DATA)
        .flatMap(word ->
            Arrays.stream(DataPlan.values()).filter(each -> each.word().equals(word)).findFirst());
  }

  private static Optional<FlightPlan.OnFail> onFail(String word) {
    return Arrays.stream(FlightPlan.OnFail.values())
        .filter(each -> each.word().equals(word))
        .findFirst();
  }

  private record Place(boolean isCookie, String name) {}

  private static Optional<Place> place(Field field) {
    Optional<String> text = field.text();
    Optional<Matcher> found = text.map(PLACE::matcher).filter(Matcher::matches);
    if (text.isPresent() && found.isEmpty() && text.get().startsWith("claim:")) {
      // Whoever writes a token could name any user in it: only who checks its signature can tell.
      field.wrong(
          "no claim of a token is read, as no plane checks who signed it",
          "let the proxy that checks tokens put the claim into a header: header:NAME");
    } else if (text.isPresent() && found.isEmpty()) {
      field.wrong(Names.shown(text.get()) + " is no place in a request");
    }
    return found.map(match -> new Place(match.group(1).equals("cookie"), match.group(2)));
  }

  private static List<Flight> flights(Field field) {
    var flights = new ArrayList<Flight>();
    List<Field> elements = field.elements();
    if (elements.size() > FLIGHTS_MAX) {
      field.wrong("there are " + elements.size(), "at most " + FLIGHTS_MAX);
      return flights;
    }
    Set<String> names = new HashSet<>();
    int before = 0;
    for (Field element : elements) {
      Optional<Section> section = Section.of(element, field.where() + ".", Vocabulary.FLIGHT);
      if (section.isEmpty()) {
        return flights;
      }
      Optional<Field> written = section.get().field("share");
      Optional<Integer> share = written.flatMap(each -> share(each, 0, Flight.ALL));
      Flight flight = flight(section.get(), share.orElse(before));
      if (flight.name().equals(NOBODY)) {
        section.get().wrong("\"nobody\" stands for no flight in orders", "rename it");
      }
      if (!names.add(flight.name())) {
        section.get().wrong("there are two flights " + Names.shown(flight.name()), "rename one");
      }
      if (before == Flight.ALL) {
        section
            .get()
            .wrong("everybody has moved before this flight", "the last one has share: 100 %");
      } else if (flight.share() < before) {
        section
            .get()
            .wrong(
                "the share falls from "
                    + Flight.percent(before)
                    + " to "
                    + Flight.percent(flight.share()),
                "a share never falls: nobody flips back");
      } else if (flight.share() == before
          && flight.named().isEmpty()
          && (written.isEmpty() || share.isPresent())) {
        section.get().wrong("nobody moves with this flight", "give it a share or name users");
      }
      before = flight.share();
      flights.add(flight);
    }
    if (before != Flight.ALL) {
      field.wrong(
          "the last flight has a share of " + Flight.percent(before),
          "the last one has share: 100 %");
    }
    return flights;
  }

  private static Flight flight(Section section, int share) {
    Duration min = section.field("min").flatMap(FlightsReader::time).orElse(TIME_MIN);
    Duration max =
        section
            .field("max")
            .flatMap(FlightsReader::time)
            .orElse(min.compareTo(TIME_MAX) < 0 ? TIME_MAX : min.multipliedBy(2));
    if (max.compareTo(min) <= 0) {
      section.wrong(
          "max (%s) is not above min (%s)".formatted(Quantities.write(max), Quantities.write(min)),
          "a flight needs time to be judged in");
    }
    Terms terms = TermsReader.read(section);
    if (share == Flight.ALL && terms.latency().equals(Optional.of(Scrutiny.Latency.PROVE))) {
      section.wrong(
          "when everybody has moved nobody is left to prove latencies against",
          "say latency: watch, or prove them in the flight before");
    }
    return new Flight(
        section.field("name").flatMap(Field::name).orElse(""),
        share,
        named(section),
        min,
        max,
        terms);
  }

  private static Named named(Section section) {
    return new Named(
        texts(section, "users"),
        texts(section, "groups"),
        section.field("networks").map(FlightsReader::networks).orElse(List.of()));
  }

  private static List<String> texts(Section section, String key) {
    var texts = new ArrayList<String>();
    section
        .field(key)
        .ifPresent(field -> elements(field).forEach(each -> each.text().ifPresent(texts::add)));
    return texts;
  }

  private static List<Network> networks(Field field) {
    var networks = new ArrayList<Network>();
    for (Field element : elements(field)) {
      Optional<String> text = element.text();
      try {
        text.map(Network::parse).ifPresent(networks::add);
      } catch (IllegalArgumentException e) {
        element.wrong(String.valueOf(e.getMessage()), "a network looks like 10.1.0.0/16");
      }
    }
    return networks;
  }

  private static List<Field> elements(Field field) {
    List<Field> elements = field.elements();
    if (elements.size() > NAMED_MAX) {
      field.wrong("there are " + elements.size(), "at most " + NAMED_MAX);
      return List.of();
    }
    return elements;
  }

  private static Optional<Duration> time(Field field) {
    return time(field, Duration.ofNanos(1), Duration.ofDays(365));
  }

  static Optional<Duration> time(Field field, Duration min, Duration max) {
    Optional<String> text = field.text();
    Optional<Duration> time =
        text.flatMap(Quantities::time)
            .filter(each -> each.compareTo(max) <= 0 && each.compareTo(min) >= 0);
    if (text.isPresent() && time.isEmpty()) {
      field.wrong(Names.shown(text.get()) + " is not a time for a flight");
    }
    return time;
  }

  /** In ten-thousandths. */
  static Optional<Integer> share(Field field, int min, int max) {
    Optional<String> text = field.text();
    Optional<Integer> share =
        text.map(PERCENT::matcher)
            .filter(Matcher::matches)
            .map(match -> Integer.parseInt(match.group(1)) * 100 + hundredths(match.group(2)))
            .filter(each -> each >= min && each <= max);
    if (text.isPresent() && share.isEmpty()) {
      field.wrong(
          Names.shown(text.get()) + " is not allowed",
          "from "
              + Flight.percent(min)
              + " to "
              + Flight.percent(max)
              + ", with at most two decimals");
    }
    return share;
  }

  private static int hundredths(@org.jspecify.annotations.Nullable String digits) {
    return digits == null ? 0 : Integer.parseInt(digits.length() == 1 ? digits + "0" : digits);
  }
}
