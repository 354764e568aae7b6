package dev.landfall.adapter.dns;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Waits until nobody may go on with what was true before a change. That is so once every
 * authoritative server has said the new for as long as a cache may keep the old: a cache that asked
 * the last of them just before it changed is then over it.
 *
 * <p>A server that could not be asked, or said the old again, begins anew: who knows what it told
 * others meanwhile. A resolver that says what no honest cache can say is a liar and named; it is
 * not waited for.
 *
 * @param wanted what the servers are to say in the end
 * @param kept how long a cache may keep what they said before
 * @param right since when each authoritative server has been seen to say it
 * @param wrong what keeps each other one from it, for people
 * @param panel what each resolver of the panel said last
 * @param liars everybody who was found out, ever
 */
record Settling(
    RecordSet wanted,
    Duration kept,
    Map<String, Instant> right,
    Map<String, String> wrong,
    Map<String, Word> panel,
    Map<String, Liar> liars) {
  /** TTLs are whole seconds, and each cache on the way may round one up. */
  static final Duration ROUNDING = Duration.ofSeconds(1);

  /** Nobody is called a liar for less than this. */
  static final Duration DOUBT = Duration.ofSeconds(1);

  /** What a resolver of the panel said last. */
  record Word(Standing standing, Instant asked, String seen) {}

  /** How a resolver stands to the change. */
  enum Standing {
    RIGHT,
    /** It says the old still, and may. */
    BEHIND,
    LYING,
    /** It does not answer. */
    SILENT
  }

  Settling {
    right = Collections.unmodifiableMap(new TreeMap<>(right));
    wrong = Collections.unmodifiableMap(new TreeMap<>(wrong));
    panel = Collections.unmodifiableMap(new TreeMap<>(panel));
    liars = Collections.unmodifiableMap(new TreeMap<>(liars));
  }

  /**
   * A wait that begins with nothing known.
   *
   * @param liars those found out before
   */
  static Settling begin(RecordSet wanted, Duration kept, Map<String, Liar> liars) {
    return new Settling(wanted, kept, Map.of(), Map.of(), Map.of(), liars);
  }

  /** When the last honest cache is over the old; absent while a server still says it. */
  Optional<Instant> settledAt() {
    if (!wrong.isEmpty() || right.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(Collections.max(right.values()).plus(kept).plus(ROUNDING));
  }

  /** The earliest moment at which it can be settled, as far as it can be known now. */
  Instant notBefore(Instant now) {
    return settledAt().orElse(now.plus(kept).plus(ROUNDING));
  }

  /** Whether nobody, of those who are honest, may go on with the old. */
  boolean settled(Instant now) {
    return waitsFor(now).isEmpty();
  }

  /** What is waited for, for people; empty when nothing is. */
  List<String> waitsFor(Instant now) {
    var reasons = new ArrayList<String>();
    wrong.forEach((server, seen) -> reasons.add(server + " " + seen));
    Optional<Instant> settled = settledAt();
    if (right.isEmpty() && wrong.isEmpty()) {
      reasons.add("no authoritative server was asked yet");
    } else if (settled.filter(now::isBefore).isPresent()) {
      reasons.add("caches may keep what they have until " + settled.get());
    }
    panel.forEach((resolver, word) -> {
      boolean fresh = settled.filter(at -> !word.asked().isBefore(at)).isPresent();
      if (word.standing() == Standing.BEHIND) {
        reasons.add(resolver + " " + word.seen());
      } else if (word.standing() == Standing.RIGHT && settled.isPresent() && !fresh) {
        reasons.add(resolver + " is to be asked again after that time");
      }
    });
    if (!panel.isEmpty() && silent().size() == panel.size()) {
      reasons.add("no resolver of the panel answers");
    }
    return reasons;
  }

  /** The resolvers of the panel that did not answer the last time. */
  List<String> silent() {
    return panel.entrySet().stream()
        .filter(each -> each.getValue().standing() == Standing.SILENT)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** What is known once everybody was asked. */
  Settling seen(Answer.Look look) {
    var nowRight = new TreeMap<>(right);
    var nowWrong = new TreeMap<String, String>();
    var asked = new ArrayList<String>();
    Duration longest = kept;
    for (Answer answer : look.authoritative()) {
      asked.add(answer.server());
      Optional<String> fault = faultOf(answer);
      if (fault.isPresent()) {
        nowRight.remove(answer.server());
        nowWrong.put(answer.server(), fault.get());
        if (!isNew(answer.records())) {
          // A change from before this one may still be on its way to it.
          longest = longer(longest, answer.records().ttl());
        }
      } else {
        nowRight.putIfAbsent(answer.server(), answer.heard());
      }
    }
    // Taken off the zone's list while it said the old: from now on caches ask it no more.
    for (String server : wrong.keySet()) {
      if (!asked.contains(server)) {
        nowRight.putIfAbsent(server, look.at());
      }
    }
    var known = new Settling(wanted, longest, nowRight, nowWrong, Map.of(), liars);
    var words = new TreeMap<String, Word>();
    look.panel().forEach(answer -> words.put(answer.server(), known.wordOf(answer)));
    return new Settling(wanted, longest, nowRight, nowWrong, words, known.named(words, look.at()));
  }

  private Optional<String> faultOf(Answer answer) {
    if (answer.fault().isPresent()) {
      return Optional.of("could not be asked: " + answer.fault().get());
    }
    return answer.records().equals(wanted)
        ? Optional.empty()
        : Optional.of("still says %s, by serial %d".formatted(answer.records(), answer.serial()));
  }

  private Word wordOf(Answer answer) {
    if (answer.fault().isPresent()) {
      return new Word(Standing.SILENT, answer.asked(), answer.fault().get());
    }
    RecordSet said = answer.records();
    Optional<String> impossible = impossible(answer);
    if (impossible.isPresent()) {
      return new Word(Standing.LYING, answer.asked(), impossible.get());
    }
    return isNew(said)
        ? new Word(Standing.RIGHT, answer.asked(), "says " + said)
        : new Word(Standing.BEHIND, answer.asked(), "still says " + said);
  }

  private boolean isNew(RecordSet said) {
    return said.addresses().equals(wanted.addresses()) && said.ttl().compareTo(wanted.ttl()) <= 0;
  }

  /** What an honest cache could not have said; absent when it could. */
  private Optional<String> impossible(Answer answer) {
    RecordSet said = answer.records();
    Duration longest = longer(kept, wanted.ttl());
    if (said.ttl().compareTo(longest.plus(DOUBT)) > 0) {
      return Optional.of(
          "says %s, where no server of the zone allows more than %d s"
              .formatted(said, longest.toSeconds()));
    }
    Optional<Instant> over = settledAt().map(at -> at.plus(DOUBT));
    if (isNew(said) || over.isEmpty()) {
      return Optional.empty();
    }
    if (answer.asked().isAfter(over.get())) {
      return Optional.of("still says %s, past %s".formatted(said, settledAt().get()));
    }
    return answer.asked().plus(said.ttl()).isAfter(over.get())
        ? Optional.of("means to say %s beyond %s".formatted(said, settledAt().get()))
        : Optional.empty();
  }

  private Map<String, Liar> named(Map<String, Word> words, Instant at) {
    var all = new TreeMap<>(liars);
    words.forEach((resolver, word) -> {
      boolean lies = word.standing() == Standing.LYING;
      Liar before = all.get(resolver);
      if (lies) {
        all.put(
            resolver, new Liar(resolver, word.seen(), before == null ? at : before.since(), true));
      } else if (before != null) {
        all.put(resolver, new Liar(resolver, before.seen(), before.since(), false));
      }
    });
    return all;
  }

  /** The longer of two times. */
  static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
