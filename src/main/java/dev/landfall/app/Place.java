package dev.landfall.app;

/**
 * Where something listens.
 *
 * @param port 0 for any free one
 */
record Place(String host, int port) {
  /**
   * Reads {@code host:port}.
   *
   * @throws IllegalArgumentException when the text has another form
   */
  static Place parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1 || !text.substring(colon + 1).matches("\\d{1,5}")) {
      throw new IllegalArgumentException(
          "an address looks like 127.0.0.1:8080, not \"" + text + "\"");
    }
    return new Place(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }
}
