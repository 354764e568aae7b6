package dev.landfall.adapter.classification;

import dev.landfall.adapter.classification.Form.Proof;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts what the values of one column look like, and keeps none of them. */
final class ColumnTally implements Tally {
  /** What a value may have at most; longer ones are added in part, or in pieces. */
  static final int CHARACTERS_MAX = 2_000;

  /**
   * Of plain digits with a right check digit this share is needed: of random ones that have the
   * length and range of a card number one in ten has it.
   */
  private static final double SHARE_NEEDED = 0.2;

  private final String column;
  private final Map<DataKind, int[]> counts = new EnumMap<>(DataKind.class);
  private int values;

  private static final int SURE = 0;
  private static final int PLAIN = 1;
  private static final int PLAIN_SHAPED = 2;
  private static final int NAMED = 3;

  ColumnTally(String column) {
    this.column = column;
  }

  /** What a text has in it that chance does not make. */
  static List<DataKind> sure(String text) {
    return Arrays.stream(DataKind.values())
        .filter(kind -> {
          int[] counts = new int[4];
          count(kind, text, counts);
          return counts[SURE] > 0;
        })
        .toList();
  }

  void add(String value) {
    values++;
    for (DataKind kind : DataKind.values()) {
      if (!Form.of(kind).isEmpty()) {
        count(kind, value, counts.computeIfAbsent(kind, _ -> new int[4]));
      }
    }
  }

  /** A value counts once for each kind, by the most that it proves. */
  private static void count(DataKind kind, String value, int[] counts) {
    boolean[] met = new boolean[4];
    for (Form form : Form.of(kind)) {
      var matcher = form.pattern().matcher(value);
      while (matcher.find()) {
        boolean right = form.check().test(Form.bare(matcher.group()));
        met[SURE] |= right && form.proof() == Proof.SURE;
        met[PLAIN] |= right && form.proof() == Proof.PLAIN;
        met[PLAIN_SHAPED] |= form.proof() == Proof.PLAIN;
        met[NAMED] |= right && form.proof() == Proof.NAMED;
      }
    }
    for (int i = 0; i < met.length; i++) {
      counts[i] += met[i] ? 1 : 0;
    }
  }

  @Override
  public int values() {
    return values;
  }

  @Override
  public List<Finding> findings() {
    var found = new ArrayList<Finding>();
    for (DataKind kind : DataKind.values()) {
      int[] seen = counts.getOrDefault(kind, new int[4]);
      boolean named = kind.named(column);
      boolean plain =
          seen[PLAIN] > 0 && (named || seen[PLAIN] >= SHARE_NEEDED * seen[PLAIN_SHAPED]);
      int matching = seen[SURE] + (plain ? seen[PLAIN] : 0) + (named ? seen[NAMED] : 0);
      if (named || matching > 0) {
        found.add(new Finding(kind, Math.min(matching, values)));
      }
    }
    return found;
  }

  @Override
  public int byChance() {
    var found = findings().stream().map(Finding::kind).collect(Collectors.toSet());
    return counts.entrySet().stream()
        .filter(each -> !found.contains(each.getKey()))
        .mapToInt(each -> each.getValue()[PLAIN])
        .sum();
  }
}
