package dev.landfall.cli.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Records of business are read strictly, counted, and say what they lack. */
class RecordFileTest {
  private static final Path EXAMPLES = Path.of("examples/records");
  private static final RecordFile.Days TODAY =
      new RecordFile.Days(LocalDate.of(2026, 3, 3), LocalDate.of(2026, 1, 1));
  private static final RecordFile.Days AFTERWARDS =
      new RecordFile.Days(LocalDate.of(2026, 3, 13), LocalDate.of(2026, 1, 1));
  private static final Pattern ROW = Pattern.compile("^\\| `([a-z-]+)` \\| (yes|no) \\|");

  private static RecordFile.Right right(String text) {
    return right(text, text.contains("adoption-review") ? AFTERWARDS : TODAY);
  }

  private static RecordFile.Right right(String text, RecordFile.Days days) {
    return switch (RecordFile.parse("r.yaml", text.getBytes(StandardCharsets.UTF_8), days)) {
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
                "3 cases: 1 failed, 2 passed; 3 of feedback; certified by 1",
                List.of(),
                Optional.of("pia"),
                List.of("pia", "pia", "paul", "pia")));
    assertThat(right(Files.readString(EXAMPLES.resolve("change-plan.yaml"))))
        .isEqualTo(
            new RecordFile.Right(
                "change-plan",
                "training for 2: 1 done, 1 planned; 2 of 3 told; 1 outages",
                List.of(),
                Optional.of("pia"),
                List.of()));
    assertThat(right(Files.readString(EXAMPLES.resolve("adoption-review.yaml"))))
        .isEqualTo(
            new RecordFile.Right(
                "adoption-review",
                "7 of 7 questions answered; 1 not as expected",
                List.of(),
                Optional.of("pia"),
                List.of()));
  }

  /** Each thing that makes a record fulfilled, taken away. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "business-testing|outcome: passed, by: pia }|outcome: open }|1 not tried yet: cases[1]",
        "business-testing|workaround: choose the printer by hand|note: pity"
            + "|1 failed without a workaround: cases[3] (low)",
        "business-testing|severity: low|note: pity|1 failed without a severity: cases[3]",
        "business-testing|', item: SHOP-812'|''"
            + "|1 feedback that became no work item: feedback[1]",
        "business-testing|'  - { by: pia, on: 2026-03-01 }'|'  []'|no power user has certified it",
        "business-testing|on: 2026-03-01|on: 2026-03-04|1 certified on a day that has not come:"
            + " certified[1]",
        "business-testing|on: 2026-03-01|on: 2025-12-31|1 certified so long ago that it counts no"
            + " more (before 2026-01-01): certified[1]",
        "change-plan|on: 2026-03-05|on: 2026-03-02|1 untrained, and the day is over: training[2]",
        "change-plan|state: done, on: 2026-02-20|state: done, on: 2026-04-20"
            + "|1 trained on a day that has not come: training[1]",
        "change-plan|' told: 2026-03-02'|' # not yet'"
            + "|1 not told, and the day is over: communications[1]",
        "change-plan|told: 2026-03-03|told: 2026-03-04"
            + "|1 told on a day that has not come: communications[2]",
        "change-plan|audience: service desk|audience: desk"
            + "|1 audience that no communication is for: audiences[2]",
        "change-plan|outcome: refunds|# outcome: refunds|1 unanswered: outcome",
        "change-plan|communicated: 2026-03-02|communicated: 2026-03-04"
            + "|1 outage that users were not told: outages[1]",
        "adoption-review|', item: SHOP-840'|''"
            + "|1 not as expected that became no work item: performance",
        "adoption-review|'  harm: {'|'  # harm: {'|1 unanswered: harm",
        "adoption-review|on: 2026-03-12|on: 2026-03-14|it was held on a day that has not come",
        "adoption-review|on: 2026-03-12|on: 2025-12-31|it was held so long ago that it counts no"
            + " more (before 2026-01-01)",
        "change-plan|communicated: 2026-03-02|# not yet"
            + "|1 outage that users were not told: outages[1]",
        "change-plan|approved-by: ann|# not yet" + "|1 outage that nobody approved: outages[1]",
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
        "adoption-review|on: 2026-03-12|on: 0206-03-12|is more than 10 years from today",
        "change-plan|on: 2026-03-14|on: 2062-03-14|is more than 10 years from today",
        "change-plan|2026-03-07T22:10+01:00|9999-03-07T22:10+01:00|is more than 10 years from"
            + " today",
        "change-plan|on: 2026-03-06|on: 2026-03-06T10:00|is no day",
        "business-testing|Place an order|\"\"|an empty text stands here",
        "business-testing|workaround: choose the printer by hand|workaround:|nothing stands here",
        "business-testing|item: SHOP-812|item: \"  \"|an empty text stands here",
        "change-plan|measures: [refunds per hour]|measures: [\"\"]|an empty text stands here",
        "change-plan|contact: desk@shop.example|contact: null|nothing stands here",
        "business-testing|choose the printer|see https://pia:hunter2@shop.example or choose"
            + "|an address has a name or a password in it (not shown)",
        "business-testing|# What power|# https://shop.example/x?token=hunter2 What power"
            + "|an address has a secret in it (not shown)",
        "business-testing|SHOP-812|file:///home/pia/note.txt"
            + "|an address leads to a file that nobody else has",
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
        by: pia
        cases:
          - { test: A, outcome: failed, severity: low }
          - { test: B, outcome: failed, severity: critical }
          - { test: C, outcome: failed, severity: high, workaround: call }
          - { test: D, outcome: failed, severity: medium }
        feedback: []
        certified: [{ by: pia, on: 2026-03-01 }]
        """;
    assertThat(right(cases).lacks())
        .containsExactly(
            "3 failed without a workaround: cases[2] (critical), cases[4] (medium), cases[1]"
                + " (low)");
  }

  /** What is there and says nothing is missing. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "business-testing|by: pia|by: TBD|1 left blank: by",
        "business-testing|test: Place an order|test: \"-\"|1 left blank: cases[1].test",
        "business-testing|what: It looks the same|what: \"[todo]\"|1 left blank: feedback[3].what",
        "business-testing|{ by: pia, on: 2026-03-01 }|{ by: nobody, on: 2026-03-01 }"
            + "|1 left blank: certified[1].by",
        "business-testing|choose the printer by hand|n/a"
            + "|1 failed without a workaround: cases[3] (low)",
        "business-testing|choose the printer by hand|none"
            + "|1 failed without a workaround: cases[3] (low)",
        "business-testing|SHOP-815|\"Todo: ask the desk\""
            + "|1 feedback that became no work item: feedback[2]",
        "change-plan|approved-by: ann|approved-by: \"?\"|1 outage that nobody approved: outages[1]",
        "change-plan|contact: desk@shop.example|contact: t.b.d."
            + "|1 left blank: communications[1].contact",
        "change-plan|timing: two weeks|'timing: tbd #'|1 unanswered: timing",
        "change-plan|service desk, owners|tbd, owners"
            + "|1 audience that no communication is for: audiences[2]",
        "adoption-review|item: SHOP-840|item: n/a"
            + "|1 not as expected that became no work item: performance",
      })
  void whatSaysNothingIsMissing(String file, String from, String to, String lack) throws Exception {
    String text = Files.readString(EXAMPLES.resolve(file + ".yaml"));
    assertThat(text).contains(from);
    assertThat(right(text.replaceFirst(Pattern.quote(from), to)).lacks()).containsExactly(lack);
  }

  @Test
  void whatSaysThatThereIsNothingIsAnAnswer() throws Exception {
    String plan = Files.readString(EXAMPLES.resolve("change-plan.yaml"));
    assertThat(
            right(
                    plan.replace("asks: nothing", "asks: none")
                        .replaceFirst("downtime: .*", "downtime: none"))
                .lacks())
        .isEmpty();
  }

  /** What is told goes into the journal; people wrote what stands in the file. */
  @Test
  void noWordOfTheFileIsInWhatIsTold() {
    String text =
        """
        record: tests
        by: Jo Doe
        cases:
          - { test: Jo Doe fell ill, outcome: open, by: Jo Doe, note: Jo Doe }
          - { test: Jo Doe, outcome: failed, severity: high }
        feedback: [{ what: Jo Doe, as: technical-change }]
        certified: [{ by: Jo Doe, on: 2026-03-09 }]
        """;
    RecordFile.Right right = right(text);
    assertThat(right.words() + right.lacks()).doesNotContain("Jo", "fell");
    assertThat(right.lacks()).hasSize(4);
    for (String wrong :
        List.of(
            text.replace("outcome: open", "outcome: Jo Doe"),
            text.replace("note: Jo Doe", "Jo Doe: note"),
            text.replace("2026-03-09", "Jo Doe"),
            text.replace("record: tests", "record: Jo Doe"),
            text.replace("feedback: [", "feedback: [*JoDoe"))) {
      RecordFile.Read read =
          RecordFile.parse("r.yaml", wrong.getBytes(StandardCharsets.UTF_8), TODAY);
      assertThat(((RecordFile.Wrong) read).mistakes())
          .isNotEmpty()
          .allSatisfy(each -> assertThat(each.withoutContent()).doesNotContain("Jo"));
    }
  }

  /** Neither many aliases, nor depth, nor length, nor broken bytes end in anything but words. */
  @Test
  void whatIsHostileIsRefusedInWords() {
    var bomb = new StringBuilder("record: tests\nby: pia\nfeedback: []\ncertified: []\n");
    bomb.append("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (char each = 'b'; each < 'k'; each++) {
      String before = String.join(", ", Collections.nCopies(10, "*" + (char) (each - 1)));
      bomb.append("%c: &%c [%s]\n".formatted(each, each, before));
    }
    String start = "record: tests\ncases: ";
    for (String text :
        List.of(
            bomb.toString(),
            start + "&a [*a, *a]",
            start + "[".repeat(10_000),
            start + "x".repeat(2 << 20),
            "record: tests\n".repeat(60_000),
            start + "\"\\x",
            "\uFEFF\u0000",
            "://".repeat(300_000),
            "a.".repeat(400_000))) {
      assertThat(wrong(text)).as(text.substring(0, Math.min(40, text.length()))).isNotBlank();
    }
    assertThat(RecordFile.parse("r.yaml", new byte[] {(byte) 0xC3, 0x28}, TODAY))
        .isInstanceOf(RecordFile.Wrong.class);
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
