package dev.landfall.problem;

/**
 * Something outside this process did not do as asked, or could not be asked. Not a bug: the caller
 * tries again within its limits, or shows the message.
 *
 * <p>The message reads <em>cannot</em> verb object: what was seen; what to do.
 */
public final class OutsideException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient ProblemCode code;

  public OutsideException(ProblemCode code, String message) {
    super(message);
    this.code = code;
  }

  public OutsideException(ProblemCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public ProblemCode code() {
    return code;
  }
}
