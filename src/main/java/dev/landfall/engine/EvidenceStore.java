package dev.landfall.engine;

import java.util.Optional;

/** Port: what evidence consists of, under the hash of its content. Nothing is ever changed. */
public interface EvidenceStore {
  /** How large one piece may be. */
  int BYTES_MAX = 64 * 1024 * 1024;

  /**
   * Keeps a content; the same again is no second one.
   *
   * @return its SHA-256, in lower-case hexadecimal; it is on disk when this returns
   * @throws dev.landfall.problem.OutsideException when the storage refuses
   */
  String keep(byte[] content);

  /**
   * A content as it was kept; absent when there is none of this hash.
   *
   * @throws dev.landfall.problem.OutsideException when it cannot be read, or was changed
   */
  Optional<byte[]> read(String sha256);
}
