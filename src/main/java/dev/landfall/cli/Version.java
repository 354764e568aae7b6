package dev.landfall.cli;

/** The version of this program; a test compares it with the build's. */
final class Version {
  static final String CURRENT = "0.1.0";

  private Version() {}
}
