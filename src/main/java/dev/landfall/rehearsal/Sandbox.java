package dev.landfall.rehearsal;

import dev.landfall.problem.Finding;
import dev.landfall.workload.Asset;
import java.util.List;

/**
 * Port: two clones of a data asset, made of the target's copy and beside it, on which a cutover is
 * rehearsed. The copy itself is only read, and what keeps it in step goes on.
 *
 * <p>Whoever comes later finds by their names what was left. No two rehearsals have clones of the
 * same name: what outlives one must not come upon the clones of another.
 */
public interface Sandbox extends AutoCloseable {
  /**
   * Takes the sole right to the clones until {@link #close}, or until this process ends in whatever
   * way; false when somebody else has it.
   *
   * @throws dev.landfall.problem.OutsideException when the target did not answer, or refused
   */
  boolean claim();

  /** What would keep the clones from being made, found now. Changes nothing. */
  List<Finding> preflight();

  /**
   * Makes the first clone, with all rows of this moment, and an empty place for the second. Takes
   * as long as a copy of the asset does.
   *
   * @return the asset to rehearse with, under the same name: its source is the first clone
   * @throws dev.landfall.problem.OutsideException when the target did not answer, or refused; what
   *     was made is there to be removed
   */
  Asset.Data prepare();

  /**
   * What would keep a role from being let in to the promoted clone, or from being put out again,
   * and what it reaches besides, as a warning; found now. Changes nothing.
   */
  List<Finding> admissible(String role);

  /**
   * Lets a role of the application work on the promoted clone, until {@link #dismiss}.
   *
   * @throws dev.landfall.problem.OutsideException when the target did not answer, or refused
   */
  void admit(String role);

  /**
   * Lets it in no more, and ends its sessions there.
   *
   * @throws dev.landfall.problem.OutsideException when the target did not answer, or refused
   */
  void dismiss(String role);

  /**
   * Removes both clones with everything that belongs to them, also those of a process that died.
   * May be given again; nothing is left when it returns.
   *
   * @throws dev.landfall.problem.OutsideException when the target did not answer, or refused
   */
  void remove();

  /** Gives the right back. Removes nothing. */
  @Override
  void close();
}
