package dev.landfall.adapter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.problem.OutsideException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Users who never stop asking for the name: of each resolver, and of each server of the zone as
 * somebody else's resolver would.
 */
final class DnsUsers implements AutoCloseable {
  private final DnsWorld world;
  private final List<Thread> threads = new ArrayList<>();
  private final Set<String> seen = new ConcurrentSkipListSet<>();
  private final CountDownLatch over = new CountDownLatch(1);

  DnsUsers(DnsWorld world) throws Exception {
    this.world = world;
    for (NameServer resolver : world.panel()) {
      begin(resolver, true);
    }
    for (NameServer resolver : world.elsewhere()) {
      begin(resolver, true);
    }
    begin(world.server("127.0.0.1"), false);
    begin(world.server("::1"), false);
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
    try {
      seen.add(server + " says " + world.says(server, recursive));
    } catch (OutsideException e) {
      seen.add(server + " fails: " + e.getMessage());
    }
  }

  /** Everybody is told this address. */
  void see(String address) throws InterruptedException {
    Thread.sleep(500);
    assertThat(seen).isNotEmpty().allMatch(each -> each.endsWith(" says " + address));
  }

  /** From now on, for a while, nobody is told anything else. */
  void seeOnly(String address, Duration period) throws InterruptedException {
    // An answer that was asked for before this may still be on its way.
    Thread.sleep(20);
    seen.clear();
    Thread.sleep(period.toMillis());
    assertThat(seen).hasSize(threads.size()).allMatch(each -> each.endsWith(" says " + address));
  }

  @Override
  public void close() throws InterruptedException {
    over.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
