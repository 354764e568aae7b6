package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** A key and a certificate that says {@code localhost}, signed by itself. */
record TestCertificate(Path key, Path certificate) {
  static TestCertificate make(Path folder) throws IOException, InterruptedException {
    var made = new TestCertificate(folder.resolve("server.key"), folder.resolve("server.crt"));
    var command =
        List.of(
            "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
                .concat(" -addext subjectAltName=DNS:localhost -keyout ")
                .concat(made.key() + " -out " + made.certificate())
                .split(" "));
    int exit =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("openssl.log").toFile())
            .start()
            .waitFor();
    assertThat(exit).isZero();
    Files.setPosixFilePermissions(made.key(), PosixFilePermissions.fromString("rw-------"));
    return made;
  }

  /** What a server needs in its settings. */
  Map<String, String> ofServer() {
    return Map.of(
        "ssl", "on", "ssl_cert_file", certificate.toString(), "ssl_key_file", key.toString());
  }

  /** What a client needs to check it. */
  Map<String, String> verified() {
    return Map.of("sslmode", "verify-full", "sslrootcert", certificate.toString());
  }
}
