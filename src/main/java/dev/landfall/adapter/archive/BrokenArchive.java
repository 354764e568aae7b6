package dev.landfall.adapter.archive;

/** An archive is not what Landfall writes; the message says what is wrong, as a clause. */
final class BrokenArchive extends Exception {
  private static final long serialVersionUID = 1;

  BrokenArchive(String fault) {
    super(fault);
  }

  String fault() {
    return String.valueOf(getMessage());
  }
}
