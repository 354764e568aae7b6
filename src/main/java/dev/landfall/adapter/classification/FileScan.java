package dev.landfall.adapter.classification;

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
import java.util.zip.ZipException;

/**
 * Reads samples of the files of one folder and of those in it, or of one file. Links are not
 * followed, and nothing but files is opened: a pipe would wait for somebody who writes into it.
 */
final class FileScan {
  /** More than this many are no sample that anybody looks through. */
  static final int FILES_MAX = 100_000;

  private final Path root;
  private final long deadline;
  private final Map<Kept, FileTally> tallies = new LinkedHashMap<>();
  private final List<Kept> closed = new ArrayList<>();
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
      Files.walkFileTree(real, new Visitor(real));
    } catch (NoSuchFileException _) {
      // What is said of it is all that there is to know, and the check fails.
      ended = Optional.of("there is no such file or folder");
    } catch (IOException e) {
      ended = Optional.of(words(e));
    }
  }

  /** Files of texts, with what was seen in them. */
  Map<Kept, FileTally> tallies() {
    return tallies;
  }

  /** Files in which nothing can be seen: they are no texts. */
  List<Kept> closed() {
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
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      Kept place = place(file);
      if (System.nanoTime() > deadline) {
        return end("its time was up; give it more with timeout, or name fewer files");
      }
      if (tallies.size() + closed.size() + besides.size() >= FILES_MAX) {
        return end("there are more than " + FILES_MAX + " files; name fewer");
      }
      if (!attributes.isRegularFile()) {
        besides.add(place);
        return FileVisitResult.CONTINUE;
      }
      try {
        Optional<Sample> sample = Sample.of(file);
        if (sample.isPresent()) {
          tallies.put(place, tally(file, sample.get()));
        } else {
          closed.add(place);
        }
      } catch (NoSuchFileException _) {
        // It was there a moment ago, and is no more: there is nothing left to look into.
        return FileVisitResult.CONTINUE;
      } catch (ZipException | EOFException _) {
        // It is packed and broken, so that nothing can be seen in it.
        closed.add(place);
      } catch (IOException e) {
        return end(place + ": " + words(e));
      }
      return FileVisitResult.CONTINUE;
    }

    private FileTally tally(Path file, Sample sample) {
      var tally = new FileTally();
      FileTexts.count(String.valueOf(file.getFileName()), sample, tally);
      for (Path name : real.relativize(file)) {
        if (!ColumnTally.sure(name.toString()).isEmpty()) {
          tally.add(name.toString());
        }
      }
      return tally;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return end(place(file) + ": " + words(e));
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
        List<DataKind> kinds = FileTally.kinds(name.toString());
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
