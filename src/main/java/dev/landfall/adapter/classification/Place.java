package dev.landfall.adapter.classification;

import java.nio.file.Path;

/** Where something sensitive can be: a column or a file. */
sealed interface Place {
  /**
   * How closely a name of the workload file means this place: of two the greater counts; 0 when it
   * means another.
   */
  int closeness(String name);

  /** A column; of a partition, that of the whole table. */
  record Column(String schema, String table, String column) implements Place {
    @Override
    public int closeness(String name) {
      if (name.equals(table)) {
        return 2;
      }
      if (name.equals(schema + "." + table)) {
        return 4;
      }
      // A name with a schema and one with a column are as long; the column says more.
      if (name.equals(table + "." + column)) {
        return 5;
      }
      return name.equals(toString()) ? 7 : 0;
    }

    @Override
    public String toString() {
      return schema + "." + table + "." + column;
    }
  }

  /**
   * A file, meant by its own path and by those of the folders that it is in.
   *
   * @param path as the workload file spells its beginning
   * @param shown the same, but for names that are themselves personal data
   */
  record Kept(Path path, String shown) implements Place {
    /** Whether a name can mean a file at all: those of tables begin otherwise. */
    static boolean isPath(String name) {
      return name.startsWith("/");
    }

    @Override
    public int closeness(String name) {
      Path meant = isPath(name) ? Path.of(name).normalize() : null;
      return meant != null && path.startsWith(meant) ? 1 + meant.getNameCount() : 0;
    }

    @Override
    public String toString() {
      return shown;
    }
  }
}
