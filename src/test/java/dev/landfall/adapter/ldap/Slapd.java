package dev.landfall.adapter.ldap;

import dev.landfall.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The slapd of Debian as a process of the test's own, on loopback alone. */
final class Slapd implements TestDirectory {
  private static final Path PROGRAM = Path.of("/usr/sbin/slapd");
  private static final long PATIENCE_SECONDS = 30;
  private static final String ADMIN = "cn=admin," + BASE;
  private static final String ADMIN_PASSWORD = "let-me-change";

  private final Process process;
  private final int port;
  private final int securePort;
  private final Path roots;

  private Slapd(Process process, int port, int securePort, Path roots) {
    this.process = process;
    this.port = port;
    this.securePort = securePort;
    this.roots = roots;
  }

  static Slapd start(Path folder, List<String> ldif) throws Exception {
    if (!Files.isExecutable(PROGRAM)) {
      throw new IllegalStateException("slapd is not installed; to run this: apt-get install slapd");
    }
    // AppArmor's profile for the original would not let it read the folders of tests.
    Path program = folder.resolve("slapd");
    Files.copy(PROGRAM, program, StandardCopyOption.REPLACE_EXISTING);
    Certificates certificates = Certificates.make(folder);
    Path data = Files.createDirectory(folder.resolve("data"));
    Path settings = folder.resolve("slapd.conf");
    Files.writeString(
        settings,
        """
        include /etc/ldap/schema/core.schema
        include /etc/ldap/schema/cosine.schema
        include /etc/ldap/schema/inetorgperson.schema
        include /etc/ldap/schema/nis.schema
        attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl'
          EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
        objectclass ( 1.2.840.113556.1.5.9 NAME 'user' AUXILIARY MAY userAccountControl )
        modulepath /usr/lib/ldap
        moduleload back_mdb
        moduleload ppolicy
        TLSCertificateFile %s
        TLSCertificateKeyFile %s
        database mdb
        suffix "%s"
        rootdn "%s"
        rootpw %s
        directory %s
        overlay ppolicy
        access to attrs=userPassword by * auth
        access to * by users read by * none
        """
            .formatted(
                certificates.certificate(), certificates.key(), BASE, ADMIN, ADMIN_PASSWORD, data));
    Path content = folder.resolve("company.ldif");
    Files.writeString(content, String.join("\n", ldif));
    Certificates.run(
        program + " -T add", "-f", settings.toString(), "-l", content.toString(), "-q");
    int port = Ports.free();
    int securePort = Ports.free();
    Process process =
        new ProcessBuilder(
                program.toString(),
                "-d",
                "0",
                "-f",
                settings.toString(),
                "-h",
                "ldap://127.0.0.1:%d ldaps://127.0.0.1:%d".formatted(port, securePort))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("slapd.log").toFile())
            .start();
    await(process, securePort, folder.resolve("slapd.log"));
    return new Slapd(process, port, securePort, certificates.certificate());
  }

  private static void await(Process process, int port, Path log) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!listens(port)) {
      if (!process.isAlive() || System.nanoTime() > until) {
        process.destroyForcibly();
        throw new IllegalStateException("slapd does not answer: " + Files.readString(log));
      }
      Thread.sleep(20);
    }
  }

  private static boolean listens(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Changes what is in it, as its administrator does. */
  void change(Path ldif) throws Exception {
    Certificates.run(
        "ldapmodify -x -H ldap://127.0.0.1:" + port,
        "-D",
        ADMIN,
        "-w",
        ADMIN_PASSWORD,
        "-f",
        ldif.toString());
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public int securePort() {
    return securePort;
  }

  @Override
  public Path roots() {
    return roots;
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
