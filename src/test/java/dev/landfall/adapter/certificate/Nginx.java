package dev.landfall.adapter.certificate;

import dev.landfall.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The nginx of Debian as a process of the test's own, with TLS, on loopback alone. */
final class Nginx implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/nginx");
  private static final long PATIENCE_SECONDS = 20;

  private final Process process;

  private Nginx(Process process) {
    this.process = process;
  }

  /** The servers of one nginx, which are told before it starts. */
  static final class Settings {
    private final Path folder;
    private final List<String> servers = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();

    Settings(Path folder) {
      this.folder = folder;
    }

    /** A server on a port of its own, which it gives; who asks for another name comes here, too. */
    int server(TestAuthority.Leaf leaf, String... more) throws IOException {
      int port = Ports.free();
      ports.add(port);
      also(port, "_", leaf, more);
      return port;
    }

    /** Another server on that port, for who asks for this name. */
    void also(int port, String name, TestAuthority.Leaf leaf, String... more) {
      servers.add(
          """
          server {
            listen 127.0.0.1:%d ssl; server_name %s;
            ssl_certificate %s; ssl_certificate_key %s;
            %s
          }
          """
              .formatted(port, name, leaf.certificate(), leaf.key(), String.join("\n  ", more)));
    }

    Nginx start() throws Exception {
      if (!Files.isExecutable(PROGRAM)) {
        throw new IllegalStateException(
            "nginx is not installed; to run this: apt-get install nginx");
      }
      Path settings = folder.resolve("nginx.conf");
      Files.writeString(
          settings,
          """
          daemon off; master_process off; pid %1$s/nginx.pid;
          events { worker_connections 100; }
          http {
            access_log off;
            ssl_protocols TLSv1.2 TLSv1.3;
            client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy;
            fastcgi_temp_path %1$s/fastcgi; uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
            %2$s
          }
          """
              .formatted(folder, String.join("", servers)));
      Path log = folder.resolve("nginx.log");
      Process process =
          new ProcessBuilder(PROGRAM.toString(), "-c", settings.toString(), "-e", "stderr")
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      var nginx = new Nginx(process);
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (!listens(ports.getLast())) {
        if (!process.isAlive() || System.nanoTime() > until) {
          nginx.close();
          throw new IllegalStateException("nginx does not answer: " + Files.readString(log));
        }
        Thread.sleep(20);
      }
      return nginx;
    }
  }

  private static boolean listens(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
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
