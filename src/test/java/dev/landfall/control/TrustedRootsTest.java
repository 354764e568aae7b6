package dev.landfall.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose certificates count is what the file says, and never nobody's by mistake. */
class TrustedRootsTest {
  @TempDir private Path folder;

  private static X509Certificate[] ofThisJava() throws Exception {
    return TrustedRoots.of(Optional.empty()).manager().getAcceptedIssuers();
  }

  private Path pem(X509Certificate... roots) throws Exception {
    var text = new StringBuilder();
    for (X509Certificate each : roots) {
      text.append("-----BEGIN CERTIFICATE-----\n")
          .append(Base64.getMimeEncoder().encodeToString(each.getEncoded()))
          .append("\n-----END CERTIFICATE-----\n");
    }
    return Files.writeString(folder.resolve("roots.pem"), text, StandardCharsets.US_ASCII);
  }

  @Test
  void thoseOfAFileCountAndNoOthers() throws Exception {
    X509Certificate[] all = ofThisJava();
    Path file = pem(all[0], all[1]);
    TrustedRoots roots = TrustedRoots.of(Optional.of(file));
    assertThat(roots.manager().getAcceptedIssuers()).containsExactlyInAnyOrder(all[0], all[1]);
    assertThat(roots.context().getProtocol()).isEqualTo("TLS");
  }

  @Test
  void aFileThatNamesNobodyIsAMistakeAndSaysSo() throws Exception {
    Path empty = pem();
    assertThatThrownBy(() -> TrustedRoots.of(Optional.of(empty)))
        .isInstanceOf(CertificateException.class)
        .hasMessage("there is no certificate in " + empty);
    Path words = Files.writeString(folder.resolve("words"), "trust me\n");
    assertThatThrownBy(() -> TrustedRoots.of(Optional.of(words)))
        .isInstanceOf(CertificateException.class);
    assertThatThrownBy(() -> TrustedRoots.of(Optional.of(folder.resolve("gone"))))
        .isInstanceOf(NoSuchFileException.class);
  }
}
