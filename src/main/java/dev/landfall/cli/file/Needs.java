package dev.landfall.cli.file;

import dev.landfall.workload.Asset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What needs what among the assets of a file. */
final class Needs {
  private Needs() {}

  /** A circle of names, the first of them again at the end; empty when there is none. */
  static Optional<List<String>> cycle(List<Asset> assets) {
    Map<String, List<String>> left = new LinkedHashMap<>();
    assets.forEach(asset -> left.put(asset.name(), asset.needs()));
    while (left.values().removeIf(needs -> needs.stream().noneMatch(left::containsKey))) {
      // What needs nothing that is left cannot be in a circle.
    }
    if (left.isEmpty()) {
      return Optional.empty();
    }
    // Everything left needs something left, so following the needs must come around.
    var path = new ArrayList<String>();
    String name = left.keySet().iterator().next();
    while (!path.contains(name)) {
      path.add(name);
      name =
          left.getOrDefault(name, List.of()).stream()
              .filter(left::containsKey)
              .findFirst()
              .orElseThrow();
    }
    var circle = new ArrayList<>(path.subList(path.indexOf(name), path.size()));
    circle.add(name);
    return Optional.of(circle);
  }
}
