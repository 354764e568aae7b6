package dev.landfall.engine;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an archive of evidence holds.
 *
 * @param workload whose evidence it is; empty when that could not be read
 * @param entries how many events, of all workloads
 * @param headHash the hash of the last one; to be compared with one that was kept elsewhere
 * @param evidence how many contents
 * @param bytes how long those are together
 * @param signers who signed what is in it, a clause each
 * @param fault the first thing that is wrong; absent when nothing is
 * @param hashes of all events
 */
public record Archived(
    String workload,
    long entries,
    String headHash,
    int evidence,
    long bytes,
    List<String> signers,
    Optional<String> fault,
    Set<String> hashes) {
  public Archived {
    signers = List.copyOf(signers);
    hashes = Set.copyOf(hashes);
  }

  /** Whether its history is, or goes on from, one whose last event had this hash. */
  public boolean goesOnFrom(String head) {
    return hashes.contains(head);
  }

  /** One that cannot be trusted in any part. */
  public static Archived broken(String fault) {
    return new Archived(
        "", 0, Chain.Head.EMPTY.hash(), 0, 0, List.of(), Optional.of(fault), Set.of());
  }
}
