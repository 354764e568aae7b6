package dev.landfall.flight;

/** What is known of a flight. */
public sealed interface Verdict {
  /** Nothing yet; more ticks are needed. */
  record Continue() implements Verdict {}

  /** It is proven of every metric that it is no worse than the margin allows. */
  record Pass() implements Verdict {}

  /**
   * It does harm.
   *
   * @param metric which showed it
   * @param why a sentence for people
   */
  record Fail(String metric, String why) implements Verdict {}

  /**
   * It cannot be told, and never passes by silence.
   *
   * @param why a sentence for people: the time is up, or the ground itself shakes
   */
  record Inconclusive(String why) implements Verdict {}
}
