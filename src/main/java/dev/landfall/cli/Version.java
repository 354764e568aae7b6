package dev.landfall.cli;

/** The version of this program; a test compares it with the build's. */
public final class Version {
  /** As in {@code landfall --version}. */
  public static final String CURRENT = "0.1.0";

  private Version() {}
}
