package dev.landfall.control;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates count: those of a file and no others, or those of this Java. */
public final class TrustedRoots {
  private final X509TrustManager manager;

  private TrustedRoots(X509TrustManager manager) {
    this.manager = manager;
  }

  /**
   * Reads them now; a file that changes later is read again by whoever asks again.
   *
   * @param file PEM certificates, one or more; absent for those that come with this Java
   * @throws IOException when the file cannot be read
   * @throws GeneralSecurityException when it has something else than certificates in it, or none:
   *     to trust nobody is what nobody means by naming a file
   */
  public static TrustedRoots of(Optional<Path> file) throws IOException, GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(file.isPresent() ? store(file.get()) : ofThisJava());
    for (TrustManager each : factory.getTrustManagers()) {
      if (each instanceof X509TrustManager manager) {
        return new TrustedRoots(manager);
      }
    }
    throw new GeneralSecurityException("this Java trusts no certificates");
  }

  /** What the factory takes for the roots that come with Java. */
  private static @Nullable KeyStore ofThisJava() {
    return null;
  }

  private static KeyStore store(Path file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> read =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (read.isEmpty()) {
        throw new CertificateException("there is no certificate in " + file);
      }
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate each : read) {
        store.setCertificateEntry("root " + store.size(), each);
      }
      return store;
    }
  }

  /** Says whether a chain ends at one of them. */
  public X509TrustManager manager() {
    return manager;
  }

  /**
   * For connections on which every certificate must lead to one of them.
   *
   * @throws GeneralSecurityException when this Java has no TLS
   */
  public SSLContext context() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {manager}, null);
    return context;
  }
}
