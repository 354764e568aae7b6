package dev.landfall.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The report in both its forms, compared with golden files. */
class ReportTest {
  private static final Path GOLDEN = Path.of("src/test/resources/demo");

  private static final Report GOOD =
      new Report(
          "completed",
          "",
          new Report.Requests(7_412, 0, 0, 187, 3.2, 21.5),
          new Report.Writes(2_931, 0, 0, 0, 0, 0, 0),
          List.of(
              new Report.Cutover("forward", 181, 24, 9, 12, 340, 214),
              new Report.Cutover("back", 96, 18, 6, 7, 411, 120)),
          List.of(),
          null,
          null,
          List.of());

  private static final Report BAD =
      new Report(
          "failed",
          "landfall promote ended with 4",
          new Report.Requests(900, 2, 0, 3_100, 2.0, 80.0),
          new Report.Writes(300, 1, 0, 0, 0, 1, 2),
          List.of(),
          List.of(),
          null,
          null,
          List.of("missing: ORDER c1-order-3 was acknowledged, but is not there"));

  private static final Report CAUGHT =
      new Report(
          "caught",
          "errors: 11 of 122 moved and 0 of 717 others",
          new Report.Requests(7_412, 0, 12, 0, 3.2, 21.5),
          new Report.Writes(2_931, 0, 0, 0, 0, 0, 0),
          List.of(),
          List.of(
              new Report.Flight("few", 1, 10, 20, 200, 742, 0, 6_701, 0, 19_040, "passed", ""),
              new Report.Flight(
                  "half",
                  1,
                  50,
                  110,
                  200,
                  122,
                  11,
                  717,
                  0,
                  7_088,
                  "failed",
                  "errors: 11 of 122 moved and 0 of 717 others"),
              new Report.Flight("few", 2, 10, 20, 200, 0, 0, 0, 0, 0, "under way", "")),
          new Report.Planted("errors", "failed", 2_482, 2_625, 20, 7, 200, 79, 12, 12),
          null,
          List.of());

  private static final Report STAGED =
      new Report(
          "completed",
          "",
          new Report.Requests(7_412, 0, 0, 187, 3.2, 21.5),
          new Report.Writes(2_931, 0, 0, 0, 0, 0, 0),
          List.of(new Report.Cutover("forward", 181, 24, 9, 12, 340, 214)),
          List.of(),
          null,
          new Report.Staged(
              List.of(
                  new Report.Rehearsal(9_104, 979, 643), new Report.Rehearsal(8_770, 1_022, 611)),
              List.of("orders: setting work_mem in the database is new: 64MB"),
              List.of(
                  new Report.EndedAccess(
                      "adoption_team",
                      "FATAL: role \"adoption_team\" is not permitted to log in"))),
          List.of());

  @Test
  void aPromotionOnALaterDayIsToldWithWhatWasRehearsedHeldBackAndEnded() throws Exception {
    assertThat(STAGED.json()).isEqualTo(golden("staged.json", STAGED.json()));
    String page = ReportPage.of(STAGED, journey(), marks());
    assertThat(page).isEqualTo(golden("staged-page.txt", page));
  }

  @Test
  void aFaultThatWasCaughtIsToldWithWhomItReached() throws Exception {
    var seconds = new ArrayList<Traffic.Second>(journey());
    seconds.set(20, new Traffic.Second(100, 80, 0, 12));
    assertThat(CAUGHT.json()).isEqualTo(golden("caught.json", CAUGHT.json()));
    String page = ReportPage.of(CAUGHT, seconds, marks());
    assertThat(page).isEqualTo(golden("caught-page.txt", page));
  }

  @Test
  void whatWasPlantedHarmsNobodyAndEverythingElseDoes() {
    assertThat(CAUGHT.harmless()).isTrue();
    assertThat(BAD.harmless()).isFalse();
  }

  @Test
  void theReportForProgramsKeepsItsNames() throws Exception {
    assertThat(GOOD.json()).isEqualTo(golden("report.json", GOOD.json()));
  }

  @Test
  void thePageShowsWhoServedWhenAndWhatItCost() throws Exception {
    String page = ReportPage.of(GOOD, journey(), marks());
    assertThat(page).isEqualTo(golden("page.txt", page));
  }

  @Test
  void thePageOfABadRunSaysSoFirst() throws Exception {
    List<Traffic.Second> seconds =
        List.of(new Traffic.Second(40, 0, 0, 0), new Traffic.Second(38, 0, 2, 0));
    String page = ReportPage.of(BAD, seconds, List.of());
    assertThat(page).isEqualTo(golden("bad-page.txt", page));
  }

  @Test
  void aLongRunStillFitsTheScreen() {
    var seconds = new ArrayList<Traffic.Second>();
    for (int second = 0; second < 1_000; second++) {
      seconds.add(new Traffic.Second(100, 0, 0, 0));
    }
    String page = ReportPage.of(GOOD, seconds, List.of(new ReportPage.Mark(999, "the end")));
    assertThat(page.lines().filter(line -> line.contains("side")))
        .allMatch(line -> line.length() <= 80);
  }

  @Test
  void aReportIsHarmfulWhenAnyWriteOrRequestWas() {
    assertThat(GOOD.harmless()).isTrue();
    assertThat(BAD.harmless()).isFalse();
  }

  @Test
  void theHistoryOfCutoversIsReadFromTheJournal() {
    String history =
        """
        [{"type":"CutoverBegun","payload":"{\\"at\\":\\"2026-01-01T00:00:00Z\\",\\"to\\":\\"TARGET\\"}"},
         {"type":"Held","payload":"{\\"at\\":\\"2026-01-01T00:00:00Z\\",\\"inFlight\\":0}"},
         {"type":"CutoverAbandoned","payload":"{}"},
         {"type":"CutoverBegun","payload":"{\\"at\\":\\"2026-01-01T00:00:09.960Z\\",\\"to\\":\\"TARGET\\"}"},
         {"type":"Held","payload":"{\\"at\\":\\"2026-01-01T00:00:10Z\\",\\"inFlight\\":0}"},
         {"type":"Fenced","payload":"{\\"at\\":\\"2026-01-01T00:00:10.020Z\\"}"},
         {"type":"Drained","payload":"{\\"at\\":\\"2026-01-01T00:00:10.029Z\\"}"},
         {"type":"OwnerMoved","payload":"{\\"rowsCompared\\":340,\\"compareTook\\":\\"PT0.012S\\"}"},
         {"type":"CutoverFinished","payload":"{\\"at\\":\\"2026-01-01T00:00:10.200Z\\",
           \\"to\\":\\"TARGET\\",\\"heldMax\\":\\"PT0.181S\\"}"},
         {"type":"CutoverBegun","payload":"{\\"at\\":\\"2026-01-01T00:01:00Z\\",\\"to\\":\\"SOURCE\\"}"},
         {"type":"Held","payload":"{\\"at\\":\\"2026-01-01T00:01:00.010Z\\",\\"inFlight\\":0}"},
         {"type":"Fenced","payload":"{\\"at\\":\\"2026-01-01T00:01:00.020Z\\"}"},
         {"type":"Drained","payload":"{\\"at\\":\\"2026-01-01T00:01:00.030Z\\"}"},
         {"type":"OwnerMoved","payload":"{\\"rowsCompared\\":3,\\"compareTook\\":\\"PT0.004S\\"}"},
         {"type":"CutoverFinished","payload":"{\\"at\\":\\"2026-01-01T00:01:00.090Z\\",
           \\"to\\":\\"SOURCE\\",\\"heldMax\\":\\"PT0.181S\\"}"}]
        """
            .replace("\n   ", " ");
    assertThat(LandfallCommand.cutoversIn(history))
        .as("the planes tell the longest hold since they started, not that of the cutover")
        .containsExactly(
            new LandfallCommand.Cutover("forward", 181, 20, 9, 12, 340),
            new LandfallCommand.Cutover("back", 90, 10, 10, 4, 3));
  }

  @Test
  void theStagedTimeIsReadFromTheJournal() {
    String history =
        """
        [{"type":"PromotionWithheld","payload":"{\\"at\\":\\"2026-01-01T00:00:00Z\\",
           \\"withheld\\":{\\"reason\\":\\"NOT_REHEARSED\\",\\"why\\":[\\"it never was\\"]}}"},
         {"type":"RehearsalBegun","payload":"{\\"at\\":\\"2026-01-01T00:00:01Z\\"}"},
         {"type":"RehearsalFailed","payload":"{\\"at\\":\\"2026-01-01T00:00:03Z\\"}"},
         {"type":"RehearsalBegun","payload":"{\\"at\\":\\"2026-01-01T00:00:10Z\\"}"},
         {"type":"Rehearsed","payload":"{\\"at\\":\\"2026-01-01T00:00:19.104Z\\",
           \\"there\\":{\\"total\\":\\"PT0.979S\\"},\\"back\\":{\\"total\\":\\"PT0.643S\\"}}"},
         {"type":"PromotionWithheld","payload":"{\\"at\\":\\"2026-01-01T00:00:20Z\\",
           \\"withheld\\":{\\"reason\\":\\"DRIFTED\\",\\"why\\":[\\"a is new\\",\\"b is gone\\"]}}"}]
        """
            .replace("\n   ", " ");
    assertThat(StagedLog.of(LandfallCommand.events(history)))
        .isEqualTo(
            new StagedLog(
                List.of(new Report.Rehearsal(9_104, 979, 643)),
                List.of("it never was", "a is new; b is gone")));
  }

  private static List<Traffic.Second> journey() {
    var seconds = new ArrayList<Traffic.Second>();
    for (int second = 0; second < 50; second++) {
      boolean moved = (second >= 14 && second < 24) || second >= 34;
      int rate = 180 + second % 3 * 10;
      seconds.add(new Traffic.Second(moved ? 0 : rate, moved ? rate : 0, 0, 0));
    }
    return seconds;
  }

  private static List<ReportPage.Mark> marks() {
    return List.of(
        new ReportPage.Mark(8, "copied and in step"),
        new ReportPage.Mark(14, "promoted"),
        new ReportPage.Mark(24, "rolled back"),
        new ReportPage.Mark(34, "promoted again"),
        new ReportPage.Mark(44, "completed: the link is cut"));
  }

  private static String golden(String name, String found) throws Exception {
    Path file = GOLDEN.resolve(name);
    if (Boolean.getBoolean("landfall.golden")) {
      Files.writeString(file, found);
    }
    return Files.readString(file);
  }
}
