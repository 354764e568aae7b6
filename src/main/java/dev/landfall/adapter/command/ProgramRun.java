package dev.landfall.adapter.command;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a program of the user's own ended, for whoever else runs one.
 *
 * @param code its exit code, 0 to 255; of one that a signal ended 128 and the signal's number
 * @param complaint the beginning of what it wrote to standard error, on one line
 */
public record ProgramRun(int code, String complaint) {
  /**
   * Runs a program to its end; what it prints is dropped.
   *
   * @param command the path of the program and its arguments, which no shell reads
   * @param environment all of it; nothing of this process's own is handed on
   * @param limit how long it may take; then it is killed, and so are its children
   * @throws dev.landfall.problem.OutsideException when it cannot be started, takes too long or
   *     prints too much
   */
  public static ProgramRun of(
      List<String> command, Map<String, String> environment, Duration limit) {
    Run.End end = Run.of(command, environment, "", limit);
    return new ProgramRun(end.code(), end.complaint());
  }
}
