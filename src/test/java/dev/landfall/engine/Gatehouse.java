package dev.landfall.engine;

import dev.landfall.promotion.Event;
import dev.landfall.promotion.Promotion;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.rehearsal.Inspector;
import dev.landfall.workload.Workload;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What there is of gates around one workload: its files, its evidence, what its checks would see.
 */
final class Gatehouse {
  /** How far the clock of any program may be from the true time. */
  private static final long SKEW_MOST = 3 * Scenario.SECOND;

  private final Site site;
  private final VirtualTime time;
  private final List<Workload> files;
  private final SplittableRandom dice;
  private final boolean skewed;
  private final GateReferee referee;
  private final MemoryEvidence store = new MemoryEvidence();
  private final Map<String, Boolean> seenByChecks = new HashMap<>();
  private final Map<String, TreeMap<String, Configuration>> seen = new HashMap<>();
  private final Map<String, Long> skews = new HashMap<>();
  private boolean sound;
  private @Nullable String asking;

  /** How often users were let go, and kept back. */
  int moves;

  int withheld;

  Gatehouse(Simulation simulation, Site site, Workload ungated) {
    this.site = site;
    time = simulation.time();
    dice = simulation.scenario().gating.split();
    files = GateFiles.of(ungated, dice);
    skewed = dice.nextBoolean();
    sound = dice.nextInt(3) > 0;
    referee = new GateReferee(simulation, this);
  }

  List<Workload> files() {
    return files;
  }

  SplittableRandom dice() {
    return dice;
  }

  GateReferee referee() {
    return referee;
  }

  MemoryEvidence store() {
    return store;
  }

  /** Whose order it is that is appended now; null for a controller. */
  void asking(@Nullable String account) {
    asking = account;
  }

  void appended(@Nullable Promotion before, Event event, String machine) {
    referee.appended(before, event, asking, machine);
  }

  /** The clock of whoever bears this name. */
  InstantSource clock(String who) {
    long skew =
        skewed ? skews.computeIfAbsent(who, _ -> dice.nextLong(-SKEW_MOST, SKEW_MOST + 1)) : 0;
    return () -> time.instant().plusNanos(skew * 1000);
  }

  // What the target runs on.

  /** As it is. */
  String target() {
    return site.configuration().fingerprint();
  }

  /** A controller begins to look anew. */
  void forget(String machine) {
    seen.remove(machine);
  }

  /** Remembers what a controller was told of the target. */
  Inspector watched(String machine, String asset, Inspector real) {
    return new Inspector() {
      @Override
      public Configuration look() {
        Configuration found = real.look();
        seen.computeIfAbsent(machine, _ -> new TreeMap<>()).put(asset, found);
        return found;
      }

      @Override
      public void close() {
        real.close();
      }
    };
  }

  /** The fingerprint of what a controller was told this turn; absent when it did not ask. */
  Optional<String> seen(String machine) {
    return Optional.ofNullable(seen.get(machine))
        .filter(found -> found.size() == site.data.size())
        .map(found -> {
          Configuration all = Configuration.NONE;
          for (Map.Entry<String, Configuration> each : found.entrySet()) {
            all = all.with(each.getKey() + ": ", each.getValue());
          }
          return all.fingerprint();
        });
  }

  // What checks see.

  /** What they look at is mended, or breaks. */
  void sound(boolean now) {
    sound = now;
  }

  boolean sound() {
    return sound;
  }

  /** A check has looked. */
  boolean look(String token) {
    seenByChecks.put(token, sound);
    return sound;
  }

  /** What that check saw; whoever never looked saw nothing that passes. */
  boolean saw(String token) {
    return seenByChecks.getOrDefault(token, false);
  }
}
