package dev.landfall.adapter.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.landfall.adapter.archive.ZipLayout.Item;
import dev.landfall.engine.Archived;
import dev.landfall.engine.Chain;
import dev.landfall.engine.EvidenceStore;
import dev.landfall.engine.GateAudit;
import dev.landfall.engine.Journal.Entry;
import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Checks an archive with nothing else at hand. First what is in it: the chain of the journal, each
 * signature, each content by its hash. Then the archive is written again from the journal and the
 * evidence in it, and compared with the file byte by byte: so nothing in it, the page and the form
 * of the file included, can be anything else than what follows from the journal.
 */
public final class ArchiveCheck {
  /** How long the journal of an archive may be: it is held in memory. */
  private static final long JOURNAL_MAX = 512L * 1024 * 1024;

  private static final long ABOUT_MAX = 64 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Pattern PROGRAM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 .+-]{0,60}");

  private final String program;
  private final SeekableByteChannel file;
  private final Map<String, Item> items;

  private ArchiveCheck(String program, SeekableByteChannel file, Map<String, Item> items) {
    this.program = program;
    this.file = file;
    this.items = items;
  }

  /**
   * Checks an archive.
   *
   * @param program which checks it, with its version
   * @return what is in it, and the first thing that is wrong with it
   * @throws OutsideException when the file cannot be read
   */
  public static Archived of(String program, Path path) {
    try (var file = FileChannel.open(path)) {
      return of(program, file);
    } catch (IOException e) {
      throw new OutsideException(
          ArchiveProblem.UNREAD,
          "cannot read %s: %s; give the file of an archive that this user may read"
              .formatted(path, e),
          e);
    }
  }

  /** As {@link #of(String, Path)}. */
  static Archived of(String program, SeekableByteChannel file) throws IOException {
    try {
      return new ArchiveCheck(program, file, ZipReader.items(file)).check();
    } catch (BrokenArchive e) {
      return Archived.broken(e.fault());
    }
  }

  private Archived check() throws IOException, BrokenArchive {
    JsonNode about = about();
    String workload = about.path("workload").asText();
    String writer = about.path("program").asText();
    List<Entry> chain = JournalLines.read(content(Contents.JOURNAL, JOURNAL_MAX));
    var verifier = new Chain.Verifier();
    chain.forEach(verifier::accept);
    Optional<Chain.Head> last =
        chain.isEmpty() ? Optional.empty() : Optional.of(Chain.Head.of(chain.getLast()));
    Optional<String> fault = verifier.finish(last).fault();
    if (fault.isPresent()) {
      throw new BrokenArchive("in the journal, " + fault.get());
    }
    var contents = new Contents(writer, workload, chain);
    try {
      if (contents.own().isEmpty()) {
        throw new BrokenArchive("its journal has nothing of " + workload);
      }
      audit(chain, workload);
      compare(contents, writer);
      return ArchiveFile.seen(workload, contents);
    } catch (RuntimeException e) {
      // An entry that is chained, and yet is none that this program could have written: whoever
      // made it up chose what it breaks, so it can be anything.
      throw new BrokenArchive("its journal makes no sense: " + e.getMessage());
    }
  }

  private JsonNode about() throws IOException, BrokenArchive {
    try {
      JsonNode about = JSON.readTree(content(Contents.ABOUT, ABOUT_MAX));
      String format = about.path("format").asText();
      if (!format.equals(Contents.FORMAT)) {
        throw new BrokenArchive(
            "its format is \"%s\", and this version of Landfall checks %s"
                .formatted(format, Contents.FORMAT));
      }
      if (!PROGRAM.matcher(about.path("program").asText()).matches()) {
        throw new BrokenArchive("it does not say what program wrote it");
      }
      return about;
    } catch (JsonProcessingException _) {
      // Its message would quote the file, which may be anything that somebody brought.
      throw new BrokenArchive(Contents.ABOUT + " cannot be read");
    }
  }

  private void audit(List<Entry> chain, String workload) throws BrokenArchive {
    var streams = new LinkedHashMap<String, List<Entry>>();
    chain.forEach(
        entry -> streams.computeIfAbsent(entry.workload(), _ -> new ArrayList<>()).add(entry));
    for (var stream : streams.entrySet()) {
      Optional<String> fault =
          stream.getKey().equals(workload)
              ? GateAudit.fault(stream.getValue(), new Inside())
              : GateAudit.unsigned(stream.getValue());
      if (fault.isPresent()) {
        throw new BrokenArchive(fault.get());
      }
    }
  }

  private void compare(Contents contents, String writer) throws IOException, BrokenArchive {
    file.position(0);
    var out = new ComparingStream(file);
    var zip = new ZipWriter(out);
    try {
      contents.writeTo(
          (name, content) -> {
            out.at(name);
            zip.add(name, content);
          },
          new Inside());
      out.at("the table of contents");
      zip.end();
      out.end();
    } catch (ComparingStream.Different e) {
      boolean words = e.place().equals(Contents.INDEX) && !writer.equals(program);
      throw new BrokenArchive(
          e.getMessage()
              + (words
                  ? ", as this is %s: check it with %s, which it says wrote it"
                      .formatted(program, writer)
                  : ""));
    }
  }

  private byte[] content(String name, long max) throws IOException, BrokenArchive {
    Item item = items.get(name);
    if (item == null) {
      throw new BrokenArchive(name + " is missing");
    }
    if (item.size() > max) {
      throw new BrokenArchive("%s has %d bytes; allowed: %d".formatted(name, item.size(), max));
    }
    return ZipReader.content(file, item);
  }

  /** The evidence in the archive; whatever has another hash than its name is not there. */
  private final class Inside implements EvidenceStore {
    /** Nothing that checks an archive brings evidence; whoever does is a fault in Landfall. */
    @Override
    public String keep(byte[] content) {
      throw new UnsupportedOperationException("an archive is never changed");
    }

    @Override
    public Optional<byte[]> read(String sha256) {
      Item item = items.get(Contents.EVIDENCE + sha256);
      if (item == null) {
        return Optional.empty();
      }
      try {
        long position = file.position();
        byte[] content = ZipReader.content(file, item);
        file.position(position);
        if (!Contents.sha256(content).equals(sha256)) {
          throw new IllegalStateException(item.name() + " has another hash than its name");
        }
        return Optional.of(content);
      } catch (IOException | BrokenArchive e) {
        throw new OutsideException(
            ArchiveProblem.UNREAD,
            "cannot read %s: %s; is the file still there?".formatted(item.name(), e),
            e);
      }
    }
  }
}
