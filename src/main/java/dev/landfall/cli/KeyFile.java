package dev.landfall.cli;

import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A person's key in a file that only this person can read: an Ed25519 key as PEM, the private half
 * (PKCS #8) and the public half (SubjectPublicKeyInfo). The private half never leaves it.
 */
final class KeyFile implements GateOperations.Signer {
  private static final String ED25519 = "Ed25519";
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";
  private static final int BYTES_MAX = 16 * 1024;

  private final PrivateKey secret;
  private final String key;

  private KeyFile(PrivateKey secret, String key) {
    this.secret = secret;
    this.key = key;
  }

  /**
   * Makes a key, and a file for it that was not there before.
   *
   * @return the public half, in base 64
   */
  static String create(Path file) {
    try {
      var pair = KeyPairGenerator.getInstance(ED25519).generateKeyPair();
      String open = base64(pair.getPublic().getEncoded());
      String text = pem(PRIVATE, base64(pair.getPrivate().getEncoded())) + pem(PUBLIC, open);
      try (var channel =
          Files.newByteChannel(
              file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), only(file))) {
        channel.write(java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      }
      return open;
    } catch (FileAlreadyExistsException _) {
      throw wrong(
          file, "there is a file already", "give another path; a key is never written over");
    } catch (IOException e) {
      throw wrong(file, e.toString(), "may this user write there?");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has Ed25519", e);
    }
  }

  private static FileAttribute<?>[] only(Path file) {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /** The key in a file; a file that others can read is refused. */
  static KeyFile read(Path file) {
    try {
      refuseOpen(file);
      if (Files.size(file) > BYTES_MAX) {
        throw wrong(file, "it is larger than 16 KiB", "is it the right file?");
      }
      String text = Files.readString(file);
      String open = block(text, PUBLIC).orElse("");
      byte[] secret = Base64.getDecoder().decode(block(text, PRIVATE).orElse(""));
      PrivateKey key =
          KeyFactory.getInstance(ED25519).generatePrivate(new PKCS8EncodedKeySpec(secret));
      return new KeyFile(key, open);
    } catch (IOException e) {
      throw wrong(file, e.toString(), "landfall key create makes one");
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      throw wrong(file, "it has no key of Ed25519", "landfall key create makes one");
    }
  }

  private static void refuseOpen(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    Set<PosixFilePermission> may = Files.getPosixFilePermissions(file);
    boolean open = may.stream().anyMatch(each -> !each.name().startsWith("OWNER_"));
    if (open) {
      throw wrong(file, "others may read or write it", "chmod 600 " + file + ", or make a new one");
    }
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public Signed sign(Statement statement) {
    try {
      var signature = Signature.getInstance(ED25519);
      signature.initSign(secret);
      signature.update(statement.text().getBytes(StandardCharsets.UTF_8));
      return new Signed(statement, key, base64(signature.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has Ed25519", e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String pem(String name, String content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(name, content, name);
  }

  private static Optional<String> block(String text, String name) {
    var matcher =
        Pattern.compile(
                "-----BEGIN %s-----\\s+([A-Za-z0-9+/=\\s]+?)\\s+-----END %s-----"
                    .formatted(name, name))
            .matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1).replaceAll("\\s", "")) : Optional.empty();
  }

  private static Problem wrong(Path file, String seen, String remedy) {
    return new Problem(
        Exit.REFUSED, CliProblem.KEY, "cannot use the key " + file + ": " + seen + "; " + remedy);
  }
}
