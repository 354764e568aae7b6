package dev.landfall.demo;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** All customers, each on a virtual thread, from opening to closing. */
final class Customers implements AutoCloseable {
  /** A customer gives up after this; far beyond any hold, so that a hold never looks like it. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<Ledger> ledgers = new ArrayList<>();
  private final Traffic traffic = new Traffic(System.nanoTime());
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private Customers() {}

  /**
   * Sends customers to a shop.
   *
   * @param shop where they reach it
   * @param count how many; customer {@code n} is the shop's row {@code n}
   * @param think how long each thinks between two requests, on average
   * @param seed what they do follows from it
   */
  static Customers arrive(URI shop, int count, Duration think, long seed) {
    var customers = new Customers();
    var random = new SplittableRandom(seed);
    for (int id = 1; id <= count; id++) {
      var ledger = new Ledger(id);
      customers.ledgers.add(ledger);
      var client = new ShopClient(shop, Integer.toString(id), PATIENCE);
      customers.threads.execute(
          new Customer(
              client, ledger, customers.traffic, random.split(), think, customers.closing));
    }
    return customers;
  }

  List<Ledger> ledgers() {
    return List.copyOf(ledgers);
  }

  Traffic traffic() {
    return traffic;
  }

  /** Lets every customer finish its request, and sends it home. */
  @Override
  public void close() {
    closing.countDown();
    threads.close();
  }
}
