package dev.landfall.adapter.classification;

import dev.landfall.adapter.classification.FileTally.TimeUpException;
import dev.landfall.adapter.classification.Place.Kept;
import dev.landfall.problem.OneLine;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * Reads samples of the files of one folder and of those in it, or of one file. Links are not
 * followed, and nothing but files is opened: a pipe would wait for somebody who writes into it.
 */
final class FileScan {
  /** More than this many are no sample that anybody looks through. */
  static final int FILES_MAX = 100_000;

  /** What the system shows as files there is none, and may keep whoever reads it waiting. */
  private static final Set<Path> NO_FILES =
      Set.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

  private final Path root;
  private final long deadline;
  private final Map<Kept, Tally> tallies = new LinkedHashMap<>();
  private final Map<Kept, Tally> closed = new LinkedHashMap<>();
  private final List<Kept> besides = new ArrayList<>();
  private Optional<String> ended = Optional.empty();

  /**
   * @param root as the workload file has it
   * @param deadline by the clock of {@link System#nanoTime}
   */
  FileScan(Path root, long deadline) {
    this.root = root;
    this.deadline = deadline;
  }

  /** Reads all of it, as far as that can be done. */
  void run() {
    try {
      // A folder may be reached by a link; within it none is followed.
      Path real = root.toRealPath();
      if (NO_FILES.stream().anyMatch(real::startsWith)) {
        ended = Optional.of("what is there are no files");
        return;
      }
      Files.walkFileTree(real, new Visitor(real));
    } catch (NoSuchFileException _) {
      // What is said of it is all that there is to know, and the check fails.
      ended = Optional.of("there is no such file or folder");
    } catch (IOException e) {
      ended = Optional.of(words(e));
    }
  }

  /** Files of texts, with what was seen in them. */
  Map<Kept, Tally> tallies() {
    return tallies;
  }

  /** Files in which nothing can be seen, as they are no texts, with what their names tell. */
  Map<Kept, Tally> closed() {
    return closed;
  }

  /** Links and whatever else is no file. */
  List<Kept> besides() {
    return besides;
  }

  /** Why not all was looked at; empty when it was. */
  Optional<String> ended() {
    return ended;
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    private final Path real;

    Visitor(Path real) {
      this.real = real;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      if (NO_FILES.contains(folder)) {
        besides.add(place(folder));
        return FileVisitResult.SKIP_SUBTREE;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      Kept place = place(file);
      if (tallies.size() + closed.size() + besides.size() >= FILES_MAX) {
        return end("there are more than " + FILES_MAX + " files; name fewer");
      }
      if (!attributes.isRegularFile()) {
        besides.add(place);
        return FileVisitResult.CONTINUE;
      }
      var tally = new FileTally(deadline);
      try {
        names(file, tally);
        Optional<Sample> sample = sample(file);
        if (sample.isPresent()) {
          FileTexts.count(String.valueOf(file.getFileName()), sample.get(), tally);
          tallies.put(place, tally.sums());
        } else {
          closed.put(place, tally.sums());
        }
      } catch (NoSuchFileException _) {
        // It was there a moment ago, and is no more: there is nothing left to look into.
        return FileVisitResult.CONTINUE;
      } catch (TimeUpException _) {
        return end("its time was up; give it more with timeout, or name fewer files");
      } catch (IOException e) {
        return end(place + ": " + words(e));
      }
      return FileVisitResult.CONTINUE;
    }

    /** In what is packed and broken nothing can be seen. */
    private static Optional<Sample> sample(Path file) throws IOException {
      try {
        return Sample.of(file);
      } catch (ZipException | EOFException _) {
        return Optional.empty();
      }
    }

    /** A name counts when chance does not make it: many files are called by numbers. */
    private void names(Path file, FileTally tally) {
      tally.add("");
      for (Path name : real.relativize(file)) {
        spelled(name)
            .filter(text -> !ColumnTally.sure(text).isEmpty())
            .limit(1)
            .forEach(tally::add);
      }
    }

    /** What stands between words in names of files is a part of a word in texts. */
    private static Stream<String> spelled(Path name) {
      String text = name.toString();
      return Stream.of(text, OneLine.of(text), text.replace('_', ' ')).distinct();
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      // What was there a moment ago, and is no more, has nothing to look into.
      boolean gone = e instanceof NoSuchFileException && !file.equals(real);
      return gone ? FileVisitResult.CONTINUE : end(place(file) + ": " + words(e));
    }

    private FileVisitResult end(String why) {
      ended = Optional.of(why);
      return FileVisitResult.TERMINATE;
    }

    private Kept place(Path file) {
      Path below = real.relativize(file);
      if (below.toString().isEmpty()) {
        return new Kept(root, root.toString());
      }
      var shown = new StringBuilder(root.toString());
      for (Path name : below) {
        List<DataKind> kinds =
            spelled(name).flatMap(text -> FileTally.kinds(text).stream()).toList();
        shown.append(shown.toString().endsWith("/") ? "" : "/");
        shown.append(
            kinds.isEmpty() ? OneLine.of(name.toString()) : "(" + kinds.getFirst().words() + ")");
      }
      return new Kept(root.resolve(below), shown.toString());
    }
  }

  /** What a system says of an error repeats the name of the file. */
  private static String words(IOException e) {
    return e instanceof AccessDeniedException
        ? "it may not be read"
        : "it cannot be read (" + e.getClass().getSimpleName() + ")";
  }
}
