package dev.landfall.demo;

import dev.landfall.demo.LandfallCommand.Ended;
import dev.landfall.demo.Report.Flight;
import dev.landfall.demo.Report.Planted;
import dev.landfall.demo.Tale.UnexpectedException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The journey of the shop's customers in flights: users first, the data when all have moved; and
 * what becomes of them when the new version of the shop turns bad on the way.
 */
final class FlightJourney {
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration BACK_MAX = Duration.ofSeconds(10);

  /** Answers of requests that were sent before a share changed may come this much later. */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  private final Tale tale;
  private final Fault fault;
  private final Duration beforeFault;

  /** Of the users who are on the target, in ten-thousandths, and since when. */
  private int share;

  private long sinceNanos;
  private long plantedNanos;

  /**
   * Before it begins.
   *
   * @param fault what is planted in the new version
   * @param beforeFault how long the first flight is well before
   */
  FlightJourney(Tale tale, Fault fault, Duration beforeFault) {
    this.tale = tale;
    this.fault = fault;
    this.beforeFault = beforeFault;
  }

  /** Goes all the way, and returns the outcome for the report. */
  String travel() throws UnexpectedException, SQLException, InterruptedException {
    tale.peace("shopping on premises");
    tale.step("copied and in step", "promote", tale.file(), "--until", "staged");
    if (fault != Fault.NOTHING) {
      return meetFault();
    }
    tale.finish(fly(), "promoted");
    tale.peace("shopping in the cloud");
    tale.step("rolled back", "rollback", Demo.WORKLOAD, "--reason", "to show that it can");
    tale.peace("shopping on premises again");
    tale.finish(fly(), "promoted again");
    tale.peace("shopping in the cloud");
    tale.step("completed: the link is cut", "complete", Demo.WORKLOAD, "--sever");
    tale.peace("shopping in the cloud for good");
    return "completed";
  }

  private String meetFault() throws UnexpectedException, SQLException, InterruptedException {
    Ended ended = fly();
    if (ended.code() == 0) {
      throw new UnexpectedException(
          plantedNanos == 0
              ? "the flights were over before anything could be planted"
              : "the flights passed although " + fault.words());
    }
    boolean undecided = last().map(leg -> leg.verdict().equals(FlightLog.UNDECIDED)).orElse(false);
    tale.reason(last().map(FlightLog.Leg::why).orElse(ended.says()));
    if (undecided) {
      tale.step("called back by a person", "rollback", Demo.WORKLOAD, "--reason", "not proven");
    }
    awaitReturn();
    plant(Fault.NOTHING);
    if (!undecided && last().filter(leg -> leg.verdict().equals(FlightLog.FAILED)).isEmpty()) {
      throw new UnexpectedException(
          "landfall promote ended with " + ended.code() + ": " + ended.says());
    }
    tale.check("everybody is back");
    tale.mark("the fault is mended");
    tale.peace("shopping on premises, as before");
    tale.check("shopping as before");
    return undecided ? "undecided" : "caught";
  }

  /** Promotes, and tells of every flight when it begins. */
  private Ended fly() throws UnexpectedException, InterruptedException {
    tale.phase("landfall promote");
    share = 0;
    sinceNanos = System.nanoTime();
    Program promote = tale.landfall().start("promote", tale.file());
    while (promote.running()) {
      look();
      if (fault != Fault.NOTHING
          && plantedNanos == 0
          && share > 0
          && System.nanoTime() - sinceNanos > beforeFault.toNanos()) {
        plantedNanos = System.nanoTime();
        plant(fault);
        tale.tell("planted: " + fault.words());
      }
      Thread.sleep(LOOK);
    }
    Ended ended = tale.landfall().ended(promote, "promote");
    if (ended.code() == 0) {
      // Nobody is held before all have flown.
      tale.ran(sinceNanos);
    }
    return ended;
  }

  private void look() throws InterruptedException {
    int now = tale.world().router().look().map(RouterWatch.Seen::share).orElse(share);
    if (now == share) {
      return;
    }
    if (share > 0) {
      long settling = SETTLING.toNanos();
      var seen = visits().between(sinceNanos + settling, System.nanoTime() - settling);
      tale.say(
          String.format(
              Locale.ROOT,
              "       %d of %d customers were on the new side, with %,d of %,d requests",
              seen.usersOnTarget(),
              seen.users(),
              seen.onTarget(),
              seen.requests()));
    }
    String what = now == 0 ? "everybody is back" : "flight " + flightOf(now);
    tale.phase(what);
    tale.tell(what);
    share = now;
    sinceNanos = System.nanoTime();
  }

  private static String flightOf(int tenThousandths) {
    return ShopFlights.STEPS.stream()
        .filter(step -> step.sharePercent() * 100 == tenThousandths)
        .map(step -> step.name() + ": " + step.sharePercent() + " % of the customers")
        .findFirst()
        .orElse(tenThousandths / 100 + " % of the customers");
  }

  private void awaitReturn() throws UnexpectedException, InterruptedException {
    long end = System.nanoTime() + BACK_MAX.toNanos();
    while (share > 0) {
      if (System.nanoTime() > end) {
        throw new UnexpectedException("users are still on a version that does harm");
      }
      look();
      Thread.sleep(LOOK);
    }
  }

  private void plant(Fault what) throws UnexpectedException {
    var shop = new ShopClient(tale.world().newShop(), "an operator", Duration.ofSeconds(5));
    try (shop) {
      var answer = shop.send("PUT", "/fault", "{\"fault\":\"" + what.word() + "\"}");
      if (answer.status() != 200) {
        throw new UnexpectedException("cannot plant a fault: " + answer.body());
      }
    } catch (IOException e) {
      throw new UnexpectedException("cannot plant a fault: " + e.getMessage());
    }
  }

  private Visits visits() {
    return tale.customers().traffic().visits();
  }

  private Optional<FlightLog.Leg> last() throws InterruptedException {
    List<FlightLog.Leg> legs = tale.landfall().flights(Demo.WORKLOAD);
    return legs.isEmpty() ? Optional.empty() : Optional.of(legs.getLast());
  }

  /** Each flight, with what its share really was. */
  List<Flight> flights() throws InterruptedException {
    var flights = new ArrayList<Flight>();
    for (FlightLog.Leg leg : tale.landfall().flights(Demo.WORKLOAD)) {
      ShopFlights.Step step = ShopFlights.STEPS.get(leg.number() - 1);
      Visits.Sum seen =
          visits()
              .between(
                  visits().nanos(leg.begun()) + SETTLING.toNanos(), visits().nanos(leg.ended()));
      flights.add(
          new Flight(
              step.name(),
              leg.attempt(),
              step.sharePercent(),
              seen.usersOnTarget(),
              seen.users(),
              leg.moved().requests(),
              leg.moved().failed(),
              leg.stayed().requests(),
              leg.stayed().failed(),
              Duration.between(leg.begun(), leg.ended()).toMillis(),
              leg.verdict(),
              leg.why()));
    }
    return flights;
  }

  /** What the planted fault did to whom; absent when none was planted. */
  Optional<Planted> planted() throws InterruptedException {
    Optional<FlightLog.Leg> judged = last();
    if (plantedNanos == 0 || judged.isEmpty()) {
      return Optional.empty();
    }
    // Who was on the target and for how long is told by the answers themselves.
    Visits.Sum seen = visits().between(plantedNanos, Long.MAX_VALUE);
    long verdictNanos = visits().nanos(judged.get().ended());
    // Between two requests of the few who moved there is time enough for a verdict: until then
    // they were on the target all the same.
    long backNanos = Math.max(visits().lastOnTarget(), verdictNanos);
    return Optional.of(
        new Planted(
            fault.word(),
            judged.get().verdict(),
            millis(verdictNanos - plantedNanos),
            millis(backNanos - plantedNanos),
            seen.usersOnTarget(),
            seen.usersStruck(),
            seen.users(),
            seen.onTarget(),
            seen.struck(),
            seen.failed()));
  }

  private static long millis(long nanos) {
    return Duration.ofNanos(nanos).toMillis();
  }
}
