package dev.landfall.adapter.sqlite;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names one process so exactly that another process of the same host can prove it gone.
 *
 * @param process its number
 * @param started when it began, in clock ticks since the host did: a number used again by another
 *     process does not pass for it. Not the time of day, which moves when the clock is set
 * @param space a digest of the host's boot and of the namespace that process numbers are valid in,
 *     so that a container does not look for its neighbour's numbers; "-" when that is unknown, and
 *     then nothing is proven
 * @param host its name for people, cut short
 */
record ProcessMark(long process, long started, String space, String host) {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,10})\\.(\\d{1,12})\\.([0-9a-f]{8}|-)\\.(.*)");

  /** db-scheduler cuts the name of a scheduler at 50 characters; 17 are left for the host. */
  private static final int HOST_MAX = 17;

  private static final Path PROC = Path.of("/proc");

  /** The mark of this process. */
  static ProcessMark own() {
    long process = ProcessHandle.current().pid();
    return new ProcessMark(
        process, stat(process).map(Stat::started).orElse(0L), ownSpace(), ownHost());
  }

  /** Reads what {@link #toString} wrote; empty when it is something else. */
  static Optional<ProcessMark> parse(String text) {
    var matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new ProcessMark(
                Long.parseLong(matcher.group(1)),
                Long.parseLong(matcher.group(2)),
                matcher.group(3),
                matcher.group(4)))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return process + "." + started + "." + space + "." + host;
  }

  /**
   * Whether this process is proven not to run any more. False when it runs, and also when that
   * cannot be told: another host, another boot, another container, or a /proc that hides others'
   * processes.
   */
  boolean isProvenGone() {
    if (space.equals("-") || !space.equals(ownSpace()) || stat(1).isEmpty()) {
      return false;
    }
    // Killed and not yet collected by its parent, it still has an entry, with no thread left.
    return stat(process)
        .map(stat -> stat.started() != started || (stat.dead() && threads() <= 1))
        .orElseGet(() -> Files.notExists(PROC.resolve(Long.toString(process))));
  }

  private long threads() {
    try (var tasks = Files.list(PROC.resolve(process + "/task"))) {
      return tasks.count();
    } catch (NoSuchFileException gone) {
      return 0;
    } catch (IOException unknown) {
      // Not proven; the heartbeat will tell.
      return Long.MAX_VALUE;
    }
  }

  private record Stat(boolean dead, long started) {}

  /** Fields 3 and 22 of /proc/PID/stat (proc(5)), counted after the name, which may hold blanks. */
  private static Optional<Stat> stat(long process) {
    try {
      String line = Files.readString(PROC.resolve(process + "/stat"), StandardCharsets.ISO_8859_1);
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
      boolean dead = fields[0].equals("Z") || fields[0].equals("X");
      return Optional.of(new Stat(dead, Long.parseLong(fields[19])));
    } catch (IOException notThere) {
      return Optional.empty();
    }
  }

  private static String ownSpace() {
    try {
      String boot = Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
      String numbers = Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((boot + " " + numbers).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (IOException notLinux) {
      return "-";
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  private static String ownHost() {
    String name;
    try {
      name = Files.readString(PROC.resolve("sys/kernel/hostname")).strip();
    } catch (IOException notLinux) {
      try {
        name = InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException nameless) {
        name = "localhost";
      }
    }
    return name.substring(0, Math.min(name.length(), HOST_MAX));
  }
}
