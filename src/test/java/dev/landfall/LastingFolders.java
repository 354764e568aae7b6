package dev.landfall;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Folders for what lives as long as the test program, such as a server that all tests share; each
 * is removed at its end, after what works in it was closed.
 *
 * <p>A cluster that a few hundred tests have written to holds a gigabyte: those of a dozen runs
 * fill a disk.
 */
public final class LastingFolders {
  private static final List<AutoCloseable> WORKING = new ArrayList<>();
  private static final List<Path> MADE = new ArrayList<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(LastingFolders::end, "remove the folders"));
  }

  private LastingFolders() {}

  /** Makes a new one, with a name that begins so. */
  public static synchronized Path make(String prefix) throws IOException {
    Path folder = Files.createTempDirectory(prefix);
    MADE.add(folder);
    return folder;
  }

  /** Closes this at the end of the program, before any folder is removed. */
  public static synchronized void closeBefore(AutoCloseable working) {
    WORKING.add(working);
  }

  private static synchronized void end() {
    WORKING.parallelStream().forEach(LastingFolders::close);
    MADE.forEach(LastingFolders::remove);
  }

  private static void close(AutoCloseable working) {
    try {
      working.close();
    } catch (Exception e) {
      System.err.println("cannot stop a test server: " + e);
    }
  }

  private static void remove(Path folder) {
    try {
      int code = new ProcessBuilder("rm", "-rf", folder.toString()).inheritIO().start().waitFor();
      if (code != 0) {
        System.err.println("cannot remove all of " + folder);
      }
    } catch (IOException e) {
      System.err.println("cannot remove " + folder + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
