package dev.landfall.adapter.reach;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What was seen on an {@link Errand}. */
record Sight(List<Reached> places, List<Resolved> names) {
  Sight {
    places = List.copyOf(places);
    names = List.copyOf(names);
  }

  /** How a try to connect ended. */
  enum Outcome {
    /** Somebody listens there, and can be reached. */
    CONNECTED("connected"),
    /** The host, or something before it, said no: packets come through that far. */
    REFUSED("refused"),
    /** Nobody said anything within the time. */
    SILENT("no answer"),
    /** The network on the way said that there is no way. */
    NO_WAY("no way there"),
    /** Nothing was looked at: there is no address for the name, or this machine is at fault. */
    NOT_TRIED("not tried");

    private final String words;

    Outcome(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /**
   * One try.
   *
   * @param address the IP address that was tried; empty when there is none
   * @param took until it ended
   * @param detail what is known besides; may be empty
   */
  record Attempt(String address, Outcome outcome, Duration took, String detail) {}

  /** All tries to connect to one place, in their order. */
  record Reached(String place, List<Attempt> attempts) {
    Reached {
      attempts = List.copyOf(attempts);
    }

    boolean any(Outcome outcome) {
      return attempts.stream().anyMatch(each -> each.outcome() == outcome);
    }

    /** That some of it was not tried, and why, as a clause; absent when all of it was. */
    Optional<String> untried() {
      if (!any(Outcome.NOT_TRIED)) {
        return Optional.empty();
      }
      String why =
          attempts.stream()
              .filter(each -> each.outcome() == Outcome.NOT_TRIED)
              .map(Attempt::detail)
              .distinct()
              .collect(Collectors.joining(", "));
      return Optional.of(place + " was not tried: " + why);
    }
  }

  /**
   * What one server says that a name leads to.
   *
   * @param server as it was given; {@code the machine's own} when none was
   * @param addresses in the order of their text; empty when there are none
   * @param fault why nothing is known; absent when it was answered
   */
  record Resolved(String name, String server, List<String> addresses, Optional<String> fault) {
    Resolved {
      addresses = addresses.stream().sorted().toList();
    }
  }
}
