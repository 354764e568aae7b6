package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.workload.Bandwidth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BandwidthCapTest {
  private record Grant(long nanos, int bytes) {}

  private static BandwidthCap of(String bandwidth) {
    return new BandwidthCap(Optional.of(Bandwidth.parse(bandwidth)));
  }

  private static List<Grant> run(BandwidthCap cap, int takers, long millis) throws Exception {
    var grants = Collections.synchronizedList(new ArrayList<Grant>());
    long end = System.nanoTime() + millis * 1_000_000;
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < takers; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (System.nanoTime() < end) {
                    int grain = cap.grain();
                    cap.take(grain);
                    grants.add(new Grant(System.nanoTime(), grain));
                  }
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    var sorted = new ArrayList<>(grants);
    sorted.sort(java.util.Comparator.comparingLong(Grant::nanos));
    return sorted;
  }

  private static long mostInOneSecond(List<Grant> grants) {
    long most = 0;
    long sum = 0;
    int first = 0;
    for (Grant grant : grants) {
      sum += grant.bytes;
      while (grants.get(first).nanos <= grant.nanos - 1_000_000_000) {
        sum -= grants.get(first++).bytes;
      }
      most = Math.max(most, sum);
    }
    return most;
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 Mbit/s", "40 Mbit/s", "200 Mbit/s"})
  void noSecondOvershootsByFivePercentAndTheWholeIsUsed(String bandwidth) throws Exception {
    double rate = Bandwidth.parse(bandwidth).bytesPerSecond();
    var grants = run(of(bandwidth), 5, 2500);
    assertThat((double) mostInOneSecond(grants)).isLessThan(rate * 1.05);
    assertThat(grants.stream().mapToLong(Grant::bytes).sum() / 2.5).isGreaterThan(rate * 0.9);
  }

  @Test
  void aChangedCapHoldsForThoseThatWaitToo() throws Exception {
    var cap = of("1 kbit/s");
    cap.take(256);
    cap.take(256);
    var taker =
        Thread.ofVirtual()
            .start(() -> {
              try {
                cap.take(256);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    assertThat(taker.join(java.time.Duration.ofMillis(100))).isFalse();
    cap.set(Optional.empty());
    assertThat(taker.join(java.time.Duration.ofSeconds(1))).isTrue();
  }

  @Test
  void withoutACapNobodyWaits() throws Exception {
    var cap = new BandwidthCap(Optional.empty());
    long before = System.nanoTime();
    for (int i = 0; i < 100_000; i++) {
      cap.take(64 * 1024);
    }
    assertThat(System.nanoTime() - before).isLessThan(2_000_000_000L);
    assertThat(cap.taken()).isEqualTo(100_000L * 64 * 1024);
  }
}
