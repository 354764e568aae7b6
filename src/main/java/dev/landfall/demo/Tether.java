package dev.landfall.demo;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Runs another program's {@code main} in a process that ends with its parent: the parent holds the
 * other end of standard input, and the kernel closes it however the parent dies.
 */
public final class Tether {
  /** How long a program may take to end cleanly once its parent is gone, in milliseconds. */
  private static final long ENDING_MILLIS_MAX = 5_000;

  private Tether() {}

  /** Runs {@code CLASS ARGUMENT...}. */
  public static void main(String[] args) throws ReflectiveOperationException {
    Thread.ofPlatform().daemon().name("tether").start(Tether::endWithParent);
    Class<?> program = Class.forName(args[0]);
    try {
      program
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    } catch (InvocationTargetException e) {
      // As the JVM itself does for a main that throws.
      Optional.ofNullable(e.getCause()).orElse(e).printStackTrace();
      System.exit(1);
    }
  }

  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever sent; only the end counts.
      }
    } catch (IOException e) {
      System.err.println("the parent cannot be watched any more: " + e.getMessage());
    }
    Thread.ofPlatform().daemon().start(Tether::endAtLast);
    System.exit(143);
  }

  private static void endAtLast() {
    try {
      Thread.sleep(ENDING_MILLIS_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(143);
  }
}
