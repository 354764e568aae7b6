package dev.landfall.rehearsal;

import dev.landfall.problem.Finding;
import dev.landfall.workload.Asset;
import java.util.List;
import java.util.Optional;

/**
 * Port: tests of a person's own, which are run in the middle of a rehearsal, when the clones are
 * promoted and not yet brought back. What they write goes back with the clones, and goes with them.
 */
public interface Trial {
  /**
   * The role that the tests sign in as. Of the clones it may do so on the promoted ones alone, and
   * only now; elsewhere it may what it always may.
   */
  String role();

  /** What is run, for people. */
  String name();

  /**
   * Is told what does not keep the tests from being run, and people should know before: what the
   * role reaches besides the clones.
   */
  void warned(Finding finding);

  /**
   * Runs the tests to their end, which comes by itself or when their time is up.
   *
   * @param clones the data as it is rehearsed; the target of each is where the tests may write
   * @return why they did not pass; absent when they did
   * @throws InterruptedException when somebody does not want to wait any longer; they are ended
   */
  Optional<String> run(List<Asset.Data> clones) throws InterruptedException;
}
