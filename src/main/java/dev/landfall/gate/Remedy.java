package dev.landfall.gate;

import dev.landfall.gate.Statement.Verb;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.Flag;
import java.util.ArrayList;
import java.util.List;

/**
 * What to do so that a gate passes, and who can.
 *
 * @param what a command, or what to wait for
 * @param who names of the workload file; empty when nobody there can
 */
public record Remedy(String what, List<String> who) {
  public Remedy {
    who = List.copyOf(who);
  }

  /**
   * What is to be done for a gate, in its order; empty when it lets users by.
   *
   * @param people who has which duty
   * @param workload the name that commands take
   */
  public static List<Remedy> of(
      Standing standing, GateBook book, Separation people, String workload) {
    var remedies = new ArrayList<Remedy>();
    Gate gate = standing.gate();
    String place = workload + " " + gate.id();
    if (standing.state() == State.CLOSED) {
      String wait = standing.until().map(at -> "wait until " + at + ", or: ").orElse("");
      String lets = "landfall waive " + place + " --key FILE --for TIME --reason WHY";
      return List.of(new Remedy(wait + lets, people.waivers(gate)));
    }
    if (standing.state() == State.RUNNING) {
      return List.of(new Remedy("wait until its check has ended", List.of()));
    }
    boolean executes = standing.lacking().contains(Flag.EXECUTED);
    boolean documents = standing.lacking().contains(Flag.DOCUMENTED);
    if (executes || documents) {
      String brings =
          "landfall gate attach " + place + (executes ? " --executed" : "") + " --file FILE";
      String what = gate.check().isPresent() && executes ? "landfall gate run " + place : brings;
      remedies.add(new Remedy(what, people.testers()));
    }
    if (standing.lacking().contains(Flag.VALIDATED)) {
      remedies.add(
          new Remedy("landfall approve " + place + " --key FILE", approvers(gate, book, people)));
    }
    if (standing.state() == State.FAILED && !executes) {
      List<String> decliners =
          book.of(gate.id()).said().stream()
              .map(Dossier.Said::statement)
              .filter(said -> said.verb() == Verb.DECLINE)
              .map(Statement::by)
              .toList();
      remedies.add(
          0,
          new Remedy(
              "mend what was declined; then the same person approves, or: landfall withdraw "
                  + place
                  + " --key FILE",
              decliners));
    }
    return remedies;
  }

  /** Nobody validates what is their own word. */
  private static List<String> approvers(Gate gate, GateBook book, Separation people) {
    return people.approvers(gate.approvers()).stream()
        .filter(name -> !gate.isOnSomebodysWord() || !book.of(gate.id()).isBroughtBy(name))
        .toList();
  }
}
