package dev.landfall.adapter.reach;

/** A place in the network from which others are looked at. */
public sealed interface Vantage permits Here, Elsewhere {
  /** How people know it. */
  String name();

  /**
   * Looks at all of it, and changes nothing: it connects, says nothing and leaves.
   *
   * @throws BlindException when nothing can be said about any of it
   */
  Sight look(Errand errand) throws BlindException;

  /** A fault that was seen from there, for people. */
  default String told(String fault) {
    return "from " + name() + ": " + fault;
  }

  /** Nothing could be looked at; the message is why. */
  final class BlindException extends Exception {
    private static final long serialVersionUID = 1;

    BlindException(String why, Throwable cause) {
      super(why, cause);
    }

    BlindException(String why) {
      super(why);
    }
  }
}
