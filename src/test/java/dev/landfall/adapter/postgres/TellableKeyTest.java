package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.postgres.KeyedTable.Column;
import dev.landfall.adapter.postgres.KeyedTable.Form;
import dev.landfall.engine.Pseudonyms;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TellableKeyTest {
  private static final Pseudonyms NAMES = Pseudonyms.keyed(() -> "a key");

  private static Column column(String type, Form form) {
    return new Column("c", type, form, true, false);
  }

  @ParameterizedTest
  @CsvSource({
    "smallint, -3",
    "integer, 2147483647",
    "bigint, 7234567890123456780",
    "uuid, 0191c6b2-1d2e-7c3a-9f00-0123456789ab",
    "boolean, t"
  })
  void whatAProgramNumbersIsToldAsItIs(String type, String value) {
    assertThat(TellableKey.of(column(type, Form.BINARY), value, NAMES)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text",
        "character varying",
        "character",
        "numeric",
        "date",
        "timestamp with time zone",
        "timestamp without time zone",
        "bytea",
        "jsonb",
        "inet",
        "public.citext",
        "public.integer",
        "shop.card_number"
      })
  void whatAnotherTypeHoldsIsToldByItsNameWhateverItLooksLike(String type) {
    for (String value :
        List.of("17", "Zweigstein", "2028-02-29", "jo.doe@mail.example", "ORD-17")) {
      for (Form form : Form.values()) {
        assertThat(TellableKey.of(column(type, form), value, NAMES))
            .matches("keyed:[0-9a-f]{16}")
            .isEqualTo(NAMES.of(value));
      }
    }
  }

  @Test
  void aNumberThatIsATextOnTheOtherSideIsNone() {
    assertThat(TellableKey.of(column("bigint", Form.TEXT), "4111111111111111", NAMES))
        .startsWith("keyed:");
  }

  @Test
  void aRowIsToldByTheNamesOfItsColumns() {
    var id = column("bigint", Form.BINARY);
    var word = new Column("word", "text", Form.STRING, true, false);
    var table =
        new KeyedTable(
            new TableName("public", "t"),
            List.of(id, word),
            List.of(id, word),
            KeyedTable.Watch.KEYS,
            0);
    var keyless =
        new KeyedTable(
            new TableName("public", "t"), List.of(word), List.of(), KeyedTable.Watch.NOTHING, 0);

    assertThat(table.describe(List.of("17", "four\nlines"), NAMES))
        .isEqualTo("c=17, word=" + NAMES.of("four\nlines"));
    assertThat(keyless.describe(List.of("4711"), NAMES)).isEqualTo("digest=" + NAMES.of("4711"));
  }
}
