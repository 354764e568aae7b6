package dev.landfall.adapter.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.memory.MemoryJournal;
import dev.landfall.engine.Desk;
import dev.landfall.engine.WorkloadJson;
import dev.landfall.gate.ShiftingZone;
import dev.landfall.promotion.Goal;
import dev.landfall.workload.Calendar;
import dev.landfall.workload.Calendar.Freeze;
import dev.landfall.workload.Calendar.Window;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GateSamples;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IndexPageTest {
  private static final Instant NOW = Instant.parse("2026-03-01T21:30:00Z");

  private static Workload within(ZoneId zone) {
    var window =
        new Gate(
            Calendar.GATE,
            "It is a time at which users may be moved",
            List.of("R83"),
            "change-manager",
            List.of("governance"),
            1,
            Set.of(Gate.Flag.EXECUTED),
            Set.of(Gate.Step.PROMOTE),
            Duration.ofDays(1),
            Gate.About.PLAN,
            Gate.Kind.CALENDAR,
            Optional.empty());
    var nights =
        new Window(Set.of(DayOfWeek.SUNDAY), LocalTime.of(22, 0), LocalTime.of(23, 0), zone);
    var fair =
        new Freeze(
            "fair",
            LocalDateTime.parse("2026-03-01T20:00"),
            zone,
            0,
            Duration.ofHours(1),
            Optional.empty());
    GatePlan usual = GateSamples.plan(window);
    var calendar = new Calendar(zone, List.of(nights), List.of(fair));
    return Samples.SHOP.behind(
        Optional.of(
            new GatePlan(usual.gates(), usual.people(), usual.policy(), Optional.of(calendar))));
  }

  /** Whoever checks an archive years later has other rules than whoever wrote it. */
  @Test
  void thePageIsTheSameWhateverTheRulesOfATimeZoneHaveBecome() {
    var journal = new MemoryJournal();
    Workload shop = within(ShiftingZone.at(ZoneOffset.UTC));
    new Desk(journal, () -> NOW)
        .reach(shop, WorkloadJson.planHash(shop), Goal.STAGED, "rita", "given");
    var entries = journal.read("shop", 0);
    String before = IndexPage.of("shop", entries, entries);
    for (int hours : new int[] {1, -1, -2}) {
      ShiftingZone.at(ZoneOffset.ofHours(hours));
      assertThat(IndexPage.of("shop", entries, entries)).as("%d h", hours).isEqualTo(before);
    }
    assertThat(before).contains("as its calendar in the plan says");
  }
}
