package dev.landfall.cli;

import dev.landfall.cli.file.Mistake;
import dev.landfall.problem.ProblemCode;
import java.util.List;

/** Ends a verb with an error; what it was is for the screen and for {@code --json} alike. */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Exit exit;
  private final transient ProblemCode code;
  private final transient List<Mistake> mistakes;

  Problem(Exit exit, ProblemCode code, String message) {
    this(exit, code, message, List.of());
  }

  Problem(Exit exit, ProblemCode code, String message, List<Mistake> mistakes) {
    super(message);
    this.exit = exit;
    this.code = code;
    this.mistakes = List.copyOf(mistakes);
  }

  Exit exit() {
    return exit;
  }

  ProblemCode code() {
    return code;
  }

  List<Mistake> mistakes() {
    return mistakes;
  }
}
