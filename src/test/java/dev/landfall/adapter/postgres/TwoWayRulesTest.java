package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.postgres.TwoWayRules.Column;
import dev.landfall.adapter.postgres.TwoWayRules.Numbers;
import dev.landfall.adapter.postgres.TwoWayRules.Table;
import dev.landfall.adapter.postgres.TwoWayRules.Unique;
import dev.landfall.workload.CohortKey;
import dev.landfall.workload.Side;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a schema shows to be unsafe with two owners. */
class TwoWayRulesTest {
  private static final CohortKey KEY =
      new CohortKey(List.of("customer_id"), List.of("products"), List.of("visits"));

  private static Table table(String name, List<String> columns, Unique... uniques) {
    return new Table(
        new TableName("public", name),
        columns.stream()
            .map(each -> new Column(each, each.equals("id"), each.endsWith("_or_null")))
            .toList(),
        List.of(uniques));
  }

  private static Unique primary(String... columns) {
    return new Unique("pk", true, List.of(columns));
  }

  private static final List<Table> SAFE =
      List.of(
          table("orders", List.of("id", "customer_id"), primary("id")),
          table("lines", List.of("customer_id", "line"), primary("customer_id", "line")),
          table("products", List.of("sku"), primary("sku")),
          table("visits", List.of("id", "page"), primary("id")));

  private static List<String> found(Table more) {
    return TwoWayRules.findings(
            KEY, Side.SOURCE, Stream.concat(SAFE.stream(), Stream.of(more)).toList(), List.of())
        .stream()
        .map(each -> each.subject() + ": " + each.seen())
        .toList();
  }

  @Test
  void tablesOfUsersAndThoseThatNobodyWritesAreSafe() {
    assertThat(TwoWayRules.findings(KEY, Side.SOURCE, SAFE, List.of())).isEmpty();
  }

  @Test
  void aTableThatBothSidesMayWriteIsRefused() {
    assertThat(found(table("stock", List.of("id", "left"), primary("id"))))
        .singleElement()
        .asString()
        .startsWith("source: public.stock: no column of it says whose row a row is");
  }

  @Test
  void aKeyThatBothSidesCanMakeIsRefused() {
    assertThat(found(table("notes", List.of("day", "customer_id"), primary("day"))))
        .singleElement()
        .asString()
        .contains("public.notes: its primary key pk is neither a user's own nor from a sequence");
  }

  @Test
  void whatIsUniqueAcrossUsersIsRefusedAndWhatIsUniqueOfAUserIsNot() {
    var mail = new Unique("by_mail", false, List.of("mail"));
    var lower = new Unique("by_lower", false, List.of(""));
    var own = new Unique("own_mail", false, List.of("customer_id", "mail"));
    List<String> columns = List.of("id", "customer_id", "mail");
    assertThat(found(table("people", columns, primary("id"), own))).isEmpty();
    assertThat(found(table("people", columns, primary("id"), mail, lower)))
        .hasSize(2)
        .allMatch(each -> each.contains("what must be unique by by_"));
  }

  @Test
  void aRowThatMayBeNobodysIsRefused() {
    var key = CohortKey.of("user_or_null");
    var guests = table("guests", List.of("id", "user_or_null"), primary("id"));
    assertThat(TwoWayRules.findings(key, Side.SOURCE, List.of(guests), List.of()))
        .singleElement()
        .satisfies(found ->
            assertThat(found.seen()).contains("may be nobody's, because user_or_null may be NULL"));
  }

  @Test
  void theTargetsOwnSchemaIsHeldToTheSameAndNeedNotBeThere() {
    assertThat(TwoWayRules.findings(KEY, Side.TARGET, List.of(), List.of())).isEmpty();
    var mail = new Unique("by_mail", false, List.of("mail"));
    var people = table("people", List.of("id", "customer_id", "mail"), primary("id"), mail);
    assertThat(TwoWayRules.findings(KEY, Side.TARGET, List.of(people), List.of()))
        .singleElement()
        .satisfies(found -> assertThat(found.subject()).isEqualTo("target: public.people"));
  }

  @Test
  void aTableWithoutAKeyIsRefused() {
    assertThat(found(table("log", List.of("customer_id"))))
        .singleElement()
        .asString()
        .contains("it has no primary key");
  }

  @Test
  void aNameThatStandsForNothingIsRefused() {
    var wrong =
        new CohortKey(List.of("customer_id", "orders.owner"), List.of("product"), List.of());
    var all = SAFE.subList(0, 2);
    assertThat(TwoWayRules.findings(wrong, Side.SOURCE, all, List.of()))
        .extracting(each -> each.subject())
        .containsExactly("source: orders.owner", "source: product");
  }

  @Test
  void sequencesThatComeRoundAreCachedOrNearTheirEndAreRefused() {
    var few = BigInteger.valueOf(1_999_999);
    var many = BigInteger.valueOf(Long.MAX_VALUE);
    var owner = Optional.of(new TableName("public", "orders"));
    assertThat(
            TwoWayRules.findings(
                KEY,
                Side.SOURCE,
                SAFE,
                List.of(
                    new Numbers("public.fine", owner, false, 1, many, Long.MAX_VALUE),
                    new Numbers("public.round", owner, true, 1, many, Long.MAX_VALUE),
                    new Numbers("public.ahead", Optional.empty(), false, 50, many, Long.MAX_VALUE),
                    new Numbers("public.small", owner, false, 1, few, Long.MAX_VALUE),
                    new Numbers(
                        "public.unused",
                        Optional.of(new TableName("public", "products")),
                        true,
                        50,
                        few,
                        Long.MAX_VALUE))))
        .allMatch(each -> each.code().equals("postgres-two-way-sequence") && each.blocks())
        .extracting(each -> each.subject())
        .containsExactly("source: public.round", "source: public.ahead", "source: public.small");
  }
}
