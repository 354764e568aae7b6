package dev.landfall.engine;

import java.util.function.Supplier;

/**
 * What a simulated world does otherwise than it should.
 *
 * @param rules what the controllers go by; asked for by each process
 * @param comparesAndSets whether the journal looks at the version that a decision was made on
 * @param comparesEpochs whether databases and planes look at the epoch of an order
 */
record Flaw(Supplier<Rules> rules, boolean comparesAndSets, boolean comparesEpochs) {
  /** Nothing. */
  static final Flaw NONE = of(Rules.CORE);

  static Flaw of(Rules rules) {
    return new Flaw(() -> rules, true, true);
  }

  /** With rules that each process makes for itself, and forgets when it dies. */
  static Flaw inEachProcess(Supplier<Rules> rules) {
    return new Flaw(rules, true, true);
  }
}
