package dev.landfall.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one customer was promised: every write that it asked for, in order, and what became of it.
 * The customer writes it, the check reads it at any time.
 */
final class Ledger {
  /** What a write did. */
  enum Kind {
    /** Detail: the goods, as {@code 7x1,12x3} by product. */
    ORDER,
    /** Subject: the order's key. Detail: the amount. */
    PAYMENT,
    /** Subject: the order's key. */
    CANCELLATION,
    /** Overwrites the one before. Detail: the street. */
    ADDRESS,
    /** Overwrites the one before. Subject: the session. Detail: the goods. */
    CART
  }

  /** What the customer knows of a write. */
  enum Outcome {
    /** Asked for, not answered yet. */
    UNDER_WAY,
    /** The shop said that it is done. */
    ACKNOWLEDGED,
    /** The shop said that it is not done, and why. */
    REFUSED,
    /** No answer, or one that says nothing about the write: it may have been done or not. */
    UNKNOWN
  }

  /**
   * One write.
   *
   * @param key unique over all customers and all runs of a demo
   * @param version counts this customer's writes that overwrite each other, from one; 0 for others
   */
  record Entry(Kind kind, String key, String subject, String detail, int version) {}

  /** A write and what became of it. */
  record Line(Entry entry, Outcome outcome, Optional<String> answer) {}

  private final long customer;
  private final List<Line> lines = new ArrayList<>();

  Ledger(long customer) {
    this.customer = customer;
  }

  /** The customer's id in the shop. */
  long customer() {
    return customer;
  }

  /**
   * Notes a write before it is asked for.
   *
   * @return its place, for {@link #answered}
   */
  synchronized int asked(Entry entry) {
    lines.add(new Line(entry, Outcome.UNDER_WAY, Optional.empty()));
    return lines.size() - 1;
  }

  /**
   * Notes what became of a write.
   *
   * @param answer what the shop said of it, such as an order's number; empty when nothing
   */
  synchronized void answered(int place, Outcome outcome, Optional<String> answer) {
    lines.set(place, new Line(lines.get(place).entry(), outcome, answer));
  }

  /** The lines until now, in the order in which they were asked for. */
  synchronized List<Line> lines() {
    return List.copyOf(lines);
  }
}
