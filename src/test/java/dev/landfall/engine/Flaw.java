package dev.landfall.engine;

/**
 * What a simulated world does otherwise than it should.
 *
 * @param rules what the controllers go by
 * @param comparesAndSets whether the journal looks at the version that a decision was made on
 * @param comparesEpochs whether databases and planes look at the epoch of an order
 */
record Flaw(Rules rules, boolean comparesAndSets, boolean comparesEpochs) {
  /** Nothing. */
  static final Flaw NONE = new Flaw(Rules.CORE, true, true);

  static Flaw of(Rules rules) {
    return new Flaw(rules, true, true);
  }
}
