package dev.landfall.adapter.certificate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A version of TLS, the oldest first, by its word and its number on the wire (RFC 8446, 4.2.1). */
public enum TlsVersion {
  SSL_3("SSLv3", 0x0300),
  TLS_1_0("TLSv1", 0x0301),
  TLS_1_1("TLSv1.1", 0x0302),
  TLS_1_2("TLSv1.2", 0x0303),
  TLS_1_3("TLSv1.3", 0x0304);

  private final String word;
  private final int number;

  TlsVersion(String word, int number) {
    this.word = word;
    this.number = number;
  }

  /** As Java and the workload file write it. */
  public String word() {
    return word;
  }

  int number() {
    return number;
  }

  /** One that has this word; absent where there is none. */
  public static Optional<TlsVersion> parse(String word) {
    return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
  }

  static Optional<TlsVersion> of(int number) {
    return Arrays.stream(values()).filter(each -> each.number == number).findFirst();
  }

  boolean isOlderThan(TlsVersion other) {
    return number < other.number;
  }

  /** All that are older, the newest of them first; none of SSLv3. */
  List<TlsVersion> older() {
    return Arrays.stream(values()).filter(each -> each.isOlderThan(this)).toList().reversed();
  }
}
