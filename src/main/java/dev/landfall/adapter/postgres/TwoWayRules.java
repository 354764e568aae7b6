package dev.landfall.adapter.postgres;

import dev.landfall.problem.Finding;
import dev.landfall.workload.CohortKey;
import dev.landfall.workload.Side;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Says why both sides cannot accept writes at once, as far as a schema shows it: wherever two users
 * could write one row, or make two rows that must not be there together.
 */
final class TwoWayRules {
  /** As many numbers must be left to each side. */
  static final long NUMBERS_MIN = 1_000_000;

  /**
   * A table as it matters here.
   *
   * @param columns all of it
   * @param uniques what must not be there twice
   */
  record Table(TableName name, List<Column> columns, List<Unique> uniques) {
    Table {
      columns = List.copyOf(columns);
      uniques = List.copyOf(uniques);
    }
  }

  /**
   * A column.
   *
   * @param apart whether two sides never give it the same value by themselves: from a sequence, or
   *     random
   * @param nullable whether it may hold nothing
   */
  record Column(String name, boolean apart, boolean nullable) {}

  /**
   * A primary key, or something else that must be unique.
   *
   * @param columns those that count; empty names stand for expressions
   */
  record Unique(String name, boolean primary, List<String> columns) {
    Unique {
      columns = List.copyOf(columns);
    }
  }

  /**
   * A sequence.
   *
   * @param owner the table whose column it belongs to; absent when it belongs to none
   * @param left how many numbers it can still give that its columns can hold
   * @param most the greatest number that the columns filled from it can hold, and those that refer
   *     to them
   */
  record Numbers(
      String name,
      Optional<TableName> owner,
      boolean cycles,
      long cached,
      BigInteger left,
      long most) {}

  private final CohortKey key;
  private final List<Finding> findings = new ArrayList<>();

  private final Side side;

  private TwoWayRules(CohortKey key, Side side) {
    this.key = key;
    this.side = side;
  }

  /** What stands against it; empty when nothing does. */
  static List<Finding> findings(
      CohortKey key, Side side, List<Table> tables, List<Numbers> sequences) {
    var rules = new TwoWayRules(key, side);
    if (side == Side.SOURCE) {
      // The target may have nothing yet.
      rules.named(tables);
    }
    for (Table table : tables) {
      if (!isNamed(key.readOnly(), table.name())) {
        rules.table(table);
      }
    }
    for (Numbers each : sequences) {
      if (each.owner().filter(table -> isNamed(key.readOnly(), table)).isEmpty()) {
        rules.sequence(each);
      }
    }
    return List.copyOf(rules.findings);
  }

  /** Whether a list of a workload file names a table: with its schema, or in {@code public}. */
  static boolean isNamed(List<String> names, TableName table) {
    return names.contains(table.toString())
        || (table.schema().equals("public") && names.contains(table.name()));
  }

  /** A name that stands for nothing protects nothing, and somebody believes that it does. */
  private void named(List<Table> tables) {
    Set<String> known = new HashSet<>();
    for (Table table : tables) {
      for (String form : forms(table.name())) {
        known.add(form);
        table.columns().forEach(column -> known.add(form + "." + column.name()));
      }
      table.columns().forEach(column -> known.add(column.name()));
    }
    var all = new ArrayList<>(key.columns());
    all.addAll(key.readOnly());
    all.addAll(key.appendOnly());
    all.stream()
        .filter(name -> !known.contains(name))
        .forEach(name ->
            blocks(
                name,
                "the workload file names it, and the source has no such table or column",
                "correct cohort-key in the workload file"));
  }

  private static List<String> forms(TableName table) {
    return table.schema().equals("public")
        ? List.of(table.toString(), table.name())
        : List.of(table.toString());
  }

  private void table(Table table) {
    List<String> owners =
        table.columns().stream()
            .map(Column::name)
            .filter(column -> saysWhose(table.name(), column))
            .toList();
    boolean appendOnly = isNamed(key.appendOnly(), table.name());
    String name = table.name().toString();
    if (owners.isEmpty() && !appendOnly) {
      blocks(
          name,
          "no column of it says whose row a row is, so users of both sides may write the same row",
          "name its column in cohort-key, or the table under read-only or append-only");
      return;
    }
    boolean nobodys =
        !owners.isEmpty()
            && table.columns().stream()
                .filter(column -> owners.contains(column.name()))
                .allMatch(Column::nullable);
    if (nobodys && !appendOnly) {
      blocks(
          name,
          "a row of it may be nobody's, because "
              + String.join(", ", owners)
              + " may be NULL, and users of both sides may write it",
          "SET NOT NULL, or name the table under read-only or append-only");
    }
    if (table.uniques().stream().noneMatch(Unique::primary)) {
      blocks(
          name,
          "it has no primary key, so a row that both sides write could not be told",
          "give it one, or name the table under read-only");
    }
    for (Unique unique : table.uniques()) {
      if (unique.columns().stream().noneMatch(each -> keepsApart(table, owners, each))) {
        blocks(
            name,
            (unique.primary() ? "its primary key " : "what must be unique by ")
                + unique.name()
                + " is neither a user's own nor from a sequence: both sides can make the same",
            "add the column of the cohort key to it, let its DEFAULT be a sequence or"
                + " gen_random_uuid(), or name the table under read-only");
      }
    }
  }

  private boolean saysWhose(TableName table, String column) {
    return key.columns().contains(column)
        || forms(table).stream().anyMatch(form -> key.columns().contains(form + "." + column));
  }

  private static boolean keepsApart(Table table, List<String> owners, String column) {
    return owners.contains(column)
        || table.columns().stream().anyMatch(each -> each.apart() && each.name().equals(column));
  }

  private void sequence(Numbers sequence) {
    if (sequence.cycles()) {
      sequenceBlocks(
          sequence.name(),
          "it begins anew at its end, so numbers of one side come back on the other",
          "ALTER SEQUENCE " + sequence.name() + " NO CYCLE");
    }
    if (sequence.cached() > 1) {
      sequenceBlocks(
          sequence.name(),
          "sessions fetch "
              + sequence.cached()
              + " numbers ahead, and would give old ones on the target",
          "ALTER SEQUENCE " + sequence.name() + " CACHE 1, on both sides");
    }
    if (sequence.left().compareTo(BigInteger.valueOf(2 * NUMBERS_MIN)) < 0) {
      sequenceBlocks(
          sequence.name(),
          "it has "
              + sequence.left()
              + " numbers left that its columns can hold, and each side needs "
              + NUMBERS_MIN
              + " of its own",
          "make it, its column and those that refer to it bigint, say OWNED BY if no column is"
              + " known, or name its table under read-only");
    }
  }

  private void blocks(String subject, String seen, String remedy) {
    add(PreflightCode.TWO_WAY_TABLE, subject, seen, remedy);
  }

  private void sequenceBlocks(String subject, String seen, String remedy) {
    add(PreflightCode.TWO_WAY_SEQUENCE, subject, seen, remedy);
  }

  private void add(PreflightCode code, String subject, String seen, String remedy) {
    findings.add(
        new Finding(
            Finding.Severity.BLOCKS, code.id(), side.word() + ": " + subject, seen, remedy));
  }
}
