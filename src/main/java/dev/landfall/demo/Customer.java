package dev.landfall.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.landfall.demo.Ledger.Entry;
import dev.landfall.demo.Ledger.Kind;
import dev.landfall.demo.Ledger.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One customer with its own cookies, habits and memory. It thinks, asks for one thing, waits for
 * the answer, and never asks for the same thing twice.
 */
final class Customer implements Runnable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PRODUCTS = 50;

  /** Customers come in over so many milliseconds. */
  private static final long ARRIVAL_MILLIS = 1_500;

  private final ShopClient client;
  private final Ledger ledger;
  private final Traffic traffic;
  private final SplittableRandom random;
  private final Duration think;
  private final CountDownLatch closing;
  private final List<String> unpaid = new ArrayList<>();
  private int writes;
  private int addressVersion;
  private int cartVersion;
  private boolean known;

  /**
   * Makes a customer.
   *
   * @param think how long it thinks between two requests, on average
   * @param closing at zero it goes home
   */
  Customer(
      ShopClient client,
      Ledger ledger,
      Traffic traffic,
      SplittableRandom random,
      Duration think,
      CountDownLatch closing) {
    this.client = client;
    this.ledger = ledger;
    this.traffic = traffic;
    this.random = random;
    this.think = think;
    this.closing = closing;
  }

  @Override
  public void run() {
    try (client) {
      // Not all at the same moment: a shop that has just opened would keep them waiting.
      if (closing.await(random.nextLong(ARRIVAL_MILLIS), TimeUnit.MILLISECONDS)) {
        return;
      }
      while (!closing.await(random.nextLong(2 * think.toMillis() + 1), TimeUnit.MILLISECONDS)) {
        if (known) {
          ask();
        } else {
          login();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void login() {
    Optional<ShopClient.Response> answer =
        send("POST", "/login", "{\"customer\":" + ledger.customer() + "}");
    known = answer.isPresent() && answer.get().status() == 200;
  }

  private void ask() {
    int wish = random.nextInt(100);
    if (wish < 25) {
      send("GET", "/products/page/" + random.nextInt(5), "");
    } else if (wish < 45) {
      send("GET", "/products/" + product(), "");
    } else if (wish < 60) {
      readHistory();
    } else if (wish < 75) {
      order();
    } else if (wish < 82) {
      settle(Kind.PAYMENT);
    } else if (wish < 85) {
      settle(Kind.CANCELLATION);
    } else if (wish < 94) {
      move();
    } else {
      fillCart();
    }
  }

  private int product() {
    // One wish in twenty is for something that the shop has hardly any of.
    return random.nextInt(20) == 0
        ? 1 + random.nextInt(ShopSchema.SCARCE_PRODUCTS)
        : 1 + ShopSchema.SCARCE_PRODUCTS + random.nextInt(PRODUCTS - ShopSchema.SCARCE_PRODUCTS);
  }

  /** A shop that has forgotten an order which it had acknowledged has failed its customer. */
  private void readHistory() {
    Set<String> promised = new HashSet<>();
    List<Ledger.Line> lines = ledger.lines();
    for (int index = lines.size() - 1; index >= 0 && promised.size() < 20; index--) {
      if (lines.get(index).entry().kind() == Kind.ORDER
          && lines.get(index).outcome() == Outcome.ACKNOWLEDGED) {
        promised.add(lines.get(index).entry().key());
      }
    }
    long begin = System.nanoTime();
    Optional<ShopClient.Response> answer = send("GET", "/orders", "");
    if (answer.isPresent() && answer.get().status() == 200) {
      parsed(answer.get().body()).forEach(order -> promised.remove(order.path("key").asText()));
      if (!promised.isEmpty()) {
        traffic.failed("GET /orders was answered without " + promised, begin, System.nanoTime());
      }
    }
  }

  private void order() {
    int first = product();
    int second = product();
    var lines = new StringBuilder(line(first, 1 + random.nextInt(3)));
    if (second != first) {
      lines.append(',').append(line(second, 1));
    }
    String key = key("order");
    String body = "{\"key\":\"" + key + "\",\"lines\":[" + lines + "]}";
    var entry = new Entry(Kind.ORDER, key, key, goods(parsed(body).path("lines")), 0);
    Outcome outcome = write(entry, "POST", "/orders", body, "id");
    if (outcome == Outcome.ACKNOWLEDGED) {
      unpaid.add(key);
    }
  }

  private static String line(int product, int pieces) {
    return "{\"product\":" + product + ",\"pieces\":" + pieces + "}";
  }

  /** What an order is for, in one way of writing: {@code 7x1,12x3}, by product. */
  private static String goods(JsonNode lines) {
    var all = new ArrayList<JsonNode>();
    lines.forEach(all::add);
    return String.join(
        ",",
        all.stream()
            .sorted(java.util.Comparator.comparingLong(line -> line.path("product").asLong()))
            .map(line -> line.path("product").asLong() + "x" + line.path("pieces").asInt())
            .toList());
  }

  /** Pays or cancels an order; whatever the answer, the customer does not touch it again. */
  private void settle(Kind kind) {
    if (unpaid.isEmpty()) {
      order();
      return;
    }
    String order = unpaid.remove(random.nextInt(unpaid.size()));
    if (kind == Kind.PAYMENT) {
      String key = key("payment");
      String body = "{\"order\":\"" + order + "\",\"key\":\"" + key + "\"}";
      write(new Entry(kind, key, order, "", 0), "POST", "/payments", body, "paid");
    } else {
      var entry = new Entry(kind, key("cancel"), order, "", 0);
      write(entry, "DELETE", "/orders/" + order, "", "cancelled");
    }
  }

  private void move() {
    int version = ++addressVersion;
    String street = version + " " + key("street");
    String body = "{\"version\":" + version + ",\"street\":\"" + street + "\"}";
    write(new Entry(Kind.ADDRESS, street, "", street, version), "PUT", "/address", body, "version");
  }

  private void fillCart() {
    int version = ++cartVersion;
    int product = product();
    int pieces = 1 + random.nextInt(9);
    String body =
        "{\"version\":" + version + ",\"product\":" + product + ",\"pieces\":" + pieces + "}";
    String session = client.cookie("session").orElse("");
    var entry = new Entry(Kind.CART, key("cart"), session, product + "x" + pieces, version);
    write(entry, "PUT", "/cart", body, "version");
  }

  private String key(String what) {
    return "c" + ledger.customer() + "-" + what + "-" + ++writes;
  }

  private Outcome write(Entry entry, String method, String path, String body, String answerField) {
    int place = ledger.asked(entry);
    Optional<ShopClient.Response> answer = send(method, path, body);
    Outcome outcome = answer.map(Customer::outcome).orElse(Outcome.UNKNOWN);
    Optional<String> said =
        outcome == Outcome.ACKNOWLEDGED
            ? answer.map(each -> parsed(each.body()).path(answerField).asText())
            : Optional.empty();
    ledger.answered(place, outcome, said);
    if (outcome == Outcome.ACKNOWLEDGED) {
      traffic.wrote(System.nanoTime());
    }
    return outcome;
  }

  private static Outcome outcome(ShopClient.Response answer) {
    if (answer.status() / 100 == 2) {
      return Outcome.ACKNOWLEDGED;
    }
    if (answer.planted()) {
      return Outcome.REFUSED; // A planted error strikes before anything is done.
    }
    // A shop's own 4xx is a no. Anything else may stand for a write that was done all the same:
    // even a commit can break after it took hold.
    return answer.status() / 100 == 4 && answer.side().isPresent()
        ? Outcome.REFUSED
        : Outcome.UNKNOWN;
  }

  private Optional<ShopClient.Response> send(String method, String path, String body) {
    long begin = System.nanoTime();
    try {
      ShopClient.Response answer = client.send(method, path, body);
      long end = System.nanoTime();
      boolean expected = answer.status() / 100 == 2 || answer.status() == 409;
      answer.side().ifPresent(side -> visited(answer, side, expected, end));
      if (expected && answer.side().isPresent()) {
        traffic.answered(answer.side().get(), begin, end);
      } else if (answer.planted()) {
        traffic.failedAsPlanted(begin, end);
      } else {
        traffic.failed(
            method + " " + path + " got " + answer.status() + " " + answer.body(), begin, end);
      }
      return Optional.of(answer);
    } catch (IOException e) {
      traffic.failed(method + " " + path + " broke: " + e.getMessage(), begin, System.nanoTime());
      return Optional.empty();
    }
  }

  private void visited(ShopClient.Response answer, String side, boolean expected, long end) {
    boolean failed = answer.planted() && !expected;
    var visit =
        new Visits.Visit(ledger.customer(), side.equals("target"), answer.planted(), failed);
    traffic.visits().note(visit, end);
  }

  private static JsonNode parsed(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot read an answer of the shop: " + body, e);
    }
  }
}
