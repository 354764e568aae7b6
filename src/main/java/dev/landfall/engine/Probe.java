package dev.landfall.engine;

import java.util.List;
import java.util.Optional;

/** Port: a check that really looks, and changes nothing. */
public interface Probe {
  /**
   * What was seen.
   *
   * @param passed whether it is as it must be
   * @param reason why not, as a clause on one line; may be empty when it passed. Goes into the
   *     journal, so it never has a secret or somebody's data in it
   * @param raw the observation itself, as text, to be kept as evidence
   * @param files what was read that people wrote, kept as evidence of its own; most checks read
   *     nothing of that kind
   * @param subject the hash of those files, as {@link Probe#subject} tells it; absent without any
   * @param writers the people of the plan who wrote those files, by name, as far as the files say
   */
  record Observation(
      boolean passed,
      String reason,
      String raw,
      List<Read> files,
      Optional<String> subject,
      List<String> writers) {
    public Observation {
      files = List.copyOf(files);
      writers = List.copyOf(writers);
    }

    /** Nothing was read that people wrote. */
    public Observation(boolean passed, String reason, String raw) {
      this(passed, reason, raw, List.of(), Optional.empty(), List.of());
    }

    /** The same, but not as it must be. */
    public Observation failed(String why) {
      return new Observation(false, why, raw, files, subject, writers);
    }
  }

  /** A file that people wrote. */
  final class Read {
    private final String what;
    private final byte[] content;

    /**
     * One file.
     *
     * @param what its name, and what is in it, on one line
     */
    public Read(String what, byte[] content) {
      this.what = what;
      this.content = content.clone();
    }

    /** Its name, and what is in it. */
    public String what() {
      return what;
    }

    /** A copy of its content. */
    public byte[] content() {
      return content.clone();
    }
  }

  /**
   * Looks once, within the time that its check has. What cannot be looked at has not passed.
   *
   * @throws dev.landfall.problem.OutsideException when the check itself is wrong, so that nothing
   *     was looked at
   */
  Observation look();

  /**
   * The SHA-256, in lower-case hexadecimal, of what it reads that people may edit afterwards:
   * evidence about another is stale. Absent when there is no such thing, or it cannot be read now.
   */
  default Optional<String> subject() {
    return Optional.empty();
  }
}
