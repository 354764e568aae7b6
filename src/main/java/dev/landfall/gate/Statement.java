package dev.landfall.gate;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a person says about one gate of one plan, and signs.
 *
 * @param verb what is said
 * @param plan the hash of the plan that it is about, and of no other
 * @param target the fingerprint of what the target runs on; absent where the gate is not about that
 * @param gate its id; {@link Break#GATE} of what is about all of them
 * @param evidence the hashes of the evidence that was looked at, sorted and joined by {@code +};
 *     {@code -} when there was none; of a review the signature of what was reviewed
 * @param by the name of the person
 * @param role the role in which it is said
 * @param at when; the person's own clock
 * @param until when it counts no more
 * @param reason empty where none is needed; never a line break
 */
public record Statement(
    Verb verb,
    String workload,
    String gate,
    String plan,
    Optional<String> target,
    String evidence,
    String by,
    String role,
    Instant at,
    Instant until,
    String reason) {
  /** Where there is no evidence. */
  public static final String NOTHING = "-";

  private static final int LINES = 12;

  /** What can be said. */
  public enum Verb {
    /** The gate is validated. */
    APPROVE("approve"),
    /** It is not so, or not enough. */
    DECLINE("decline"),
    /** What the person said of it before counts no more. */
    WITHDRAW("withdraw"),
    /** It is not met, and users may move all the same. */
    WAIVE("waive"),
    /** It has nothing to do with this workload. */
    NOT_APPLICABLE("not-applicable"),
    /** Users may move past all gates for a short time, because there is no other way. */
    BREAK_GLASS("break-glass"),
    /** The person has looked at why somebody else broke the glass. */
    REVIEW("review");

    private final String word;

    Verb(String word) {
      this.word = word;
    }

    /** The word in what is signed. */
    public String word() {
      return word;
    }

    /** The verb of a word; absent when there is none. */
    public static Optional<Verb> of(String word) {
      return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }

    /** Whether a gate can be passed by it. */
    public boolean lets() {
      return switch (this) {
        case APPROVE, WAIVE, NOT_APPLICABLE, BREAK_GLASS -> true;
        case DECLINE, WITHDRAW, REVIEW -> false;
      };
    }

    /** Whether it sets the gate aside. */
    public boolean exempts() {
      return this == WAIVE || this == NOT_APPLICABLE;
    }

    /** Whether nobody may say so without saying why. */
    public boolean needsReason() {
      return this == DECLINE || isOfGlass() || exempts();
    }

    /** Whether it is about all gates at once. */
    public boolean isOfGlass() {
      return this == BREAK_GLASS || this == REVIEW;
    }
  }

  /**
   * What is signed, as UTF-8: a line for each part, in this order. No part has a line break in it,
   * so no two different statements have the same text.
   */
  public String text() {
    return Stream.of(
            "landfall-statement-1",
            "verb: " + verb.word(),
            "workload: " + workload,
            "gate: " + gate,
            "plan: " + plan,
            "target: " + target.orElse(NOTHING),
            "evidence: " + evidence,
            "by: " + by,
            "role: " + role,
            "at: " + at,
            "until: " + until,
            "reason: " + reason)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /**
   * The statement that {@link #text} gave; absent for any text that it would not give, so that what
   * was signed is what is kept.
   */
  public static Optional<Statement> parse(String text) {
    String[] lines = text.split("\n", -1);
    if (lines.length != LINES + 1) {
      return Optional.empty();
    }
    var parts = new ArrayList<String>();
    for (int i = 1; i < LINES; i++) {
      int colon = lines[i].indexOf(": ");
      parts.add(colon < 0 ? "" : lines[i].substring(colon + 2));
    }
    return parse(parts).filter(statement -> statement.text().equals(text));
  }

  private static Optional<Statement> parse(List<String> parts) {
    try {
      return Verb.of(parts.get(0))
          .map(verb ->
              new Statement(
                  verb,
                  parts.get(1),
                  parts.get(2),
                  parts.get(3),
                  Optional.of(parts.get(4)).filter(part -> !part.equals(NOTHING)),
                  parts.get(5),
                  parts.get(6),
                  parts.get(7),
                  Instant.parse(parts.get(8)),
                  Instant.parse(parts.get(9)),
                  parts.get(10)));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  /** What it is about. */
  public Subject subject() {
    return new Subject(plan, target);
  }

  /** Whether {@link #text} says it without doubt. */
  public boolean isPlain() {
    return Stream.of(workload, gate, plan, target.orElse(NOTHING), evidence, by, role, reason)
        .allMatch(part -> part.chars().noneMatch(c -> Character.isISOControl(c) || isBreak(c)));
  }

  private static boolean isBreak(int c) {
    return c == '\u2028' || c == '\u2029';
  }

  /**
   * A statement and the proof of who made it.
   *
   * @param key the public key that the signature was proven with: Ed25519, X.509, in base 64
   * @param signature of {@link Statement#text}, in base 64
   */
  public record Signed(Statement statement, String key, String signature) {}
}
