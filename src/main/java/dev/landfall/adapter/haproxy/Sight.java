package dev.landfall.adapter.haproxy;

import dev.landfall.routing.Group;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Tally;
import dev.landfall.routing.UserTally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a process of HAProxy tells of a route, or several of them together: words by their key. */
record Sight(Map<String, String> words) {
  private static final String FORM = "1";
  private static final List<String> SUMS = List.of("reads", "writes", "held", "refused");
  private static final Map<Group, String> GROUPS =
      Map.of(Group.MOVED, "moved", Group.STAYED, "stayed", Group.STAYED_TOO, "stayedToo");

  /** Behind the word of a group: what became of its users, where the configuration names them. */
  private static final String USERS = "Users";

  /** Reads an answer, or throws an {@link IllegalArgumentException} that says what is wrong. */
  static Sight parse(String answer) {
    var words = new HashMap<String, String>();
    for (String line : answer.lines().toList()) {
      int space = line.indexOf(' ');
      words.put(space < 0 ? line : line.substring(0, space), line.substring(space + 1));
    }
    if (!FORM.equals(words.get("landfall")) || !words.containsKey("end")) {
      throw new IllegalArgumentException(
          "its answer is not that of this version's landfall.lua; is its file up to date?");
    }
    return new Sight(words);
  }

  /** This together with what a leaving process still has under way. */
  Sight with(Sight leaving) {
    var sum = new HashMap<>(words);
    for (String key : SUMS) {
      sum.put(key, String.valueOf(number(key) + leaving.number(key)));
    }
    for (String group : GROUPS.values()) {
      sum.put(group, sum(text(group), leaving.text(group)));
      String users = group + USERS;
      if (words.containsKey(users) && leaving.words.containsKey(users)) {
        sum.put(users, sum(text(users), leaving.text(users)));
      } else {
        sum.remove(users);
      }
    }
    sum.put("heldMax", String.valueOf(Math.max(number("heldMax"), leaving.number("heldMax"))));
    return new Sight(sum);
  }

  private static String sum(String one, String other) {
    String[] some = one.split(" ");
    String[] more = other.split(" ");
    return IntStream.range(0, Math.min(some.length, more.length))
        .mapToObj(i -> String.valueOf(Long.parseLong(some[i]) + Long.parseLong(more[i])))
        .collect(Collectors.joining(" "));
  }

  /**
   * Requests, those that failed, and by the bound that each was the first not to be slower than.
   */
  private Tally tally(Group group, boolean apart) {
    String key = GROUPS.getOrDefault(group, "");
    List<Long> counts = counts(key);
    if (counts.size() != Tally.BOUNDS_MICROS.size() + 3) {
      throw new IllegalArgumentException("it counts by other bounds than this version");
    }
    var slower = new ArrayList<Long>();
    long beyond = 0;
    for (int i = counts.size() - 1; i > 2; i--) {
      beyond += counts.get(i);
      slower.addFirst(beyond);
    }
    var tally = new Tally(group, counts.get(0), counts.get(1), slower);
    if (!apart || !words.containsKey(key + USERS)) {
      return tally;
    }
    List<Long> users = counts(key + USERS);
    return tally.with(new UserTally(users.get(0), users.get(1)));
  }

  private List<Long> counts(String key) {
    return Arrays.stream(text(key).split(" ")).map(Long::valueOf).toList();
  }

  boolean hasOrder() {
    if (words.containsKey("unreadable")) {
      throw new IllegalArgumentException(
          "it could not read %s at its start; restore it, or move it away and reload"
              .formatted(text("unreadable")));
    }
    return words.containsKey("order");
  }

  String text(String key) {
    String value = words.get(key);
    if (value == null) {
      throw new IllegalArgumentException("it does not tell \"" + key + "\"");
    }
    return value;
  }

  private long number(String key) {
    return Long.parseLong(text(key));
  }

  private boolean is(String key) {
    return "1".equals(words.get(key));
  }

  private Optional<Boolean> healthy(String key) {
    String value = text(key);
    return value.equals("-") ? Optional.empty() : Optional.of(value.equals("1"));
  }

  RouteSeen seen(Optional<RouteOrder> order) {
    if (order.isPresent() && !is("inForce")) {
      throw new IllegalArgumentException(
          "its map %s was changed by somebody else; reload it".formatted(text("stateMap")));
    }
    order.ifPresent(given -> checkIdentity());
    return new RouteSeen(
        Optional.empty(),
        order,
        is("holding"),
        is("ranOut"),
        number("reads") + number("writes"),
        number("writes"),
        number("held"),
        Duration.ofMillis(number("heldMax")),
        number("refused"),
        healthy("source"),
        healthy("target"),
        tallies(order));
  }

  /** Users are told apart until everybody belongs to the target. */
  private List<Tally> tallies(Optional<RouteOrder> order) {
    boolean apart = order.filter(given -> !given.cohort().isEverybody()).isPresent();
    return Arrays.stream(Group.values()).map(group -> tally(group, apart)).toList();
  }

  private void checkIdentity() {
    String[] ordered = text("ordered").split("/", -1);
    String[] included = text("identity").split("/", -1);
    for (int i = 0; i < ordered.length; i++) {
      // Names of headers are the same in either case, those of cookies are not.
      boolean same =
          i == 1 ? ordered[i].equals(included[i]) : ordered[i].equalsIgnoreCase(included[i]);
      if (!ordered[i].equals("-") && !same) {
        throw new IllegalArgumentException(
            "it tells users apart by %s, and was ordered to do so by %s; put the include right"
                .formatted(text("identity"), text("ordered")));
      }
    }
  }
}
