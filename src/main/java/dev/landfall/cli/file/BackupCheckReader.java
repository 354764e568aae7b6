package dev.landfall.cli.file;

import dev.landfall.workload.GateCheck;
import dev.landfall.workload.SecretRef;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A check of a backup and its restore. The result counts only when there is no mistake. */
final class BackupCheckReader {
  static final String KIND = "backup";

  private static final Duration TIMEOUT = Duration.ofHours(1);
  private static final Duration TIME_MIN = Duration.ofSeconds(1);
  private static final Duration TIME_MAX = Duration.ofDays(365);
  private static final Duration RTO_MAX = Duration.ofDays(30);

  private BackupCheckReader() {}

  static Optional<GateCheck> read(Section section) {
    var settings = new HashMap<String, String>();
    section.field("asset").flatMap(Field::name).ifPresent(name -> settings.put("asset", name));
    settings.put(
        "side",
        section
            .field("side")
            .flatMap(field -> field.word(List.of("source", "target")))
            .orElse("target"));
    time(section, "rpo", TIME_MAX, settings);
    time(section, "rto", RTO_MAX, settings);
    time(section, "every", TIME_MAX, settings);
    section.field("scratch").ifPresent(field -> scratch(field, settings));
    for (String key : List.of("bin", "folder")) {
      section
          .field(key)
          .flatMap(AssetReader::absolutePath)
          .ifPresent(path -> settings.put(key, path));
    }
    programs(section, settings);
    return Optional.of(new GateCheck(KIND, CheckReader.timeout(section, TIMEOUT), settings));
  }

  private static void time(
      Section section, String key, Duration max, Map<String, String> settings) {
    section
        .field(key)
        .flatMap(field -> GateReader.time(field, TIME_MIN, max))
        .ifPresent(time -> settings.put(key, time.toString()));
  }

  private static void programs(Section section, Map<String, String> settings) {
    for (String key : List.of("take", "restore")) {
      section
          .field(key)
          .flatMap(CommandRouteReader::program)
          .ifPresent(words -> settings.put(key, String.join("\n", words)));
    }
    boolean own = section.field("take").isPresent() && section.field("restore").isPresent();
    boolean some = section.field("take").isPresent() || section.field("restore").isPresent();
    boolean bin = section.field("bin").isPresent();
    if (bin == own || some != own) {
      section.wrong(
          "nothing, or too much, says what takes and restores a backup",
          "give bin, the folder of pg_dump and pg_restore; or both take and restore");
    }
  }

  private static void scratch(Field field, Map<String, String> settings) {
    Section.of(field, field.where() + ".", Vocabulary.POSTGRES_ENDPOINT)
        .ifPresent(section -> {
          section
              .field("url")
              .flatMap(Address::postgres)
              .ifPresent(address -> settings.put("scratch.url", address.url()));
          section
              .field("user")
              .flatMap(Field::text)
              .ifPresent(user -> settings.put("scratch.user", user));
          section
              .field("password")
              .flatMap(AssetReader::secret)
              .map(SecretRef::toString)
              .ifPresent(secret -> settings.put("scratch.password", secret));
          section
              .field("sslmode")
              .flatMap(word -> word.word(AssetReader.SSL_MODES))
              .ifPresent(mode -> settings.put("scratch.sslmode", mode));
          section
              .field("sslrootcert")
              .flatMap(AssetReader::absolutePath)
              .ifPresent(path -> settings.put("scratch.sslrootcert", path));
        });
  }
}
