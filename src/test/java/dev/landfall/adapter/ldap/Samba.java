package dev.landfall.adapter.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.util.ssl.SSLUtil;
import com.unboundid.util.ssl.TrustAllTrustManager;
import dev.landfall.adapter.certificate.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The Samba of Debian as a domain controller of Active Directory, a process of the test's own. It
 * answers LDAP alone and on an address of loopback that is its own, as its ports cannot be chosen.
 */
final class Samba implements AutoCloseable {
  static final String BASE = "DC=corp,DC=example";
  static final String READER = "CN=landfall,OU=Servers," + BASE;
  static final String PASSWORD = "Let-me-look-1";
  private static final String ADMINISTRATOR = "CN=Administrator,CN=Users," + BASE;
  private static final String ADMINISTRATORS = "Of-the-tests-1";
  private static final Path PROGRAM = Path.of("/usr/sbin/samba");
  private static final long PATIENCE_SECONDS = 60;
  private static final List<Integer> PORTS = List.of(389, 636, 3268, 3269);
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Path folder;
  private final Path root;
  private final String address;
  private final Process process;

  private Samba(Path folder, Path root, String address, Process process) {
    this.folder = folder;
    this.root = root;
    this.address = address;
    this.process = process;
  }

  /**
   * A domain in which there is nothing yet but what each has; nobody runs it.
   *
   * @param folder of the files of its first controller
   */
  record Domain(Path folder, TestAuthority authority) {
    /** Makes one, which takes seconds. */
    static Domain make(Path parent) throws Exception {
      if (!Files.isExecutable(PROGRAM)) {
        throw new IllegalStateException(
            "samba is not installed; to run this: apt-get install --no-install-recommends samba"
                + " samba-dsdb-modules samba-ad-provision samba-vfs-modules");
      }
      Path folder = Files.createDirectory(parent.resolve("domain"));
      for (String each : List.of("private", "state", "cache", "lock", "run", "rpc", "sysvol")) {
        Files.createDirectory(folder.resolve(each));
      }
      settings(folder, "127.0.0.1", "");
      Samba.tool(
          folder,
          "domain provision --realm=CORP.EXAMPLE --domain=CORP --server-role=dc --use-rfc2307",
          "--dns-backend=SAMBA_INTERNAL",
          "--host-name=dc1",
          "--host-ip=127.0.0.1",
          "--adminpass=" + ADMINISTRATORS);
      return new Domain(folder, TestAuthority.root(parent.resolve("authority"), "corp-ca"));
    }

    /**
     * Starts a copy of it, which knows nothing of the others.
     *
     * @param copy a folder that is not there yet
     */
    Samba start(Path copy) throws Exception {
      Certificates.run("cp -a", folder.toString(), copy.toString());
      String address = freeAddress();
      var leaf =
          authority.leaf(
              copy.getFileName().toString(),
              "DNS:dc1.corp.example,IP:" + address,
              Duration.ofDays(2));
      // Samba takes no key that others may read.
      Files.setPosixFilePermissions(leaf.key(), PosixFilePermissions.fromString("rw-------"));
      settings(
          copy,
          address,
          "tls certfile = %s\n  tls keyfile = %s\n  tls cafile = %s"
              .formatted(leaf.certificate(), leaf.key(), authority.certificate()));
      return run(copy, authority.certificate(), address);
    }
  }

  private static void settings(Path folder, String address, String tls) throws IOException {
    Files.writeString(
        folder.resolve("smb.conf"),
        """
        [global]
          netbios name = DC1
          realm = CORP.EXAMPLE
          workgroup = CORP
          server role = active directory domain controller
          server services = ldap
          interfaces = %2$s/8
          bind interfaces only = yes
          private dir = %1$s/private
          state directory = %1$s/state
          cache directory = %1$s/cache
          lock directory = %1$s/lock
          pid directory = %1$s/run
          ncalrpc dir = %1$s/rpc
          binddns dir = %1$s/binddns
          log file = %1$s/log
          usershare path =
          # The file system of tests may keep no attributes for ACLs.
          posix:eadb = %1$s/eadb.tdb
          %3$s
        [sysvol]
          path = %1$s/sysvol
          read only = no
        [netlogon]
          path = %1$s/sysvol/corp.example/scripts
          read only = no
        """
            .formatted(folder, address, tls));
  }

  private static void tool(Path folder, String words, String... more) throws Exception {
    var all = new ArrayList<>(List.of(more));
    all.add("--configfile=" + folder.resolve("smb.conf"));
    Certificates.run("samba-tool " + words, all.toArray(String[]::new));
  }

  /** Runs {@code samba-tool} on the files of this controller. */
  void tool(String words, String... more) throws Exception {
    tool(folder, words, more);
  }

  private static Samba run(Path folder, Path root, String address) throws Exception {
    Path log = folder.resolve("samba.log");
    // Interactive, it ends with its standard input, and so with the test, however that ends.
    Process process =
        new ProcessBuilder(
                PROGRAM.toString(),
                "--interactive",
                "--model=single",
                "--debug-stdout",
                "--configfile=" + folder.resolve("smb.conf"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    var samba = new Samba(folder, root, address, process);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!samba.answers()) {
      if (!process.isAlive() || System.nanoTime() > until) {
        samba.close();
        throw new IllegalStateException("Samba does not answer: " + Files.readString(log));
      }
      Thread.sleep(50);
    }
    return samba;
  }

  /** It listens at the last of its ports last. */
  private boolean answers() {
    try (var socket = new Socket(InetAddress.ofLiteral(address), PORTS.getLast())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Of loopback, by the number of this process, so that others beside it have another. */
  private static String freeAddress() throws IOException {
    long process = ProcessHandle.current().pid();
    for (int attempt = 0; attempt < 100; attempt++) {
      String address =
          "127.%d.%d.%d"
              .formatted(
                  64 + NUMBER.incrementAndGet() % 64, process / 250 % 250, 1 + process % 250);
      if (isFree(address)) {
        return address;
      }
    }
    throw new IOException("each address of loopback has somebody at the ports of LDAP");
  }

  private static boolean isFree(String address) {
    for (int port : PORTS) {
      try (var taken = new ServerSocket(port, 1, InetAddress.ofLiteral(address))) {
        taken.getLocalPort();
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  String address() {
    return address;
  }

  /** As somebody who may read, and no more. */
  DirectoryDoor door() {
    return door("ldaps://" + address, PASSWORD, Optional.of(root));
  }

  DirectoryDoor door(String url, String password, Optional<Path> roots) {
    return new DirectoryDoor(
        url, Optional.of(READER), Optional.of(password), roots, Duration.ofSeconds(20));
  }

  /** The roots to trust. */
  Path roots() {
    return root;
  }

  /** As who may do everything. */
  LDAPConnection administrator() throws Exception {
    var sockets = new SSLUtil(new TrustAllTrustManager()).createSSLSocketFactory();
    var connection = new LDAPConnection(sockets, address, 636);
    try {
      connection.bind(ADMINISTRATOR, ADMINISTRATORS);
      return connection;
    } catch (LDAPException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
