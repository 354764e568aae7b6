package dev.landfall.adapter.certificate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * Whoever signs certificates, as a company has: a root, or somebody below it; by OpenSSL.
 *
 * @param folder where everything that it signs is kept
 * @param certificate its own, as PEM
 */
public record TestAuthority(Path folder, Path certificate, Path key) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final String NEW_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
  private static final Duration BEGIN = Duration.ofDays(400);
  private static final Duration LONG = Duration.ofDays(300);

  /** What a server needs: its key, and its own certificate. */
  public record Leaf(Path certificate, Path key) {}

  /** One that signs itself; its folder is made. */
  public static TestAuthority root(Path folder, String name) throws Exception {
    Files.createDirectory(folder);
    var made = new TestAuthority(folder, folder.resolve("ca.crt"), folder.resolve("ca.key"));
    openssl(
        "req -x509 -days 300 -subj /CN=" + name + " " + NEW_KEY,
        "-keyout",
        made.key.toString(),
        "-out",
        made.certificate.toString());
    return made.prepared();
  }

  private TestAuthority prepared() throws IOException {
    Files.writeString(folder.resolve("index"), "");
    Files.writeString(
        folder.resolve("ca.conf"),
        """
        [ca]
        default_ca = here
        [here]
        database = %1$s/index
        new_certs_dir = %1$s
        rand_serial = yes
        default_md = sha256
        policy = any
        unique_subject = no
        [any]
        commonName = supplied
        """
            .formatted(folder));
    return this;
  }

  /** One that this one has signed; its folder is made below. */
  public TestAuthority below(String name) throws Exception {
    return below(name, LONG);
  }

  /**
   * One that is not for ever.
   *
   * @param left for how long its certificate is valid; less than nothing where it is over
   */
  public TestAuthority below(String name, Duration left) throws Exception {
    Path mine = Files.createDirectory(folder.resolve(name));
    var made = new TestAuthority(mine, mine.resolve("ca.crt"), mine.resolve("ca.key"));
    sign(name, made.certificate, made.key, left, "basicConstraints=critical,CA:TRUE");
    return made.prepared();
  }

  /**
   * Signs a server's certificate.
   *
   * @param names as OpenSSL writes them: {@code DNS:shop.example,IP:127.0.0.1}
   * @param left for how long it is valid; less than nothing where it is over
   */
  public Leaf leaf(String name, String names, Duration left) throws Exception {
    var leaf = new Leaf(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
    sign(name, leaf.certificate, leaf.key, left, "subjectAltName=" + names);
    return leaf;
  }

  private void sign(String name, Path certificate, Path key, Duration left, String extension)
      throws Exception {
    Path request = folder.resolve(name + ".csr");
    openssl(
        "req -new -subj /CN=" + name + " " + NEW_KEY,
        "-keyout",
        key.toString(),
        "-out",
        request.toString());
    Path extensions = folder.resolve(name + ".ext");
    Files.writeString(extensions, extension + "\n");
    Instant now = Instant.now();
    openssl(
        "ca -batch -notext",
        "-config",
        folder.resolve("ca.conf").toString(),
        "-cert",
        this.certificate.toString(),
        "-keyfile",
        this.key.toString(),
        "-startdate",
        TIME.format(now.minus(BEGIN)),
        "-enddate",
        TIME.format(now.plus(left)),
        "-extfile",
        extensions.toString(),
        "-in",
        request.toString(),
        "-out",
        certificate.toString());
  }

  private static void openssl(String words, String... more) throws Exception {
    var command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(words.split(" ")));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + " failed: " + said);
    }
  }
}
