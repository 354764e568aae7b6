package dev.landfall.cli;

import dev.landfall.cli.Operations.Ended;
import dev.landfall.cli.Operations.Order;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.Remedy;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the verbs of gates need of the rest of the program; the same rules as {@link Operations}.
 */
public interface GateOperations {
  /**
   * How one gate stands.
   *
   * @param kind {@code machine} or {@code person}
   * @param state one of the states of the reference: {@code open}
   * @param why a clause; empty when there is nothing to say
   * @param until when the state ends by itself
   * @param binds whether it holds the next step back
   * @param flags what was done, by whom and when, a clause each
   * @param evidence the hashes of what was kept
   * @param todo what to do and who can, in its order
   */
  record Item(
      String id,
      String title,
      List<String> requirements,
      String owner,
      String kind,
      String state,
      String why,
      Optional<Instant> until,
      boolean binds,
      List<String> flags,
      List<Evidence> evidence,
      List<Remedy> todo) {}

  /**
   * How all gates of a promotion stand.
   *
   * @param gated whether its file has gates at all
   * @param plan the hash of the plan that is meant
   * @param step what the next step of users is: {@code promote} or {@code flight}
   * @param gates in their order
   * @param percent how many of those that hold the next step back let it go, 0 to 100
   * @param people what is wrong about who did what, as clauses
   * @param glass what there is to tell of broken glass, and who has to review it, as clauses
   * @param passes whether the gates let the next step go, all told
   * @param unseen why it is not known what the target runs on; absent when it is, or nothing hangs
   *     on it
   */
  record Report(
      String workload,
      boolean gated,
      String plan,
      String step,
      List<Item> gates,
      int percent,
      List<String> people,
      List<String> glass,
      boolean passes,
      Optional<String> unseen) {
    public Report {
      glass = List.copyOf(glass);
      gates = List.copyOf(gates);
      people = List.copyOf(people);
    }

    /** Whether nothing holds the next step back. */
    public boolean ready() {
      return passes && people.isEmpty();
    }
  }

  /** What a person brings. No record: a content is compared by its hash alone. */
  final class Brought {
    private final Evidence.Kind kind;
    private final String what;
    private final byte[] content;

    /**
     * One piece.
     *
     * @param what the name of the file, the address, or the statement
     */
    public Brought(Evidence.Kind kind, String what, byte[] content) {
      this.kind = kind;
      this.what = what;
      this.content = content.clone();
    }

    public Evidence.Kind kind() {
      return kind;
    }

    public String what() {
      return what;
    }

    public byte[] content() {
      return content.clone();
    }
  }

  /**
   * What a person wants to say of a gate.
   *
   * @param lasts how long it counts; absent for as long as the policy lets it
   */
  record Saying(String gate, Verb verb, Optional<Duration> lasts) {}

  /** Whoever has a person's key. */
  interface Signer {
    /** The public half of it, in base 64. */
    String key();

    /** Signs a statement. */
    Signed sign(Statement statement);
  }

  /** How the gates stand; absent when no such promotion is known. */
  Optional<Report> report(String workload);

  /** Runs the check of a gate; returns when it has ended. */
  Ended run(Order order, String gate);

  /**
   * Keeps evidence.
   *
   * @param executed whether it was done, too
   */
  Ended attach(Order order, String gate, boolean executed, List<Brought> brought);

  /** Has a statement signed, and takes it. */
  Ended sign(Order order, Saying saying, Signer signer);

  /**
   * What the person who orders would sign now; nothing is kept. Absent when no such promotion is
   * known.
   */
  Optional<Statement> draft(Order order, Saying saying);

  /**
   * Takes a statement that was signed elsewhere.
   *
   * @param signature in base 64
   */
  Ended submit(Order order, Statement statement, String signature);
}
