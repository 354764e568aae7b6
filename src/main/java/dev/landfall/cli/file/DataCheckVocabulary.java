package dev.landfall.cli.file;

import java.util.List;
import java.util.stream.Stream;

/**
 * The keys of checks of data, of load, of records and of clients; a part of the {@link Vocabulary}.
 * Of that it uses only what is there before either is made, as each of them names the other.
 */
final class DataCheckVocabulary {
  private static final String NAMED =
      "a list of tables, columns and files: customers, customers.email, or /srv/exports";

  static final Vocabulary.Shape CLASSIFICATION_CHECK =
      shape(
          "classificationCheck",
          required("kind", Vocabulary.CHECKS),
          required("class", "public, internal, confidential or restricted"),
          optional("internal", NAMED),
          optional("confidential", NAMED),
          optional("restricted", NAMED),
          optional("cleared", NAMED),
          optional("readers", "a list of roles and groups"),
          optional("files", "a list of paths of folders and files, beginning with /"),
          optional("side", "source or target"),
          optional("rows", "a whole number from 1 to 100000"),
          optional("tls", "required or optional"),
          optional("timeout", "a time from 100ms to 1d"));

  static final Vocabulary.Shape PERFORMANCE_CHECK =
      shape(
          "performanceCheck",
          required("kind", Vocabulary.CHECKS),
          required("asset", "the name of an http asset"),
          required("paths", "a list of paths: /products?page=2"),
          optional("expect", "a mapping of paths to what must be in the answer"),
          optional("rate", "a whole number from 1 to 1000"),
          optional("for", "a time from 10s to 1h"),
          optional("wait", "a time from 100ms to 1m"),
          optional("slower-by", "a time up to 10s"),
          optional("margin", "a share from 0 % to 1000 %"),
          optional("tolerate", "a share of requests from 0.01 % to 50 %"),
          optional("baseline", "the path of a file, beginning with /"),
          optional("fresh", "a time from 1m to 30d"));

  static final Vocabulary.Shape BACKUP_CHECK =
      shape(
          "backupCheck",
          required("kind", Vocabulary.CHECKS),
          required("asset", "the name of a postgres asset"),
          optional("side", "source or target"),
          required("scratch", "a server for the copy: url, user, password"),
          required("rpo", "a time from 1s to 365d"),
          required("rto", "a time from 1s to 30d"),
          required("every", "a time from 1s to 365d"),
          optional("bin", "the path of the folder of pg_dump, beginning with /"),
          optional("take", "a list: the whole path of a program, and its arguments"),
          optional("restore", "a list: the whole path of a program, and its arguments"),
          optional("folder", "the path of a folder, beginning with /"),
          optional("timeout", "a time from 100ms to 1d"));

  static final Vocabulary.Shape RECORDS_CHECK =
      shape(
          "recordsCheck",
          required("kind", Vocabulary.CHECKS),
          required("folder", "a folder beside the workload file: records"),
          required("of", "a list of tests, change-plan, adoption-review"),
          optional("max-age", "a time from 1d to 365d"),
          optional("timeout", "a time from 100ms to 10m"));

  static final Vocabulary.Shape SEVERED_CHECK =
      shape(
          "severedCheck",
          required("kind", Vocabulary.CHECKS),
          optional("databases", "a list of names of assets of kind postgres"),
          optional("networks", "a list of networks: 10.1.0.0/16"),
          optional("applications", "a list of names that applications connect by"),
          optional("local", "accepted"),
          optional("brief", "accepted"),
          optional("for", "a time from 1s to 1d"),
          optional("every", "a time from 50ms to 1m"));

  private DataCheckVocabulary() {}

  /** All of them, behind the others. */
  static List<Vocabulary.Shape> behind(Vocabulary.Shape... others) {
    return Stream.concat(
            Stream.of(others),
            Stream.of(
                CLASSIFICATION_CHECK,
                PERFORMANCE_CHECK,
                BACKUP_CHECK,
                RECORDS_CHECK,
                SEVERED_CHECK))
        .toList();
  }

  private static Vocabulary.Shape shape(String name, Vocabulary.Key... keys) {
    return new Vocabulary.Shape(name, List.of(keys));
  }

  private static Vocabulary.Key required(String name, String form) {
    return new Vocabulary.Key(name, true, form);
  }

  private static Vocabulary.Key optional(String name, String form) {
    return new Vocabulary.Key(name, false, form);
  }
}
