package dev.landfall.workload;

import java.util.List;

/**
 * Says whose row a row is, for data that both sides own at once: the writes of one user are made on
 * one side at any time, wherever these rows are.
 *
 * @param columns the columns that name a user: {@code customer_id} in every table that has it, or
 *     {@code public.customers.id} in one table
 * @param readOnly tables that nobody writes while users fly: {@code public.products}
 * @param appendOnly tables whose rows are added and never changed: {@code public.visits}
 */
public record CohortKey(List<String> columns, List<String> readOnly, List<String> appendOnly) {
  public CohortKey {
    columns = List.copyOf(columns);
    readOnly = List.copyOf(readOnly);
    appendOnly = List.copyOf(appendOnly);
  }

  /** A key without exceptions. */
  public static CohortKey of(String... columns) {
    return new CohortKey(List.of(columns), List.of(), List.of());
  }
}
