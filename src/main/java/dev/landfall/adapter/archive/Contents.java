package dev.landfall.adapter.archive;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.landfall.engine.Chain;
import dev.landfall.engine.EvidenceStore;
import dev.landfall.engine.History;
import dev.landfall.engine.Journal.Entry;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What lies in an archive. All of it follows from the entries and the contents of the evidence, so
 * whoever has those can write the archive again, byte by byte; that is how it is checked.
 */
final class Contents {
  /** Names the layout; the words of the page are those of the program that wrote it. */
  static final String FORMAT = "landfall-archive-1";

  static final String ABOUT = "archive.json";
  static final String INDEX = "index.html";
  static final String JOURNAL = "journal.jsonl";
  static final String EVIDENCE = "evidence/";
  private static final String STATEMENTS = "statements/";
  private static final String SUMS = "SHA256SUMS";

  private final String program;
  private final String workload;
  private final List<Entry> chain;
  private final List<Entry> own;

  /**
   * @param program which wrote it: another one may have other words for the page
   * @param chain all entries of all workloads: the chain can only be checked whole
   */
  Contents(String program, String workload, List<Entry> chain) {
    this.program = program;
    this.workload = workload;
    this.chain = List.copyOf(chain);
    this.own = chain.stream().filter(entry -> entry.workload().equals(workload)).toList();
  }

  /** The entries of the workload that it is about, oldest first. */
  List<Entry> own() {
    return own;
  }

  /** The pieces of evidence by their hash. */
  SortedMap<String, Evidence> evidence() {
    var all = new TreeMap<String, Evidence>();
    own.stream()
        .flatMap(entry -> History.evidence(History.event(entry)).stream())
        .forEach(each -> all.putIfAbsent(each.sha256(), each));
    return all;
  }

  /** The hashes of all events. */
  Set<String> hashes() {
    return chain.stream().map(Entry::hash).collect(Collectors.toSet());
  }

  Chain.Head head() {
    return chain.isEmpty() ? Chain.Head.EMPTY : Chain.Head.of(chain.getLast());
  }

  /** Takes one file after the other. */
  @FunctionalInterface
  interface Sink {
    void add(String name, byte[] content) throws IOException;
  }

  /**
   * Hands out all files, in their order; no more than one content at a time is in memory.
   *
   * @throws OutsideException when evidence is not there, or was changed
   */
  void writeTo(Sink sink, EvidenceStore store) throws IOException {
    var sums = new StringBuilder();
    Sink summing =
        (name, content) -> {
          sums.append(sha256(content)).append("  ").append(name).append('\n');
          sink.add(name, content);
        };
    summing.add(ABOUT, about());
    summing.add(INDEX, IndexPage.of(workload, chain, own).getBytes(StandardCharsets.UTF_8));
    summing.add(JOURNAL, JournalLines.write(chain));
    for (String hash : evidence().keySet()) {
      summing.add(EVIDENCE + hash, content(store, hash));
    }
    for (Entry entry : own) {
      Optional<Signed> signed = History.signed(History.event(entry));
      if (signed.isPresent()) {
        String name = statement(entry);
        summing.add(name + ".txt", text(signed.get()));
        summing.add(name + ".sig", bytes(signed.get().signature()));
        summing.add(name + ".pem", pem(signed.get().key()));
      }
    }
    sink.add(SUMS, sums.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The name of the files of what a person signed, without their endings. */
  static String statement(Entry entry) {
    return STATEMENTS + String.format(Locale.ROOT, "%08d", entry.sequence());
  }

  private static byte[] content(EvidenceStore store, String hash) {
    return store
        .read(hash)
        .orElseThrow(() ->
            new OutsideException(
                ArchiveProblem.UNREAD,
                "cannot put evidence %s in an archive: it is gone; restore it from a backup"
                    .formatted(hash)));
  }

  private byte[] about() {
    var about = JsonNodeFactory.instance.objectNode();
    about.put("format", FORMAT);
    about.put("program", program);
    about.put("workload", workload);
    about.put("entries", head().sequence());
    about.put("head", head().hash());
    return (about + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] text(Signed signed) {
    return signed.statement().text().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String base64) {
    return Base64.getDecoder().decode(base64);
  }

  /** RFC 7468, as {@code openssl} takes it. */
  private static byte[] pem(String key) {
    return "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
        .formatted(key)
        .getBytes(StandardCharsets.US_ASCII);
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
