package dev.landfall.adapter.ldap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A key, and a certificate for {@code localhost} that is its own root. */
record Certificates(Path key, Path certificate, Path store) {
  private static final String PASSWORD = "changeit";

  static Certificates make(Path folder) throws Exception {
    var made =
        new Certificates(
            folder.resolve("server.key"),
            folder.resolve("server.crt"),
            folder.resolve("server.p12"));
    run(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext"
            + " subjectAltName=DNS:localhost",
        "-keyout",
        made.key.toString(),
        "-out",
        made.certificate.toString());
    run(
        "openssl pkcs12 -export -passout pass:" + PASSWORD,
        "-inkey",
        made.key.toString(),
        "-in",
        made.certificate.toString(),
        "-out",
        made.store.toString());
    return made;
  }

  /** Runs a program to its end. */
  static void run(String words, String... more) throws Exception {
    var command = new ArrayList<>(List.of(words.split(" ")));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + " failed: " + said);
    }
  }

  SSLContext server() throws Exception {
    var keys = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }
}
