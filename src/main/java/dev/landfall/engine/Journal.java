package dev.landfall.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Port: the events of all promotions, in one chain, for ever. It is the state and the audit log.
 *
 * <p>Every entry carries the SHA-256 of the one before it over all workloads, so that nothing can
 * be changed, dropped or reordered unnoticed.
 */
public interface Journal extends AutoCloseable {
  /**
   * What is to be appended.
   *
   * @param type the name of the event, kept for ever
   * @param payload the event as JSON; never a secret
   * @param at when it was decided
   * @param by who asked for it, or the controller that saw it
   * @param why the reason given; empty when none was
   */
  record Draft(String type, String payload, Instant at, String by, String why) {}

  /**
   * What was appended.
   *
   * @param sequence the place in the chain over all workloads, from 1, without gaps
   * @param version the place in the stream of its workload, from 1, without gaps
   * @param previousHash the hash of the entry before it in the chain, 64 zeros for the first
   * @param hash SHA-256 over every other field, lower-case hexadecimal
   */
  record Entry(
      long sequence,
      String workload,
      long version,
      Draft draft,
      String previousHash,
      String hash) {}

  /** Somebody else has appended to the stream since it was read; read again, decide again. */
  final class VersionConflict extends Exception {
    private static final long serialVersionUID = 1;

    public VersionConflict(String workload, long expected, long found) {
      super("stream " + workload + " is at version " + found + ", not " + expected);
    }
  }

  /**
   * The result of reading the whole chain.
   *
   * @param entries how many were read
   * @param headHash the hash of the last one, to be kept elsewhere by those who distrust this file
   * @param fault the first thing that is wrong; empty when nothing is
   */
  record Audit(long entries, String headHash, Optional<String> fault) {}

  /** The entries of one workload with a version above {@code after}, oldest first. */
  List<Entry> read(String workload, long after);

  /**
   * Appends all drafts or none, on disk when it returns.
   *
   * @param expectedVersion the version of the last entry that the decision was made on, 0 for none
   * @return the new entries
   * @throws VersionConflict when the stream has moved on; nothing was appended
   * @throws dev.landfall.problem.OutsideException when the storage refuses; nothing was appended,
   *     or the answer was lost and reading again tells
   */
  List<Entry> append(String workload, long expectedVersion, List<Draft> drafts)
      throws VersionConflict;

  /** The names of all workloads that have a stream, in the order of their first entry. */
  List<String> workloads();

  /** Reads everything and checks every hash, every link, every gap, and the recorded head. */
  Audit audit();

  @Override
  void close();
}
