package dev.landfall.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.landfall.adapter.archive.ArchiveCheck;
import dev.landfall.adapter.archive.ArchiveFile;
import dev.landfall.adapter.folder.FolderEvidence;
import dev.landfall.adapter.sqlite.SqliteJournal;
import dev.landfall.engine.Archived;
import dev.landfall.engine.Chain;
import dev.landfall.engine.Journal.Draft;
import dev.landfall.engine.Journal.Entry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * I10 away from home: whatever is done to an archive of a gated workload, its check finds it.
 *
 * <p>Longer than the rule, because it packs and edits archives by hand, as a second opinion on what
 * is told of their form.
 */
class ArchiveTamperTest {
  private static final int TRIALS = 2500;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path data;
  private SqliteJournal journal;
  private Path archive;
  private Archived exported;
  private byte[] whole;

  @BeforeEach
  void live() throws Exception {
    journal = SqliteJournal.open(data);
    new GatedShop(data, journal).live();
    archive = data.resolve("shop.zip");
    exported = export(archive);
    whole = Files.readAllBytes(archive);
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private Archived export(Path file) {
    return new Archiving(journal, new FolderEvidence(data))
        .export(GatedShop.NAME, file)
        .orElseThrow();
  }

  private Archived check(byte[] bytes) throws Exception {
    Path file = data.resolve("other.zip");
    Files.write(file, bytes);
    return ArchiveCheck.of(Archiving.PROGRAM, file);
  }

  @Test
  void whatWasExportedIsFoundToBeTrueWhereNothingElseIs() throws Exception {
    assertThat(exported.fault()).isEmpty();
    assertThat(check(whole)).isEqualTo(exported);
    assertThat(exported.headHash()).isEqualTo(journal.audit().headHash());
    assertThat(exported.entries()).isEqualTo(journal.audit().entries());
    assertThat(exported.evidence()).isEqualTo(5);
    assertThat(exported.signers()).hasSize(2).anyMatch(each -> each.startsWith("ann signed with"));
    assertThat(exported.goesOnFrom(journal.read("warehouse", 0).getFirst().hash())).isTrue();
    assertThat(exported.goesOnFrom("0".repeat(64))).isFalse();
  }

  @Test
  void theSameHistoryMakesTheSameBytesAndOnlyItsOwnerReadsThem() throws Exception {
    export(data.resolve("again.zip"));
    assertThat(data.resolve("again.zip")).hasBinaryContent(whole);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)))
        .isEqualTo("rw-------");
    assertThatThrownBy(() -> export(archive)).hasMessageContaining("there is such a file");
  }

  /** Words of the page are the program's: another version may have others, and says so. */
  @Test
  void whatAnotherVersionWroteIsToldApartFromWhatWasChanged() throws Exception {
    assertThat(ArchiveCheck.of("landfall 9.0", archive).fault())
        .as("as long as the words are the same")
        .isEmpty();
    List<File> files = files();
    replace(files, "index.html", part("index.html").replace("Gates", "Doors"));
    replace(
        files,
        "SHA256SUMS",
        part("SHA256SUMS").replace(sha256(bytes("index.html")), sha256(text(files, "index.html"))));
    assertThat(fault(zip(files)))
        .startsWith("index.html is not what follows")
        .doesNotContain("9.0");
    Path other = data.resolve("other.zip");
    assertThat(ArchiveCheck.of("landfall 9.0", other).fault())
        .hasValueSatisfying(fault -> assertThat(fault).endsWith("which it says wrote it"));
  }

  private static String sha256(String text) throws Exception {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void theSameBytesAreWrittenWhereverPeopleCountOtherwise() throws Exception {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      export(data.resolve("arab.zip"));
    } finally {
      Locale.setDefault(before);
    }
    assertThat(data.resolve("arab.zip")).hasBinaryContent(whole);
  }

  @Test
  void thePageHasNoTagScriptOrAddressThatPeopleWrote() throws Exception {
    String page = part("index.html");
    assertThat(page)
        .contains("uat &lt;b&gt;2&lt;/b&gt; \\u{202e}.txt", "it&#39;s &lt;i&gt;fine&lt;/i&gt;")
        .contains("default-src 'none'", "waived", "approve by ann", exported.headHash())
        .doesNotContain("<b>", "<i>", "<script", "<a ", "href", "src=", "\u202e");
  }

  @Test
  void anybodyCanCheckTheSumsAndTheSignaturesWithoutThisProgram() throws Exception {
    for (String line : part("SHA256SUMS").lines().toList()) {
      String[] sum = line.split("  ", 2);
      var digest = MessageDigest.getInstance("SHA-256").digest(bytes(sum[1]));
      assertThat(HexFormat.of().formatHex(digest)).as(sum[1]).isEqualTo(sum[0]);
    }
    String name = names().stream().filter(each -> each.endsWith(".pem")).findFirst().orElseThrow();
    String stem = name.substring(0, name.length() - 4);
    String key = part(name).replaceAll("-----.*-----|\n", "");
    var verifier = Signature.getInstance("Ed25519");
    var spec = new X509EncodedKeySpec(Base64.getDecoder().decode(key));
    verifier.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(spec));
    verifier.update(bytes(stem + ".txt"));
    assertThat(verifier.verify(bytes(stem + ".sig"))).isTrue();
  }

  @Test
  void everyChangedDroppedOrInsertedByteIsFoundInThousandsOfTrials() throws Exception {
    long seed = Long.getLong("landfall.seed", 42);
    var random = new SplittableRandom(seed);
    for (int trial = 0; trial < TRIALS; trial++) {
      byte[] after = change(random);
      boolean same = Arrays.equals(after, whole);
      assertThat(check(after).fault().isEmpty())
          .as("seed %d, trial %d: taken for true", seed, trial)
          .isEqualTo(same);
    }
  }

  private byte[] change(SplittableRandom random) {
    int at = random.nextInt(whole.length);
    int length = 1 + random.nextInt(random.nextBoolean() ? 1 : 400);
    int end = Math.min(whole.length, at + length);
    var out = new ByteArrayOutputStream();
    out.write(whole, 0, at);
    switch (random.nextInt(5)) {
      case 0 -> {
        out.write(whole[at] ^ (1 + random.nextInt(255)));
        out.write(whole, at + 1, whole.length - at - 1);
      }
      case 1 -> out.write(whole, end, whole.length - end);
      case 2 -> {
        random.ints(length).forEach(out::write);
        out.write(whole, at, whole.length - at);
      }
      case 3 -> {
        out.write(whole, at, end - at);
        out.write(whole, at, whole.length - at);
      }
      default -> {
        int other = random.nextInt(whole.length);
        byte[] swapped = whole.clone();
        swapped[at] = whole[other];
        swapped[other] = whole[at];
        return swapped;
      }
    }
    return out.toByteArray();
  }

  /** Files as a hand with a ZIP tool changes them: the form of the archive stays right. */
  private static final class File {
    private final String name;
    private final byte[] content;

    File(String name, byte[] content) {
      this.name = name;
      this.content = content.clone();
    }

    String name() {
      return name;
    }

    byte[] content() {
      return content.clone();
    }
  }

  @Test
  void everyChangeOfAFileIsFoundAlsoWhereTheArchiveIsPutTogetherAnewInItsForm() throws Exception {
    List<File> files = files();
    assertThat(zip(files)).as("the packer of this test packs as Landfall does").isEqualTo(whole);
    long seed = Long.getLong("landfall.seed", 43);
    var random = new SplittableRandom(seed);
    int told = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      var edited = new ArrayList<>(files);
      String what = edit(edited, random);
      byte[] after = zip(edited);
      if (!Arrays.equals(after, whole)) {
        told++;
        assertThat(check(after).fault()).as("seed %d, trial %d: %s", seed, trial, what).isPresent();
      }
    }
    assertThat(told).as("trials that changed something").isGreaterThan(TRIALS * 9 / 10);
  }

  private static String edit(List<File> files, SplittableRandom random) {
    int at = random.nextInt(files.size());
    int other = random.nextInt(files.size());
    File file = files.get(at);
    return switch (random.nextInt(8)) {
      case 0 -> "dropped " + files.remove(at).name();
      case 1 -> {
        files.add(other, file);
        yield "doubled " + file.name();
      }
      case 2 -> {
        Collections.swap(files, at, other);
        yield "swapped " + file.name();
      }
      case 3 -> {
        files.set(at, new File(file.name(), files.get(other).content()));
        yield "gave " + file.name() + " another's content";
      }
      case 4 -> {
        files.add(other, new File("evidence/" + "%064x".formatted(random.nextLong()), new byte[3]));
        yield "added a file";
      }
      case 5, 6 -> {
        replace(files, "journal.jsonl", lines(text(files, "journal.jsonl"), random));
        yield "edited lines of the journal";
      }
      default -> {
        byte[] content = file.content().clone();
        content[random.nextInt(content.length)] ^= (byte) (1 + random.nextInt(255));
        files.set(at, new File(file.name(), content));
        yield "changed a byte of " + file.name();
      }
    };
  }

  private static String lines(String journal, SplittableRandom random) {
    var lines = new ArrayList<>(journal.lines().toList());
    int at = random.nextInt(lines.size());
    int other = random.nextInt(lines.size());
    switch (random.nextInt(5)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(other, lines.get(at));
      case 2 -> Collections.swap(lines, at, other);
      case 3 -> lines.set(at, " " + lines.get(at));
      default -> lines.subList(at, lines.size()).clear();
    }
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }

  /** A forger who chains everything anew still cannot sign, nor put another plan under a hash. */
  @Test
  void whoeverChainsAnotherHistoryAnewCannotChangeWhatPeopleSigned() throws Exception {
    for (String[] change :
        new String[][] {
          {"\"verb\":\"APPROVE\"", "\"verb\":\"WAIVE\""},
          {"\"by\":\"ann\"", "\"by\":\"bob\""},
          {"\"reason\":\"because\"", "\"reason\":\"be cause\""},
          {"\"quorum\":1", "\"quorum\":2"},
          {"\"owner\":\"retail\"", "\"owner\":\"retails\""},
        }) {
      Path forged = data.resolve("forged.zip");
      Files.deleteIfExists(forged);
      List<Entry> chain = rechained(change[0], change[1]);
      assertThat(chain.getLast().hash()).isNotEqualTo(exported.headHash());
      ArchiveFile.write(Archiving.PROGRAM, GatedShop.NAME, chain, new FolderEvidence(data), forged);
      assertThat(ArchiveCheck.of(Archiving.PROGRAM, forged).fault()).as(change[1]).isPresent();
    }
    Path harmless = data.resolve("harmless.zip");
    List<Entry> chain = rechained("\"reason\":\"\"", "\"reason\":\"\"");
    ArchiveFile.write(Archiving.PROGRAM, GatedShop.NAME, chain, new FolderEvidence(data), harmless);
    assertThat(ArchiveCheck.of(Archiving.PROGRAM, harmless).fault())
        .as("chained as it was")
        .isEmpty();
  }

  @Test
  void aWholeHistoryThatWasMadeUpIsToldByItsHeadAlone() throws Exception {
    List<Entry> shorter = rechained("", "").subList(0, (int) exported.entries() - 2);
    Path cut = data.resolve("cut.zip");
    ArchiveFile.write(Archiving.PROGRAM, GatedShop.NAME, shorter, new FolderEvidence(data), cut);
    Archived seen = ArchiveCheck.of(Archiving.PROGRAM, cut);
    assertThat(seen.fault()).as("a shorter history is one, too").isEmpty();
    assertThat(seen.goesOnFrom(exported.headHash())).as("but not the one that was").isFalse();
  }

  private List<Entry> rechained(String from, String to) {
    var all = new ArrayList<Entry>();
    for (String workload : journal.workloads()) {
      all.addAll(journal.read(workload, 0));
    }
    all.sort(Comparator.comparingLong(Entry::sequence));
    var chain = new ArrayList<Entry>();
    Chain.Head head = Chain.Head.EMPTY;
    for (Entry entry : all) {
      Draft draft = entry.draft();
      String payload = draft.payload().replace(from, to);
      var edited = new Draft(draft.type(), payload, draft.at(), draft.by(), draft.why());
      Entry next = Chain.next(head, entry.workload(), entry.version(), edited);
      chain.add(next);
      head = Chain.Head.of(next);
    }
    return chain;
  }

  @Test
  void anythingButAnArchiveIsRefusedAndNothingIsEverUnpacked() throws Exception {
    assertThat(fault(new byte[0])).contains("it ends at byte 0");
    assertThat(fault("hello, this is no ZIP file at all".getBytes(StandardCharsets.UTF_8)))
        .contains("there is no file where one should begin");
    List<File> files = files();
    files.add(new File("../../landfall-was-here", new byte[1]));
    assertThat(fault(zip(files))).contains("a file that no archive has");
    assertThat(data.resolve("../../landfall-was-here")).doesNotExist();
    assertThat(fault(packed(files()))).contains("packed again");
    byte[] bomb = packed(List.of(new File("journal.jsonl", new byte[10_000_000])));
    assertThat(bomb.length).isLessThan(20_000);
    assertThat(fault(bomb)).contains("packed again");
    byte[] huge = whole.clone();
    ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putInt(18, -1).putInt(22, -1);
    assertThat(fault(huge)).contains("cut short");
  }

  @Test
  void aJournalThatIsChainedAndMakesNoSenseIsAFaultAndNoCrash() throws Exception {
    for (String payload : List.of("{", "null", "{}", "[]", "[".repeat(5000), "{\"workload\":3}")) {
      for (String type : List.of("Registered", "GateSigned", "OwnerMoved", "Unheard")) {
        var draft = new Draft(type, payload, Instant.EPOCH, "ann", "");
        Entry only = Chain.next(Chain.Head.EMPTY, "shop", 1, draft);
        byte[] lines = (line(only) + "\n").getBytes(StandardCharsets.UTF_8);
        var about = new File("archive.json", files().getFirst().content());
        byte[] bytes = zip(List.of(about, new File("journal.jsonl", lines)));
        assertThat(check(bytes).fault()).as(type + " " + payload).isPresent();
      }
    }
  }

  private static String line(Entry entry) {
    ObjectNode line = JSON.createObjectNode();
    line.put("sequence", entry.sequence()).put("workload", entry.workload());
    line.put("version", entry.version()).put("type", entry.draft().type());
    line.put("payload", entry.draft().payload()).put("at", entry.draft().at().toString());
    line.put("by", entry.draft().by()).put("why", entry.draft().why());
    return line.put("previousHash", entry.previousHash()).put("hash", entry.hash()).toString();
  }

  private String fault(byte[] bytes) throws Exception {
    return check(bytes).fault().orElse("none");
  }

  private List<String> names() throws Exception {
    return files().stream().map(File::name).toList();
  }

  private String part(String name) throws Exception {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  private byte[] bytes(String name) throws Exception {
    return files().stream()
        .filter(file -> file.name().equals(name))
        .findFirst()
        .orElseThrow()
        .content();
  }

  private static String text(List<File> files, String name) {
    return files.stream()
        .filter(file -> file.name().equals(name))
        .map(file -> new String(file.content(), StandardCharsets.UTF_8))
        .findFirst()
        .orElseThrow();
  }

  private static void replace(List<File> files, String name, String content) {
    files.replaceAll(file ->
        file.name().equals(name) ? new File(name, content.getBytes(StandardCharsets.UTF_8)) : file);
  }

  /** As any other program reads it. */
  private List<File> files() throws Exception {
    var files = new ArrayList<File>();
    try (var in = new ZipInputStream(new ByteArrayInputStream(whole))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        files.add(new File(entry.getName(), in.readAllBytes()));
      }
    }
    return files;
  }

  private static byte[] packed(List<File> files) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ZipOutputStream(bytes)) {
      for (File file : files) {
        out.putNextEntry(new ZipEntry(file.name()));
        out.write(file.content());
      }
    }
    return bytes.toByteArray();
  }

  /** Packs as Landfall does, from what is told of the form: by hand, to be a second opinion. */
  private static byte[] zip(List<File> files) throws Exception {
    var out = new ByteArrayOutputStream();
    var central = new ByteArrayOutputStream();
    for (File file : files) {
      byte[] name = file.name().getBytes(StandardCharsets.US_ASCII);
      var crc = new CRC32();
      crc.update(file.content());
      ByteBuffer common = ByteBuffer.allocate(26).order(ByteOrder.LITTLE_ENDIAN);
      common.putShort((short) 20).putShort((short) 0x800).putInt(0).putShort((short) 0x21);
      common.putInt((int) crc.getValue()).putInt(file.content().length);
      common.putInt(file.content().length).putShort((short) name.length).putShort((short) 0);
      int offset = out.size();
      out.writeBytes(number(0x04034b50));
      out.writeBytes(common.array());
      out.writeBytes(name);
      out.writeBytes(file.content());
      central.writeBytes(number(0x02014b50));
      central.writeBytes(new byte[] {20, 0});
      central.writeBytes(common.array());
      central.writeBytes(new byte[10]);
      central.writeBytes(number(offset));
      central.writeBytes(name);
    }
    int offset = out.size();
    out.writeBytes(central.toByteArray());
    ByteBuffer end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN).putInt(0x06054b50);
    end.putInt(0).putShort((short) files.size()).putShort((short) files.size());
    end.putInt(central.size()).putInt(offset).putShort((short) 0);
    out.writeBytes(end.array());
    return out.toByteArray();
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
