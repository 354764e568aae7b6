package dev.landfall.access;

import dev.landfall.problem.Finding;
import java.util.List;

/**
 * Port: one access of the adoption team, in whatever says who may come in: roles of a database,
 * groups of a directory, assignments of a cloud.
 */
public interface AccessControl extends AutoCloseable {
  /** What would keep the access from being ended, found now. Changes nothing. */
  List<Finding> preflight();

  /**
   * What is left of it.
   *
   * @throws dev.landfall.problem.OutsideException when it could not be read
   */
  AccessSeen look();

  /**
   * Ends it: nobody comes in by it any more, and whoever is in by it is shown out. May be given
   * again. Nothing gives it back; that is for people to decide.
   *
   * @throws dev.landfall.problem.OutsideException when it was refused or not answered, or somebody
   *     was still in after a bounded time; it may then have ended in part
   */
  void revoke();

  @Override
  void close();
}
