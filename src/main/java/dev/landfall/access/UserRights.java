package dev.landfall.access;

import java.util.Set;
import java.util.SortedSet;

/**
 * Port: what users may do, as one system of one side has it: a directory's groups, a database's
 * roles and grants. Changes nothing.
 */
public interface UserRights {
  /**
   * Reads them, within the time that it was given.
   *
   * @param users whom to look for; everybody who may sign in there when there are none
   * @throws dev.landfall.problem.OutsideException when it was refused, or not answered in time
   */
  Found look(Set<String> users);

  /** What was found, at one moment. */
  interface Found {
    /** Those of the users who are known there. */
    Set<String> users();

    /**
     * What a user may do, each right in words that mean the same on both sides; empty for nobody.
     */
    SortedSet<String> of(String user);
  }
}
