package dev.landfall.gate;

import dev.landfall.gate.Statement.Signed;
import java.time.Instant;
import java.util.Optional;

/**
 * Somebody broke the glass: users may move past gates that are not passed, for a short time, and
 * somebody else has to look at it afterwards. It is told for good.
 *
 * @param signed who, why, for which plan and until when
 * @param used whether users were moved while it let them by
 * @param isVoid whether the plan was edited since: it lets nobody by any more
 * @param review by whom it was looked at afterwards; absent until then
 */
public record Break(Signed signed, boolean used, boolean isVoid, Optional<Signed> review) {
  /** What a statement about it names in place of a gate. */
  public static final String GATE = "*";

  /** Whether it lets users by now. Once it was looked at, it is over. */
  public boolean lets(String plan, Instant now) {
    return !isVoid
        && review.isEmpty()
        && statement().plan().equals(plan)
        && now.isBefore(statement().until());
  }

  /** Whether it can be looked at: it was made use of, or it is over. */
  public boolean isReviewable(Instant now) {
    return review.isEmpty() && (used || isVoid || !now.isBefore(statement().until()));
  }

  /** Whether this person did it, under whatever name: an edited file can give a key another one. */
  public boolean isBy(String name, String key) {
    return statement().by().equals(name) || signed.key().equals(key);
  }

  /** What was said. */
  public Statement statement() {
    return signed.statement();
  }

  /** For people. */
  public String words() {
    Statement said = statement();
    return "%s (%s) broke the glass at %s until %s: %s; %s; %s"
        .formatted(
            said.by(),
            said.role(),
            said.at(),
            said.until(),
            said.reason(),
            used ? "users were moved by it" : "nobody was moved by it",
            review
                .map(Signed::statement)
                .map(one -> "reviewed by %s at %s: %s".formatted(one.by(), one.at(), one.reason()))
                .orElse("nobody else has reviewed it"));
  }

  Break usedUp() {
    return new Break(signed, true, isVoid, review);
  }

  Break voided() {
    return new Break(signed, used, true, review);
  }

  /** A review names the signature of what it is about. */
  Break reviewedBy(Signed by) {
    return by.statement().evidence().equals(signed.signature())
        ? new Break(signed, used, isVoid, Optional.of(by))
        : this;
  }
}
