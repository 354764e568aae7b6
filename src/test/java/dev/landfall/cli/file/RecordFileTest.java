package dev.landfall.cli.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Records of business are read strictly, counted, and say what they lack. */
class RecordFileTest {
  private static final Path EXAMPLES = Path.of("examples/records");
  private static final LocalDate TODAY = LocalDate.of(2026, 3, 3);
  private static final Pattern ROW = Pattern.compile("^\\| `([a-z-]+)` \\| (yes|no) \\|");

  private static RecordFile.Right right(String text) {
    return switch (RecordFile.parse("r.yaml", text.getBytes(StandardCharsets.UTF_8), TODAY)) {
      case RecordFile.Right right -> right;
      case RecordFile.Wrong wrong -> throw new AssertionError(wrong.mistakes().toString());
    };
  }

  private static String wrong(String text) {
    return switch (RecordFile.parse("r.yaml", text.getBytes(StandardCharsets.UTF_8), TODAY)) {
      case RecordFile.Right right -> throw new AssertionError(right.toString());
      case RecordFile.Wrong wrong -> wrong.mistakes().toString();
    };
  }

  @Test
  void theExamplesAreFulfilledAndSayWhatIsInThem() throws Exception {
    assertThat(right(Files.readString(EXAMPLES.resolve("business-testing.yaml"))))
        .isEqualTo(
            new RecordFile.Right(
                "tests",
                "3 cases: 1 failed, 2 passed; 3 of feedback; certified by pia",
                List.of()));
    assertThat(right(Files.readString(EXAMPLES.resolve("change-plan.yaml"))))
        .isEqualTo(
            new RecordFile.Right(
                "change-plan",
                "training for 2: 1 done, 1 planned (Stores); 2 of 3 told (to tell: owners and"
                    + " operators); 1 outages",
                List.of()));
    assertThat(right(Files.readString(EXAMPLES.resolve("adoption-review.yaml"))))
        .isEqualTo(
            new RecordFile.Right(
                "adoption-review", "7 of 7 questions answered; 1 not as expected", List.of()));
  }

  /** Each thing that makes a record fulfilled, taken away. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "business-testing|outcome: passed, by: pia }|outcome: open }|1 not tried yet: Place an"
            + " order",
        "business-testing|workaround: choose the printer by hand|note: pity"
            + "|1 failed without a workaround: Print an invoice (low)",
        "business-testing|severity: low|note: pity|1 failed without a severity: Print an invoice",
        "business-testing|', item: SHOP-812'|''"
            + "|1 feedback that became no work item: The printer is not chosen any more",
        "business-testing|'  - { by: pia, on: 2026-03-01 }'|'  []'|no power user has certified it",
        "business-testing|on: 2026-03-01|on: 2026-03-04|1 certified on a day that has not come:"
            + " pia",
        "change-plan|on: 2026-03-05|on: 2026-03-02|1 untrained, and the day is over: Stores",
        "change-plan|state: done, on: 2026-02-20|state: done, on: 2026-04-20"
            + "|1 trained on a day that has not come: Sales",
        "change-plan|' told: 2026-03-02'|' # not yet'"
            + "|1 not told, and the day is over: business users",
        "change-plan|audience: service desk|audience: desk"
            + "|1 audience that no communication is for: service desk",
        "change-plan|outcome: refunds|# outcome: refunds|1 unanswered: outcome",
        "change-plan|communicated: 2026-03-02|communicated: 2026-03-04"
            + "|1 outage that users were not told: 2026-03-07T22:00+01:00",
        "adoption-review|', item: SHOP-840'|''"
            + "|1 not as expected that became no work item: performance",
        "adoption-review|'  harm: {'|'  # harm: {'|1 unanswered: harm",
        "change-plan|communicated: 2026-03-02|# not yet"
            + "|1 outage that users were not told: 2026-03-07T22:00+01:00",
        "change-plan|approved-by: ann|# not yet"
            + "|1 outage that nobody approved: 2026-03-07T22:00+01:00",
      })
  void whatIsMissingIsTold(String file, String from, String to, String lack) throws Exception {
    String text = Files.readString(EXAMPLES.resolve(file + ".yaml"));
    assertThat(text).contains(from);
    String edited = text.replaceFirst(Pattern.quote(from), to);
    assertThat(right(edited).lacks()).containsExactly(lack);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "business-testing|outcome: failed|outcome: faild|did you mean \"failed\"",
        "business-testing|severity: low|severity: bad|is not known",
        "business-testing|by: pia, on: 2026-03-01|by: pia, on: 2026-02-30|is no day",
        "business-testing|record: tests|record: test|it does not say what record it is",
        "business-testing|workaround|work-around|work-around",
        "business-testing|'certified:'|'certifed:'|certified",
        "change-plan|2026-03-07T22:10+01:00|2026-03-07T21:10+01:00|it ends before it begins",
        "change-plan|2026-03-07T22:10+01:00|2026-03-07T22:10|is no time with its offset",
        "change-plan|state: done|state: almost|is not known",
        "change-plan|told: 2026-03-02|told: yes|is no day",
        "change-plan|outcome: refunds|outcomes: refunds|outcome",
        "adoption-review|as: otherwise|as: otherwhys|is not known",
        "adoption-review|on: 2026-03-12|on: then|is no day",
        "change-plan|adoption: Sales begins|adoptions: Sales begins|adoption",
      })
  void whatIsWrongIsToldWithItsPlace(String file, String from, String to, String words)
      throws Exception {
    String text = Files.readString(EXAMPLES.resolve(file + ".yaml"));
    assertThat(text).contains(from);
    assertThat(wrong(text.replaceFirst(Pattern.quote(from), to))).contains(words);
  }

  @Test
  void whatHasNoWayRoundIsToldTheWorstFirst() {
    String cases =
        """
        record: tests
        cases:
          - { test: A, outcome: failed, severity: low }
          - { test: B, outcome: failed, severity: critical }
          - { test: C, outcome: failed, severity: high, workaround: call }
          - { test: D, outcome: failed, severity: medium }
        feedback: []
        certified: [{ by: pia, on: 2026-03-01 }]
        """;
    assertThat(right(cases).lacks())
        .containsExactly("3 failed without a workaround: B (critical), D (medium), A (low)");
  }

  @Test
  void whatIsNoRecordIsRefused() {
    for (String text : List.of("", "hello", "[]", "record: [tests]", "a: {b: [", "record: tests")) {
      assertThat(wrong(text)).as(text).isNotBlank();
    }
  }

  static List<Vocabulary.Shape> shapes() {
    return RecordVocabulary.ALL;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void theReferenceHasTheKeysOfTheReader(Vocabulary.Shape shape) throws Exception {
    String text = Files.readString(Path.of("docs/reference/records.md"));
    int begin = text.indexOf("<!-- keys: " + shape.name() + " -->");
    assertThat(begin).isNotNegative();
    int end = text.indexOf("\n## ", begin);
    var keys = new ArrayList<String>();
    for (String line : text.substring(begin, end < 0 ? text.length() : end).split("\n")) {
      var row = ROW.matcher(line);
      if (row.find()) {
        keys.add(row.group(1) + " " + row.group(2));
      }
    }
    assertThat(keys)
        .containsExactlyElementsOf(
            shape.keys().stream()
                .map(key -> key.name() + (key.required() ? " yes" : " no"))
                .toList());
  }
}
