package dev.landfall.adapter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.dns.CacheWorld.Cache;
import dev.landfall.adapter.dns.CacheWorld.Kind;
import dev.landfall.adapter.dns.Choreography.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Moves of users among caches that nobody looks into: secondaries lag and fall back, controllers
 * die, users are sent back in the middle. What is said to be over is over in every honest cache.
 */
class ChoreographySimulationTest {
  private static final int SEEDS = 400;
  private static final TreeSet<Address> ONE = Address.parseAll(List.of("192.0.2.10"));
  private static final TreeSet<Address> OTHER = Address.parseAll(List.of("198.51.100.20"));
  private static final Duration FULL = Duration.ofSeconds(60);
  private static final Duration NEGATIVE = Duration.ofSeconds(90);
  private static final Duration TOO_LONG = Duration.ofHours(2);

  @Test
  void whatIsSaidToBeOverIsOverInEveryHonestCacheAndEveryLiarIsNamed() {
    long liars = 0;
    int turned = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      var run = new Run(seed);
      run.go();
      liars += run.liars();
      turned += run.turned ? 1 : 0;
    }
    // Otherwise nothing was tried.
    assertThat(liars).isGreaterThan(SEEDS);
    assertThat(turned).isGreaterThan(SEEDS / 10);
  }

  /** One seed. */
  private static final class Run {
    private final long seed;
    private final Duration low;
    private final CacheWorld world;
    private TreeSet<Address> to = ONE;
    private TreeSet<Address> other = OTHER;
    private boolean prepare = true;
    private Choreography now;
    private final Set<String> named = new TreeSet<>();
    private final boolean disturbed;
    private boolean turned;

    Run(long seed) {
      this.seed = seed;
      this.disturbed = seed % 2 == 1;
      this.low = Duration.ofSeconds(2 + seed % 9);
      this.world = new CacheWorld(seed, new RecordSet(ONE, FULL), low);
      this.now = resume();
      for (int i = 0; i < 400; i++) {
        world.tick();
      }
    }

    private Choreography resume() {
      var move = new Choreography.Move(to, other, low, world.primary().ttl(), NEGATIVE);
      var there = new DnsUpdate.There(world.primary(), world.note());
      return Choreography.begin(move, prepare, there, Map.of());
    }

    long liars() {
      return world.panel().stream().filter(each -> each.kind != Kind.HONEST).count();
    }

    void go() {
      Instant limit = world.clock().plus(TOO_LONG);
      long epoch = 1;
      boolean left = false;
      while (!left || now.stage() != Stage.DONE) {
        assertThat(world.clock()).as("seed %d: %s", seed, now).isBefore(limit);
        for (int i = 1 + world.random.nextInt(16); i > 0; i--) {
          world.tick();
        }
        Stage was = now.stage();
        now = now.seen(world.look());
        named.addAll(now.settling().liars().keySet());
        check(was);
        world.write(now.wanted(), now.note(epoch));
        boolean hurry = disturbed && world.random.nextInt(400) == 0;
        if (!left && (now.ready() || hurry)) {
          left = true;
          epoch++;
          turnAround();
          prepare = world.random.nextBoolean();
          now = resume();
        } else if (left && now.ready()) {
          prepare = false;
          now = resume();
        }
        if (disturbed && world.random.nextInt(left ? 20 : 60) == 0) {
          epoch++;
          if (left && world.random.nextInt(3) == 0) {
            turnAround();
            turned = true;
          }
          now = resume();
        }
        world.write(now.wanted(), now.note(epoch));
      }
      for (Cache each : world.panel()) {
        String what = "seed %d: %s %s is named".formatted(seed, each.kind, each.name);
        if (each.kind == Kind.HONEST) {
          assertThat(named.contains(each.name)).as(what).isFalse();
        } else if (!disturbed) {
          // One who did not lie while it was looked at may go unnamed in a move that was cut short.
          assertThat(named.contains(each.name)).as(what).isTrue();
        }
      }
    }

    private void turnAround() {
      TreeSet<Address> there = other;
      other = to;
      to = there;
    }

    private void check(Stage was) {
      for (Cache cache : world.caches) {
        if (cache.kind != Kind.HONEST) {
          continue;
        }
        if (now.ready() && was != Stage.READY) {
          assertThat(cache.keeps(to))
              .as("seed %d: %s keeps it for long when ready", seed, cache.name)
              .isLessThanOrEqualTo(low);
        }
        if (now.drained() && was == Stage.SWITCHING) {
          assertThat(cache.keeps(other))
              .as("seed %d: %s keeps the other side when drained", seed, cache.name)
              .isZero();
        }
      }
    }
  }
}
