package dev.landfall.engine;

import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * Whether a person's key made a signature: Ed25519 (RFC 8032) over the UTF-8 of {@link
 * Statement#text}. The public key is the SubjectPublicKeyInfo of RFC 8410 in base 64, so that
 * {@code openssl pkeyutl -verify -rawin} can say the same without this program.
 */
public final class Signatures {
  private static final String ED25519 = "Ed25519";

  /** The field of the curve, 2^255 - 19, and its d, -121665/121666. */
  private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

  private static final BigInteger D =
      over(BigInteger.valueOf(-121_665), BigInteger.valueOf(121_666));

  private Signatures() {}

  /** Whether the signature is that of the key it names. */
  public static boolean holds(Signed signed) {
    try {
      var verifier = Signature.getInstance(ED25519);
      verifier.initVerify(key(signed.key()));
      verifier.update(signed.statement().text().getBytes(StandardCharsets.UTF_8));
      return verifier.verify(Base64.getDecoder().decode(signed.signature()));
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      return false; // what is no key, or no signature, proves nothing
    }
  }

  /** Whether a text is a public key that can prove something. */
  public static boolean isKey(String text) {
    try {
      return key(text).getAlgorithm().length() > 0;
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      return false;
    }
  }

  private static PublicKey key(String text) throws GeneralSecurityException {
    byte[] der = Base64.getDecoder().decode(text);
    // Keys are compared as text, so each has one: base 64 has bits that mean nothing.
    if (!Base64.getEncoder().encodeToString(der).equals(text)) {
      throw new InvalidKeyException("it is written in another way than it is read");
    }
    PublicKey key = KeyFactory.getInstance(ED25519).generatePublic(new X509EncodedKeySpec(der));
    if (!(key instanceof EdECPublicKey point) || isWeak(point.getPoint().getY())) {
      throw new InvalidKeyException("it is no key that only one person can have");
    }
    return key;
  }

  /**
   * Whether a point is one of the eight of low order, for which a signature can be made without any
   * key (RFC 8032, section 5.1; the curve is -x² + y² = 1 + dx²y²): eight times it is the neutral
   * one. Also whether it is written in another way than it is read.
   */
  private static boolean isWeak(BigInteger written) {
    if (written.compareTo(P) >= 0) {
      return true;
    }
    BigInteger y = written;
    for (int doubled = 0; doubled < 3; doubled++) {
      BigInteger yy = y.multiply(y).mod(P);
      BigInteger xx = over(yy.subtract(BigInteger.ONE), D.multiply(yy).add(BigInteger.ONE));
      y = over(yy.add(xx), BigInteger.TWO.subtract(yy).add(xx));
    }
    return y.equals(BigInteger.ONE);
  }

  private static BigInteger over(BigInteger above, BigInteger below) {
    return above.multiply(below.modInverse(P)).mod(P);
  }
}
