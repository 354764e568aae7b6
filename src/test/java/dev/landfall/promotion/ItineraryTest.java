package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.replication.CopySize;
import dev.landfall.workload.Bandwidth;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Named;
import dev.landfall.workload.Route;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ItineraryTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  @Test
  void aPlanToPromoteHoldsFencesMarksProvesAndOpensInThatOrder() {
    assertThat(legs(Goal.PROMOTED))
        .containsSubsequence(
            "look for everything that would break later",
            "carry the writes of the source of orders to the other side",
            "lead 0 % of route front to the target",
            "hold the requests of route front",
            "fence the source of orders",
            "mark the end of the writes on the source of orders",
            "move the sequences on the target of orders",
            "compare what changed in orders",
            "commit: from here on the target owns the data",
            "open the target of orders for writes",
            "lead 100 % of route front to the target");
  }

  @Test
  void aPlanCallsNothingOffWhereNothingIsInTheWay() {
    for (Goal goal : Goal.values()) {
      assertThat(legs(goal)).noneMatch(leg -> leg.startsWith("call off"));
    }
  }

  @Test
  void aPlanToRollBackIsTheSameWithTheSidesExchanged() {
    assertThat(legs(Goal.ROLLED_BACK))
        .containsSubsequence(
            "lead 100 % of route front to the target",
            "hold the requests of route front",
            "fence the target of orders",
            "mark the end of the writes on the target of orders",
            "commit: from here on the source owns the data",
            "open the source of orders for writes",
            "lead 0 % of route front to the target");
  }

  @Test
  void aPlanOfAsManyFlightsAsThereMayBeComesToItsEnd() {
    var flights = new ArrayList<Flight>();
    for (int i = 1; i <= 100; i++) {
      flights.add(
          new Flight("f" + i, 100 * i, Named.NOBODY, Duration.ofMinutes(1), Duration.ofMinutes(2)));
    }
    var plan =
        new FlightPlan(Identity.NONE, Named.NOBODY, flights, 0.25, 0.001, FlightPlan.OnFail.ZERO);
    var shop = Samples.flying(plan);
    assertThat(Itinerary.of(shop, "hash", Goal.COMPLETED, NOW))
        .extracting(Itinerary.Leg::what)
        .contains("judge flight 1 (f1)", "judge flight 100 (f100)", "sever the link of orders");
  }

  @Test
  void whatMustBeRehearsedIsSoBeforeUsersWait() {
    var legs = Itinerary.of(Samples.STAGED, "hash", Goal.COMPLETED, NOW);
    assertThat(legs)
        .extracting(Itinerary.Leg::what)
        .containsSubsequence(
            "lead 0 % of route front to the target",
            "rehearse on clones of the target's data: landfall rehearse shop",
            "hold the requests of route front",
            "lead 100 % of route front to the target",
            "end the access of anna, ben to the target of orders",
            "sever the link of orders");
    assertThat(legs)
        .filteredOn(leg -> leg.what().startsWith("end the access"))
        .extracting(Itinerary.Leg::undo)
        .containsExactly(Itinerary.Undo.BY_HAND);
    var rehearsal = legs.stream().filter(leg -> leg.what().startsWith("rehearse")).toList();
    assertThat(rehearsal).extracting(Itinerary.Leg::state).containsExactly("migrated");
    assertThat(rehearsal).extracting(Itinerary.Leg::undo).containsExactly(Itinerary.Undo.FREELY);
    assertThat(Itinerary.of(Samples.staged(false), "hash", Goal.PROMOTED, NOW))
        .noneMatch(leg -> leg.what().startsWith("rehearse"));
  }

  @Test
  void onlySeveringCannotBeTakenBack() {
    var legs = Itinerary.of(Samples.SHOP, "hash", Goal.COMPLETED, NOW);
    assertThat(legs)
        .filteredOn(leg -> leg.undo() == Itinerary.Undo.NEVER)
        .extracting(Itinerary.Leg::what)
        .first()
        .isEqualTo("sever the link of orders");
    assertThat(legs.getLast().undo()).isEqualTo(Itinerary.Undo.NEVER);
  }

  @Test
  void usersWaitOnlyWhileTheDataChangesOwner() {
    var legs = Itinerary.of(Samples.SHOP, "hash", Goal.PROMOTED, NOW);
    assertThat(legs)
        .filteredOn(Itinerary.Leg::usersWait)
        .extracting(Itinerary.Leg::what)
        .startsWith("fence the target of orders", "hold the requests of route front")
        .endsWith(
            "open the target of orders for writes", "lead 100 % of route front to the target");
  }

  @Test
  void theCopyTakesWhatItsSizeAndTheCapAskForAndACutoverNoLongerThanTheHold() {
    var size = new CopySize(3, 2_000_000, 10_000_000_000L, 5_000_000_000L);
    var free = takes(Samples.SHOP, new Estimate.Size.Known(size));
    assertThat(free).hasSize(2);
    assertThat(free.getFirst().likely()).contains(Duration.ofSeconds(601));
    assertThat(free.getFirst().basis()).contains("3 tables", "10 GB", "5000 MB", "25 MB/s");
    assertThat(free.getLast().most()).contains(Limits.DEFAULTS.hold());
    assertThat(free.getLast().likely()).contains(Duration.ofMillis(300));

    var capped = takes(capped("80 Mbit/s"), new Estimate.Size.Known(size));
    assertThat(capped.getFirst().likely()).contains(Duration.ofSeconds(1001));
    assertThat(capped.getFirst().basis()).contains("at the cap of 80.0 Mbit/s");
    var hardly = takes(capped("10 Gbit/s"), new Estimate.Size.Known(size));
    assertThat(hardly.getFirst()).isEqualTo(free.getFirst());
  }

  @Test
  void whereTheSizeIsNotKnownThePlanSaysWhyAndNoFigure() {
    var first = takes(Samples.SHOP, new Estimate.Size.Unknown("nobody answers")).getFirst();
    assertThat(first.likely()).isEmpty();
    assertThat(first.basis()).isEqualTo("no estimate is possible: nobody answers");
  }

  @Test
  void aSlowPlaneIsPreparedBeforeUsersWaitAndThePlanSaysHowLongThatTakes() {
    var name =
        new Route("name", "dns", "web", "ns1", Optional.empty(), Route.Traits.OF_NAMES, Map.of());
    var shop = Samples.SHOP;
    var workload =
        new Workload(
            shop.name(),
            shop.owner(),
            shop.model(),
            shop.assets(),
            List.of(shop.routes().getFirst(), name),
            shop.limits(),
            shop.flights());
    var sizes =
        new Estimate.Sizes() {
          @Override
          public Estimate.Size of(String asset) {
            return new Estimate.Size.Unknown("nobody answers");
          }

          @Override
          public Optional<Duration> preparing(String route) {
            return Optional.of(Duration.ofHours(1));
          }
        };
    List<Itinerary.Leg> legs = Itinerary.of(workload, "hash", Goal.PROMOTED, NOW, sizes);
    List<Itinerary.Leg> ofName =
        legs.stream().filter(leg -> leg.what().contains("route name")).toList();
    assertThat(ofName).extracting(Itinerary.Leg::usersWait).containsExactly(false, true);
    Itinerary.Leg prepared = ofName.getFirst();
    assertThat(prepared.what()).startsWith("keep route name quick to change");
    assertThat(prepared.takes().flatMap(Estimate::likely)).contains(Duration.ofHours(1));
    assertThat(prepared.waits()).contains("route name needs time to reach everybody");
    assertThat(ofName.getLast().takes()).isEmpty();
  }

  private static List<Estimate> takes(Workload workload, Estimate.Size size) {
    return Itinerary.of(workload, "hash", Goal.PROMOTED, NOW, _ -> size).stream()
        .flatMap(leg -> leg.takes().stream())
        .toList();
  }

  private static Workload capped(String bandwidth) {
    Workload shop = Samples.SHOP;
    Limits free = shop.limits();
    return new Workload(
        shop.name(),
        shop.owner(),
        shop.model(),
        shop.assets(),
        shop.routes(),
        new Limits(
            free.hold(),
            free.settle(),
            free.lockWait(),
            free.lagMax(),
            free.retryPause(),
            free.cutoverAttemptsMax(),
            free.soak(),
            Optional.of(Bandwidth.parse(bandwidth)),
            free.retainedBytesMax(),
            free.sequenceMargin()));
  }

  private static List<String> legs(Goal goal) {
    return Itinerary.of(Samples.SHOP, "hash", goal, NOW).stream().map(Itinerary.Leg::what).toList();
  }
}
