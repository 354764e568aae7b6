package dev.landfall.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** The records of the examples, as they would be today: what is still to come is to come. */
final class CurrentRecords {
  private CurrentRecords() {}

  /** Writes one into a folder. */
  static Path write(Path folder, String name) throws IOException {
    return Files.writeString(folder.resolve(name), read(name));
  }

  /** The text of one. */
  static String read(String name) throws IOException {
    var today = LocalDate.now(ZoneOffset.UTC);
    return Files.readString(Path.of("examples/records", name))
        .replace("state: planned, on: 2026-03-05", "state: planned, on: " + today.plusDays(30))
        .replace("on: 2026-03-06\n    how", "on: " + today.plusDays(30) + "\n    how")
        .replace("by: pia, on: 2026-03-01", "by: pia, on: " + today);
  }
}
