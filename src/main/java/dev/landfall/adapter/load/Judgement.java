package dev.landfall.adapter.load;

import dev.landfall.flight.Baseline;
import dev.landfall.flight.FlightJudge;
import dev.landfall.flight.Policy;
import dev.landfall.flight.Reading;
import dev.landfall.flight.Verdict;
import dev.landfall.stats.Arm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether a target fares no worse than its source, by the judge of flights. */
final class Judgement {
  private Judgement() {}

  /**
   * How far apart they may be.
   *
   * @param margin by how much more frequent errors and slow answers may be without harm, from 0
   * @param tolerated the share of requests that may fail without anybody minding, above 0, below 1
   */
  record Margins(double margin, double tolerated) {}

  /**
   * What is wrong; absent when it is proven that nothing is.
   *
   * <p>All seconds are looked at, also those after a proof: harm that begins late is harm. A proof
   * that nothing is wrong counts when no proof of harm follows, which can only withhold it.
   */
  static Optional<String> of(Recorded source, Samples target, Load load, Margins margins) {
    int from = Recorded.before(load);
    int seconds = Math.min(source.seconds().size(), (target.count() - from) / load.perSecond());
    if (seconds < 2) {
      return Optional.of("there are too few requests to tell anything");
    }
    Duration lasting = Duration.ofSeconds(seconds);
    Policy policy =
        Policy.standard(1, Policy.parts(Policy.METRICS))
            .withMargin(margins.margin())
            .tolerating(margins.tolerated())
            .lasting(lasting.dividedBy(4), lasting);
    FlightJudge judge = FlightJudge.of(policy, Policy.METRICS).by(seen(source));
    boolean proven = false;
    for (int second = 0; second < seconds; second++) {
      int begin = from + second * load.perSecond();
      List<Arm> moved =
          Recorded.arms(target, source.baseline(), true, Recorded.numbers(begin, load));
      judge = judge.after(Policy.TICK, readings(moved, source.seconds().get(second)));
      Verdict verdict = judge.verdict();
      if (verdict instanceof Verdict.Fail fail) {
        return Optional.of(fail.why());
      }
      proven |= verdict instanceof Verdict.Pass;
    }
    if (proven) {
      return Optional.empty();
    }
    return Optional.of(
        judge.verdict() instanceof Verdict.Inconclusive open
            ? open.why()
            : "nothing is proven; give it more time, or more requests a second");
  }

  /**
   * What is slow, with how often it was so at the source while it was judged, if that is rarer than
   * before: what hardly ever happens cannot be proven good in so short a time, and can only fail
   * it. That follows from the source alone, so it favours no target.
   */
  private static Baseline seen(Recorded source) {
    var slow = new ArrayList<Baseline.Slow>();
    for (int metric = 0; metric < source.baseline().slow().size(); metric++) {
      Baseline.Slow each = source.baseline().slow().get(metric);
      long units = 0;
      long events = 0;
      for (Recorded.Second second : source.seconds()) {
        Arm both = second.one().get(metric + 1).plus(second.other().get(metric + 1));
        units += both.units();
        events += both.events();
      }
      double share = Math.min(each.share(), (double) events / Math.max(1, units));
      slow.add(new Baseline.Slow(each.metric(), each.stayedMicros(), each.movedMicros(), share));
    }
    return new Baseline(slow);
  }

  private static Map<String, Reading> readings(List<Arm> moved, Recorded.Second stayed) {
    var readings = new HashMap<String, Reading>();
    for (int metric = 0; metric < moved.size(); metric++) {
      readings.put(
          Policy.METRICS.get(metric),
          new Reading(moved.get(metric), stayed.one().get(metric), stayed.other().get(metric)));
    }
    return readings;
  }
}
