package dev.landfall.gate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What is known of each gate. A change copies one part of many: a thousand gates have thousands of
 * events, and each of them makes a new book.
 *
 * @param parts each gate's dossier by its id, in the part that its id belongs to
 */
public record Dossiers(List<Map<String, Dossier>> parts) {
  private static final int PARTS = 64;

  /** Nothing is known. */
  public static final Dossiers EMPTY = new Dossiers(Collections.nCopies(PARTS, Map.of()));

  public Dossiers {
    parts = List.copyOf(parts);
  }

  /** What is known of a gate. */
  public Dossier of(String gate) {
    return parts.get(part(gate)).getOrDefault(gate, Dossier.EMPTY);
  }

  /** Of every gate of which something is known. */
  public Stream<Dossier> all() {
    return parts.stream().flatMap(part -> part.values().stream());
  }

  Dossiers with(String gate, UnaryOperator<Dossier> change) {
    var part = new HashMap<>(parts.get(part(gate)));
    part.put(gate, change.apply(of(gate)));
    var next = new ArrayList<>(parts);
    next.set(part(gate), Map.copyOf(part));
    return new Dossiers(next);
  }

  Dossiers each(UnaryOperator<Dossier> change) {
    return new Dossiers(
        parts.stream()
            .map(part -> {
              var next = new HashMap<>(part);
              next.replaceAll((_, dossier) -> change.apply(dossier));
              return Map.copyOf(next);
            })
            .toList());
  }

  private static int part(String gate) {
    return Math.floorMod(gate.hashCode(), PARTS);
  }
}
