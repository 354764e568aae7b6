package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small disk of its own, which can be full; made with the right to mount, as root has it. */
final class MountedDisk implements AutoCloseable {
  private static final int BLOCK = 64 * 1024;

  private final Path place;

  MountedDisk(Path place, int megabytes) throws IOException, InterruptedException {
    this.place = Files.createDirectories(place);
    run("mount", "-t", "tmpfs", "-o", "mode=0777,size=" + megabytes + "m", "tmpfs", "" + place);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor())
        .as("%s: %s; these tests need root, as ./verify has it", String.join(" ", command), said)
        .isZero();
  }

  /** Bytes that are left. */
  long left() throws IOException {
    return Files.getFileStore(place).getUsableSpace();
  }

  /** Takes all room but so many bytes. */
  void fillBut(long bytes) throws IOException {
    try (OutputStream out = Files.newOutputStream(place.resolve("other"))) {
      byte[] block = new byte[BLOCK];
      while (left() > bytes + BLOCK) {
        out.write(block);
      }
    }
  }

  /** Gives the room back. */
  void free() throws IOException {
    Files.delete(place.resolve("other"));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run("umount", "-l", "" + place);
  }
}
