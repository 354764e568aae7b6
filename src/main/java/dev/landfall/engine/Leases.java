package dev.landfall.engine;

import java.time.Instant;
import java.util.Optional;

/**
 * Port: who drives which workload, and when it is looked at next.
 *
 * <p>A lease decides who tries; it does not protect anything by itself, because a process can be
 * stopped for any time between asking and acting. What protects is the version of the journal (I9).
 */
public interface Leases extends AutoCloseable {
  /** The right to drive one workload, for as long as one execution of its work. */
  interface Lease {
    String workload();

    /**
     * Whether nobody else has taken the workload over and the lease is fresh enough that nobody is
     * about to. Asks the storage, and is false when the storage does not answer. Also false once
     * this process is closing: long work should then come to an end.
     */
    boolean stillHeld();
  }

  /** What is done for a workload. Called by one live controller at a time. */
  @FunctionalInterface
  interface Work {
    /**
     * Drives the workload on; may take as long as it likes.
     *
     * @return when to call again; empty when there is nothing left to do until somebody wakes it
     * @throws RuntimeException when it failed; it is logged and tried again after a growing pause
     * @throws InterruptedException when it was interrupted because this process is closing
     */
    Optional<Instant> run(Lease lease) throws InterruptedException;
  }

  /**
   * Who drives a workload.
   *
   * @param process the number of the process on its host
   * @param host the name of the host, which may be cut short
   * @param seen when it last said that it is alive
   */
  record Holder(long process, String host, Instant seen) {
    /** For messages: {@code controller 4711 on host x}. */
    @Override
    public String toString() {
      return "controller " + process + " on host " + host;
    }
  }

  /**
   * Lets this process drive the workload from now on, in turns with the others that do: {@code
   * work} is called as soon as nobody else holds the workload, and then whenever its time has come
   * or somebody wakes it, in a thread of its own. Returns at once.
   *
   * @throws dev.landfall.problem.OutsideException when the storage refuses
   */
  void drive(String workload, Work work);

  /**
   * Has the work of the workload called now, by whoever drives it; when a call is under way, again
   * after it. Not lost when nobody drives it at the moment.
   *
   * @throws dev.landfall.problem.OutsideException when the storage refuses
   */
  void wake(String workload);

  /**
   * Who drives the workload at this moment; empty when nobody does, or who did is gone.
   *
   * @throws dev.landfall.problem.OutsideException when the storage refuses
   */
  Optional<Holder> holder(String workload);

  /** Lets the work under way come to an end, within a limit, and gives every lease back. */
  @Override
  void close();
}
