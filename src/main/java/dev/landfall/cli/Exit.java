package dev.landfall.cli;

/** How a command ended, for scripts. Numbers are kept for ever. */
public enum Exit {
  /** What was asked is done, or was answered. */
  DONE(0),
  /** It will not be done: the order or the file is wrong, or it is too late for it. */
  REFUSED(1),
  /** Something else must be done first. */
  BLOCKED(2),
  /** Users and data are back on the source. */
  ROLLED_BACK(3),
  /** A person must look before it goes on. */
  PARKED(4),
  /** Something outside cannot be reached, or does not do as asked. */
  UNREACHABLE(5);

  private final int number;

  Exit(int number) {
    this.number = number;
  }

  /** What the process ends with. */
  public int number() {
    return number;
  }
}
