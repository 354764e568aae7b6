package dev.landfall.engine;

import dev.landfall.promotion.Event;
import dev.landfall.workload.Side;

/** Checks what must hold of users who come by a name, whose resolvers keep what they heard. */
final class NameWatch {
  private final Simulation simulation;
  private final Site site;

  /** Whether the link is cut, or about to be. */
  private boolean cut;

  NameWatch(Simulation simulation, Site site) {
    this.simulation = simulation;
    this.site = site;
  }

  /** An event was appended, and folded into the site. */
  void appended(Event event) {
    switch (event) {
      case Event.CutoverBegun _ -> quick();
      case Event.SeveringBegun begun -> nobodyLeft(begun.owner());
      case Event.Severed severed -> nobodyLeft(severed.owner());
      default -> {}
    }
  }

  /** Users are not to stay behind for longer than the low TTL: it was prepared before. */
  private void quick() {
    long now = simulation.time().micros();
    for (Name name : site.names) {
      if (!name.isQuick() && !site.excused(Side.SOURCE, now)) {
        simulation.violated(
            "I2: a cutover begins, and users of " + name.name + " could not follow quickly");
      }
    }
  }

  private void nobodyLeft(Side owner) {
    cut = true;
    for (Name name : site.names) {
      if (name.leadsTo(owner.other())) {
        simulation.violated(
            "I1: the link is severed, and "
                + name.name
                + " may still lead users to the "
                + owner.other().word());
      }
    }
  }

  /** A user of an honest resolver is led to a side. */
  void led(Name name, Side side) {
    if (cut && side != site.state().owner()) {
      simulation.violated(
          "I1: a user is led by " + name.name + " to the " + side.word() + ", which is cut off");
    }
  }
}
