package dev.landfall.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Run once by the launcher after a build, so that the verbs start at once afterwards: unpacks the
 * native library of SQLite, which costs every start a tenth of a second otherwise, and goes through
 * what the short verbs load, for the JDK's cache of classes.
 */
public final class Training {
  private Training() {}

  /**
   * Trains.
   *
   * @param args {@code native FOLDER}, or {@code verbs FILE DATA}: a workload file, and a data
   *     folder that may be thrown away
   */
  public static void main(String[] args) throws IOException {
    switch (args[0]) {
      case "native" -> unpack(Path.of(args[1]));
      case "verbs" -> {
        Main.run("check", "--offline", args[1]);
        Main.run("plan", args[1]);
        Main.run("status", "--data", args[2]);
        Main.run("history", "none", "--data", args[2]);
        Main.run("ready", "none", "--data", args[2]);
        String key = Path.of(args[2], "key").toString();
        Main.run("key", "create", key);
        Main.run("gate", "run", "none", "none", "--data", args[2]);
        Main.run("approve", "none", "none", "--key", key, "--data", args[2]);
      }
      default -> throw new IllegalArgumentException("cannot train for " + args[0]);
    }
  }

  private static void unpack(Path folder) throws IOException {
    String name = LibraryLoaderUtil.getNativeLibName();
    String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
    try (var in = org.sqlite.JDBC.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("SQLite's driver has no library for this system: " + resource);
      }
      Files.createDirectories(folder);
      Path next = folder.resolve(name + ".next");
      Files.copy(in, next, StandardCopyOption.REPLACE_EXISTING);
      Files.move(next, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
