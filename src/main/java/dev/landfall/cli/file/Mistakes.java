package dev.landfall.cli.file;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.snakeyaml.engine.v2.nodes.Node;

/** Gathers what is wrong with one file, so that all of it can be told at once. */
final class Mistakes {
  /** More than this nobody reads, and a hostile file could make millions. */
  private static final int MAX = 100;

  private final String file;
  private final List<Mistake> list = new ArrayList<>();

  Mistakes(String file) {
    this.file = file;
  }

  void add(int line, int column, String where, String found, String allowed) {
    var mistake = new Mistake(file, line, column, where, found, allowed);
    // An anchor's content is read once for each alias, and its mistake is still one mistake.
    if (list.size() < MAX && !list.contains(mistake)) {
      list.add(mistake);
    }
  }

  void add(Node node, String where, String found, String allowed) {
    int line = node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    int column = node.getStartMark().map(mark -> mark.getColumn() + 1).orElse(0);
    add(line, column, where, found, allowed);
  }

  void addWhole(String found, String allowed) {
    add(0, 0, "the file", found, allowed);
  }

  boolean isEmpty() {
    return list.isEmpty();
  }

  /** In the order of the file. */
  List<Mistake> inOrder() {
    return list.stream()
        .sorted(Comparator.comparingInt(Mistake::line).thenComparingInt(Mistake::column))
        .toList();
  }
}
