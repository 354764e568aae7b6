package dev.landfall.gate;

import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that is known of one gate.
 *
 * @param run the check that was begun and has not ended; its process may be dead, and until one
 *     ends the gate does not count as executed
 * @param executed how it was last executed; absent before the first time
 * @param documented what there is to read; absent when nothing is
 * @param said the last that each person said of it, in the order in which they said it
 * @param ever all that anybody ever said of it: no copy of that is said again
 */
public record Dossier(
    Optional<Run> run,
    Optional<Mark> executed,
    Optional<Mark> documented,
    List<Said> said,
    Set<Statement> ever) {
  /** Nothing is known. */
  public static final Dossier EMPTY =
      new Dossier(Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Set.of());

  public Dossier {
    said = List.copyOf(said);
    ever = Set.copyOf(ever);
  }

  /**
   * A check that goes on.
   *
   * @param token tells it from every other of this workload
   * @param until when it is taken for dead
   */
  public record Run(String token, String by, Subject subject, Instant at, Instant until) {}

  /**
   * A flag with who and when.
   *
   * @param passed whether it is so; of what is documented always true
   * @param reason why, or why not; may be empty
   * @param writers the people of the plan who wrote what a check has read, by name; empty for a
   *     check that reads nothing of people
   */
  public record Mark(
      String by,
      Instant at,
      Subject subject,
      boolean passed,
      String reason,
      List<Evidence> evidence,
      List<String> writers) {
    public Mark {
      evidence = List.copyOf(evidence);
      writers = List.copyOf(writers);
    }

    /** Nothing was read that people wrote. */
    public Mark(
        String by,
        Instant at,
        Subject subject,
        boolean passed,
        String reason,
        List<Evidence> evidence) {
      this(by, at, subject, passed, reason, evidence, List.of());
    }

    private boolean isOf(String person) {
      return by.equals(person) || writers.contains(person);
    }
  }

  /**
   * What a person said.
   *
   * @param isVoid whether the plan was edited since: it counts no more, also when the plan becomes
   *     again what it was
   */
  public record Said(Signed signed, boolean isVoid) {
    Statement statement() {
      return signed.statement();
    }

    /** Whether it is still what this person means. */
    boolean stands() {
      return !isVoid && statement().verb() != Verb.WITHDRAW;
    }
  }

  /** The hashes of all evidence, as a statement names them. */
  public String evidence() {
    String all =
        Stream.of(executed, documented)
            .flatMap(Optional::stream)
            .flatMap(mark -> mark.evidence().stream())
            .map(Evidence::sha256)
            .distinct()
            .sorted()
            .collect(Collectors.joining("+"));
    return all.isEmpty() ? Statement.NOTHING : all;
  }

  /** The last that a person said of it; absent for one who said nothing. */
  public Optional<Statement> lastOf(String person) {
    return said.stream().map(Said::statement).filter(each -> each.by().equals(person)).findFirst();
  }

  /** Whether this person brought, or wrote, any of what there is to look at. */
  boolean isBroughtBy(String person) {
    return Stream.of(executed, documented)
        .flatMap(Optional::stream)
        .anyMatch(mark -> mark.isOf(person));
  }

  Dossier begun(Run next) {
    return new Dossier(Optional.of(next), executed, documented, said, ever);
  }

  /** A check has ended: what it saw is also what there is to read. */
  Dossier checked(Mark mark) {
    return new Dossier(Optional.empty(), Optional.of(mark), Optional.of(mark), said, ever);
  }

  Dossier attached(Mark mark, boolean isExecuted) {
    return isExecuted
        ? new Dossier(Optional.empty(), Optional.of(mark), Optional.of(mark), said, ever)
        : new Dossier(run, executed, Optional.of(mark), said, ever);
  }

  Dossier signed(Signed signed) {
    var next = new ArrayList<Said>();
    said.stream()
        .filter(each -> !each.statement().by().equals(signed.statement().by()))
        .forEach(next::add);
    next.add(new Said(signed, false));
    var all = new HashSet<>(ever);
    all.add(signed.statement());
    return new Dossier(run, executed, documented, next, all);
  }

  /** The plan was edited. */
  Dossier voided() {
    return new Dossier(
        run,
        executed,
        documented,
        said.stream().map(each -> new Said(each.signed(), true)).toList(),
        ever);
  }
}
