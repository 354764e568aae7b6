package dev.landfall.adapter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import dev.landfall.routing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** An HAProxy before a Prometheus, which lets in whoever has the token, as sites have it. */
final class TokenDoor implements AutoCloseable {
  private final Process process;
  private final int port;

  TokenDoor(Path folder, int prometheus, String token) throws Exception {
    port = Ports.free();
    Path file = folder.resolve("door.cfg");
    Files.writeString(
        file,
        """
        defaults
            mode http
            timeout connect 5s
            timeout client 30s
            timeout server 30s
        frontend door
            bind 127.0.0.1:%d
            http-request deny deny_status 401 unless { req.hdr(Authorization) -m str "Bearer %s" }
            default_backend prometheus
        backend prometheus
            server one 127.0.0.1:%d
        """
            .formatted(port, token, prometheus));
    process =
        new ProcessBuilder("/usr/sbin/haproxy", "-f", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("door.log").toFile())
            .start();
    Eventually.within(
        PrometheusProcess.START_MAX,
        () -> {
          assertThat(process.isAlive()).isTrue();
          try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
          } catch (IOException e) {
            return false;
          }
        });
  }

  int port() {
    return port;
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
