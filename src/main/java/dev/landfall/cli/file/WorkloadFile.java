package dev.landfall.cli.file;

import dev.landfall.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The workload file, in the YAML that {@code docs/reference/workload-file.md} describes.
 *
 * <p>Reading is strict: an unknown key is a mistake, because a misspelt limit that silently does
 * not hold would be found at the worst time. All mistakes of a file are told at once.
 */
public final class WorkloadFile {
  /** What reading ended in. */
  public sealed interface Read {}

  /** The file is right in itself; nothing outside has been asked. */
  public record Right(Workload workload) implements Read {}

  /**
   * The file is wrong.
   *
   * @param mistakes in the order of the file, at least one
   */
  public record Wrong(List<Mistake> mistakes) implements Read {
    public Wrong {
      mistakes = List.copyOf(mistakes);
    }
  }

  private WorkloadFile() {}

  /** Reads a file. One that is missing or cannot be opened is a mistake like any other. */
  public static Read read(Path path) {
    var mistakes = new Mistakes(path.toString());
    try (var in = Files.newInputStream(path)) {
      return parse(path.toString(), in.readNBytes(YamlTree.BYTES_MAX + 1));
    } catch (NoSuchFileException e) {
      mistakes.addWhole("there is no such file", "give the path of a workload file");
    } catch (IOException e) {
      String seen = Files.isDirectory(path) ? "it is a directory" : e.toString();
      mistakes.addWhole(seen, "give the path of a readable workload file");
    }
    return new Wrong(mistakes.inOrder());
  }

  /**
   * Reads the content of a file, and the lists of names that stand in files of their own.
   *
   * @param name the file's path, for messages, and for the paths in it that begin beside it
   */
  public static Read parse(String name, byte[] content) {
    var mistakes = new Mistakes(name);
    var lists = new ListFile(Path.of(name), mistakes);
    var workload =
        new YamlTree(mistakes)
            .read(content)
            .map(lists::inlined)
            .flatMap(new WorkloadReader(mistakes)::read);
    return workload.isPresent() ? new Right(workload.get()) : new Wrong(mistakes.inOrder());
  }
}
