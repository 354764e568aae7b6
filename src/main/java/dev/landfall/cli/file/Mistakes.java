package dev.landfall.cli.file;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** Gathers what is wrong with one file, so that all of it can be told at once. */
final class Mistakes {
  /** More than this nobody reads, and a hostile file could make millions. */
  private static final int MAX = 100;

  /** What the parser calls the file; the nodes of any other one have its path. */
  static final String WORKLOAD = "";

  private final String file;
  private final List<Mistake> list = new ArrayList<>();

  Mistakes(String file) {
    this.file = file;
  }

  void add(int line, int column, String where, String found, String allowed) {
    add(file, line, column, where, found, allowed);
  }

  private void add(String file, int line, int column, String where, String found, String allowed) {
    var mistake = new Mistake(file, line, column, where, found, allowed);
    // An anchor's content is read once for each alias, and its mistake is still one mistake.
    if (list.size() < MAX && !list.contains(mistake)) {
      list.add(mistake);
    }
  }

  void add(Node node, String where, String found, String allowed) {
    int line = node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    int column = node.getStartMark().map(mark -> mark.getColumn() + 1).orElse(0);
    String from = node.getStartMark().map(Mark::getName).orElse(WORKLOAD);
    add(from.equals(WORKLOAD) ? file : from, line, column, where, found, allowed);
  }

  void addWhole(String found, String allowed) {
    add(0, 0, "the file", found, allowed);
  }

  /** Another file beside this one. */
  Path beside(String name) {
    return Path.of(file).resolveSibling(name);
  }

  boolean isEmpty() {
    return list.isEmpty();
  }

  /** In the order of the file, and behind them those of other files that it names. */
  List<Mistake> inOrder() {
    return list.stream()
        .sorted(
            Comparator.comparing((Mistake mistake) -> !mistake.file().equals(file))
                .thenComparing(Mistake::file)
                .thenComparingInt(Mistake::line)
                .thenComparingInt(Mistake::column))
        .toList();
  }
}
