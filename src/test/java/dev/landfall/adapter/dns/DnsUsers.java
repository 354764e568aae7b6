package dev.landfall.adapter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.problem.OutsideException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Users who never stop asking for the name: of each resolver, and of each server of the zone as
 * somebody else's resolver would.
 */
final class DnsUsers implements AutoCloseable {
  private final DnsWorld world;
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Told> told = new ConcurrentLinkedQueue<>();
  private final CountDownLatch over = new CountDownLatch(1);

  /**
   * What a user was told.
   *
   * @param askedNanos when the user asked, by the clock of this process
   */
  private record Told(long askedNanos, String words) {}

  DnsUsers(DnsWorld world) throws Exception {
    this.world = world;
    for (NameServer resolver : world.panel()) {
      begin(resolver, true);
    }
    for (NameServer resolver : world.elsewhere()) {
      begin(resolver, true);
    }
    for (NameServer server : world.servers()) {
      begin(server, false);
    }
  }

  private void begin(NameServer server, boolean recursive) {
    threads.add(
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (!over.await(50, TimeUnit.MILLISECONDS)) {
                  ask(server, recursive);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }));
  }

  private void ask(NameServer server, boolean recursive) {
    long askedNanos = System.nanoTime();
    try {
      told.add(new Told(askedNanos, server + " says " + world.says(server, recursive)));
    } catch (OutsideException e) {
      told.add(new Told(askedNanos, server + " fails: " + e.getMessage()));
    }
  }

  /** Everybody who asks from now on, for a while, is told this address and nothing else. */
  void seeOnly(String address, Duration period) throws InterruptedException {
    long sinceNanos = System.nanoTime();
    Thread.sleep(period.toMillis());
    Set<String> words =
        told.stream()
            .filter(each -> each.askedNanos() - sinceNanos >= 0)
            .map(Told::words)
            .collect(Collectors.toSet());
    assertThat(words).hasSize(threads.size()).allMatch(each -> each.endsWith(" says " + address));
  }

  @Override
  public void close() throws InterruptedException {
    over.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
