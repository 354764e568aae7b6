package dev.landfall.engine;

import dev.landfall.engine.Journal.Audit;
import dev.landfall.engine.Journal.Draft;
import dev.landfall.engine.Journal.Entry;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * The hash chain of the journal (I10), written down so that anybody can verify a journal without
 * this program.
 *
 * <p>The hash of an entry is the SHA-256, in 64 lower-case hexadecimal digits, of these fields one
 * after the other, without anything between them:
 *
 * <pre>
 *   text    "landfall-journal-1"   names this encoding
 *   text    previous hash          of the entry before it over all workloads; 64 zeros for the first
 *   number  sequence
 *   text    workload
 *   number  version
 *   text    type
 *   text    payload                the bytes as stored, not a JSON that means the same
 *   text    at                     ISO-8601 in UTC as {@link java.time.Instant#toString} writes it
 *   text    by
 *   text    why
 * </pre>
 *
 * <p>A number is 8 bytes, big-endian, in two's complement. A text is the count of its UTF-8 bytes
 * in 4 bytes, big-endian, then those bytes. Because every text bears its length, no two different
 * entries have the same bytes.
 *
 * <p>The journal records the head, which is the sequence and the hash of the last entry, beside the
 * entries: without it a dropped tail would leave a chain that looks whole. Who can rewrite the
 * whole file can also compute a new chain; against that, keep the head hash elsewhere.
 */
public final class Chain {
  private static final String ENCODING = "landfall-journal-1";
  private static final String BEFORE_FIRST = "0".repeat(64);

  private Chain() {}

  /**
   * The end of a chain.
   *
   * @param sequence the sequence of the last entry, 0 when there is none
   * @param hash the hash of the last entry, 64 zeros when there is none
   */
  public record Head(long sequence, String hash) {
    /** The head of a chain without entries. */
    public static final Head EMPTY = new Head(0, BEFORE_FIRST);

    /** The head of the chain that ends with this entry. */
    public static Head of(Entry last) {
      return new Head(last.sequence(), last.hash());
    }
  }

  /**
   * The entry that follows the head.
   *
   * @param version the place in the stream of the workload, from 1
   * @throws IllegalArgumentException when a text is not Unicode (half of a surrogate pair): it
   *     could not be stored as given
   */
  public static Entry next(Head head, String workload, long version, Draft draft) {
    long sequence = head.sequence() + 1;
    String hash = hash(sequence, workload, version, draft, head.hash());
    return new Entry(sequence, workload, version, draft, head.hash(), hash);
  }

  /** Whether the hash that the entry bears is the hash of its other fields. */
  public static boolean holds(Entry entry) {
    return entry
        .hash()
        .equals(
            hash(
                entry.sequence(),
                entry.workload(),
                entry.version(),
                entry.draft(),
                entry.previousHash()));
  }

  private static String hash(
      long sequence, String workload, long version, Draft draft, String previousHash) {
    var bytes = new ByteArrayOutputStream(512 + draft.payload().length());
    try (var out = new DataOutputStream(bytes)) {
      text(out, ENCODING);
      text(out, previousHash);
      out.writeLong(sequence);
      text(out, workload);
      out.writeLong(version);
      text(out, draft.type());
      text(out, draft.payload());
      text(out, draft.at().toString());
      text(out, draft.by());
      text(out, draft.why());
    } catch (IOException impossible) {
      throw new UncheckedIOException("an array in memory refused bytes", impossible);
    }
    return HexFormat.of().formatHex(sha256().digest(bytes.toByteArray()));
  }

  private static void text(DataOutputStream out, String value) throws IOException {
    ByteBuffer encoded;
    try {
      // Not String.getBytes, which would silently write a question mark for half a pair.
      encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
    } catch (CharacterCodingException notUnicode) {
      throw new IllegalArgumentException(
          "cannot journal a text of " + value.length() + " characters: it is not valid Unicode",
          notUnicode);
    }
    out.writeInt(encoded.remaining());
    out.write(encoded.array(), encoded.arrayOffset(), encoded.remaining());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  /**
   * Checks a chain, entry by entry, in the order of their sequence, in memory that grows only with
   * the number of workloads. Used by one thread.
   */
  public static final class Verifier {
    private final Map<String, Long> versions = new HashMap<>();
    private Head head = Head.EMPTY;
    private long entries;
    private Optional<String> fault = Optional.empty();

    /** Takes the next entry. Only the first fault is kept: all that follows hangs on it. */
    public void accept(Entry entry) {
      entries++;
      if (fault.isEmpty()) {
        fault = faultOf(entry);
      }
      head = Head.of(entry);
      versions.put(entry.workload(), entry.version());
    }

    /** Takes an entry that could not even be read. */
    public void unreadable(String what) {
      entries++;
      if (fault.isEmpty()) {
        fault = Optional.of(what);
      }
    }

    /** The result, given the head that was recorded beside the entries; empty when it is gone. */
    public Audit finish(Optional<Head> recorded) {
      if (fault.isEmpty() && !recorded.equals(Optional.of(head))) {
        fault =
            Optional.of(
                recorded
                    .map(other ->
                        "the recorded head is entry %d with hash %s, but the last entry is %d with hash %s"
                            .formatted(
                                other.sequence(), other.hash(), head.sequence(), head.hash()))
                    .orElse("the recorded head is gone"));
      }
      return new Audit(entries, head.hash(), fault);
    }

    private Optional<String> faultOf(Entry entry) {
      if (entry.sequence() != head.sequence() + 1) {
        return Optional.of(
            "entry %d follows entry %d".formatted(entry.sequence(), head.sequence()));
      }
      if (!entry.previousHash().equals(head.hash())) {
        return Optional.of(
            "entry %d does not continue the chain: it names %s as the hash before it, which is %s"
                .formatted(entry.sequence(), entry.previousHash(), head.hash()));
      }
      long before = versions.getOrDefault(entry.workload(), 0L);
      if (entry.version() != before + 1) {
        return Optional.of(
            "entry %d is version %d of %s, which was at version %d"
                .formatted(entry.sequence(), entry.version(), entry.workload(), before));
      }
      return holds(entry)
          ? Optional.empty()
          : Optional.of(
              "entry %d (%s, version %d) was changed: its content does not have its hash"
                  .formatted(entry.sequence(), entry.workload(), entry.version()));
    }
  }
}
