package dev.landfall.adapter.command;

import dev.landfall.engine.Probe;
import dev.landfall.problem.OutsideException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/**
 * A check that a program of the user's own makes: {@code PROGRAM ... check} prints what it sees and
 * says by its exit code whether that is as it must be.
 *
 * <p>What it prints is kept as it is; it is no message, and never shown.
 */
public final class CommandProbe implements Probe {
  private static final String CONTRACT = "1";

  private final Question question;
  private final List<String> words;
  private final Duration timeout;

  /** What the program is told. */
  public record Question(String workload, String model, String gate, String plan) {}

  /**
   * A check by a program.
   *
   * @param words the whole path of the program, and its arguments
   * @param timeout how long one run may take
   */
  public CommandProbe(Question question, List<String> words, Duration timeout) {
    this.question = question;
    this.words = List.copyOf(words);
    this.timeout = timeout;
  }

  /** {@inheritDoc} A program that cannot be run, or takes too long, has not passed. */
  @Override
  public Observation look() {
    var command = new ArrayList<>(words);
    command.add("check");
    var environment = new HashMap<String, String>();
    environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("LANG", "C.UTF-8");
    environment.put("LANDFALL_CONTRACT", CONTRACT);
    environment.put("LANDFALL_WORKLOAD", question.workload());
    environment.put("LANDFALL_MODEL", question.model());
    environment.put("LANDFALL_GATE", question.gate());
    environment.put("LANDFALL_PLAN", question.plan());
    try {
      Run.End end = Run.of(command, environment, "", timeout);
      return end.code() == 0
          ? new Observation(true, "", end.output())
          : new Observation(false, words.getFirst() + " " + end.words(), end.output());
    } catch (OutsideException e) {
      String why = String.valueOf(e.getMessage());
      return new Observation(false, why, why);
    }
  }
}
