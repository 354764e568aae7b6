package dev.landfall.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The records of the examples, as they would be today: what is still to come is to come. */
final class CurrentRecords {
  private CurrentRecords() {}

  /** Writes one into a folder. */
  static Path write(Path folder, String name) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        Files.readString(Path.of("examples/records", name))
            .replace("state: planned, on: 2026-", "state: planned, on: 2999-")
            .replace("on: 2026-03-06\n    how", "on: 2999-03-06\n    how"));
  }
}
