package dev.landfall.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * The shop as a program of its own: HTTP in front, its own pools of connections behind. It knows
 * nothing of any migration.
 */
public final class ShopServer implements AutoCloseable {
  /** The answer says which side gave it; the customers' charts are drawn from it. */
  static final String SIDE_HEADER = "X-Shop-Side";

  /** An answer that a planted fault has struck says which. */
  static final String PLANTED_HEADER = "X-Shop-Planted";

  private static final int BODY_BYTES_MAX = 64 * 1024;
  private static final Pattern COOKIE = Pattern.compile("(?:^|;\\s*)session=([0-9a-f-]{36})");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final Databases databases;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final String side;
  private volatile Fault fault = Fault.NOTHING;

  private ShopServer(HttpServer server, Databases databases, String side) {
    this.server = server;
    this.databases = databases;
    this.side = side;
  }

  /** The body of an answer and its status. */
  private record Answer(int status, Object body, Optional<String> cookie) {
    static Answer of(int status, Object body) {
      return new Answer(status, body, Optional.empty());
    }

    static Answer error(int status, String message) {
      return of(status, Map.of("error", message));
    }
  }

  /**
   * Runs a shop until its parent goes: {@code SIDE PORT JDBC-URL...}, user and password in {@code
   * SHOP_USER} and {@code SHOP_PASSWORD}. Writes {@code ready URL} when it listens.
   */
  public static void main(String[] args) throws IOException {
    ShopServer shop =
        start(
            args[0],
            Integer.parseInt(args[1]),
            Arrays.asList(args).subList(2, args.length),
            System.getenv("SHOP_USER"),
            System.getenv("SHOP_PASSWORD"));
    System.out.println("ready " + shop.url());
  }

  /**
   * Starts a shop in this process.
   *
   * @param port on loopback; 0 for any free one
   * @param jdbcUrls of the databases that may own the data; the first is asked first
   */
  static ShopServer start(
      String side, int port, List<String> jdbcUrls, String user, String password)
      throws IOException {
    // The JDK's server closes idle connections early and delays small answers unless told.
    System.setProperty("sun.net.httpserver.maxIdleConnections", "2000");
    System.setProperty("sun.net.httpserver.idleInterval", "3600");
    System.setProperty("sun.net.httpserver.nodelay", "true");
    // Connections that the server ended while they idled are noticed before a customer's query is.
    System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "0");
    var server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
    var shop = new ShopServer(server, new Databases(jdbcUrls, user, password), side);
    server.setExecutor(shop.executor);
    server.createContext("/", shop::handle);
    server.start();
    return shop;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] sent = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX);
      Answer answer;
      try {
        answer = faulty(exchange, sent);
      } catch (SQLException e) {
        answer = broken(e);
      } catch (Shop.RefusedException e) {
        answer = Answer.error(409, String.valueOf(e.getMessage()));
      } catch (IllegalArgumentException | IOException e) {
        answer = Answer.error(400, String.valueOf(e.getMessage()));
      }
      byte[] body = JSON.writeValueAsBytes(answer.body());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.getResponseHeaders().set(SIDE_HEADER, side);
      answer
          .cookie()
          .ifPresent(token ->
              exchange
                  .getResponseHeaders()
                  .add("Set-Cookie", "session=" + token + "; Path=/; HttpOnly"));
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static Answer broken(SQLException e) {
    String state = Optional.ofNullable(e.getSQLState()).orElse("");
    String message =
        state.equals(Databases.READ_ONLY)
            ? "this shop's database takes no writes now"
            : "this shop's database did not answer: " + e.getMessage();
    return Answer.of(503, Map.of("error", message, "sqlstate", state));
  }

  /** An answer of a version with a fault, which strikes before anything is done, or not at all. */
  private Answer faulty(HttpExchange exchange, byte[] sent)
      throws SQLException, IOException, Shop.RefusedException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/fault") && exchange.getRequestMethod().equals("PUT")) {
      fault = Fault.parse(text(JSON.readTree(sent), "fault"));
      return Answer.of(200, Map.of("fault", fault.word()));
    }
    Fault now = fault;
    // A fault that could be seen in the health of a service would never get as far as a flight.
    if (path.equals("/healthz") || !now.strikes(ThreadLocalRandom.current().nextDouble())) {
      return databases.run(shop -> answer(shop, exchange, sent));
    }
    exchange.getResponseHeaders().set(PLANTED_HEADER, now.word());
    if (now.isAnError()) {
      return Answer.error(500, "this version of the shop has a fault: " + now.word());
    }
    try {
      Thread.sleep(now.delay());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return databases.run(shop -> answer(shop, exchange, sent));
  }

  private Answer answer(Shop shop, HttpExchange exchange, byte[] sent)
      throws SQLException, IOException, Shop.RefusedException {
    String[] path = exchange.getRequestURI().getPath().substring(1).split("/");
    String wish = exchange.getRequestMethod() + " " + path[0];
    JsonNode body = sent.length == 0 ? JSON.createObjectNode() : JSON.readTree(sent);
    switch (wish) {
      case "GET healthz":
        shop.healthy();
        return Answer.of(200, Map.of("status", "ok", "side", side));
      case "GET products":
        return products(shop, path);
      case "POST login":
        String token = shop.login(number(body, "customer")).toString();
        return new Answer(200, Map.of("welcome", true), Optional.of(token));
      default:
        return forCustomer(shop, exchange, wish, path, body);
    }
  }

  private static Answer products(Shop shop, String[] path) throws SQLException {
    if (path.length == 3 && path[1].equals("page")) {
      return Answer.of(200, shop.browse(Integer.parseInt(path[2])));
    }
    return shop.product(Long.parseLong(path[path.length - 1]))
        .map(product -> Answer.of(200, product))
        .orElseGet(() -> Answer.error(404, "there is no such product"));
  }

  private static Answer forCustomer(
      Shop shop, HttpExchange exchange, String wish, String[] path, JsonNode body)
      throws SQLException, Shop.RefusedException {
    Optional<UUID> token = token(exchange);
    Optional<Long> known = token.isEmpty() ? Optional.empty() : shop.customerOf(token.get());
    if (known.isEmpty()) {
      return Answer.error(401, "log in first");
    }
    long customer = known.get();
    switch (wish) {
      case "GET orders":
        return Answer.of(200, shop.history(customer));
      case "POST orders":
        return Answer.of(201, shop.place(customer, text(body, "key"), pieces(body)));
      case "POST payments":
        var paid = shop.pay(customer, text(body, "order"), text(body, "key"));
        return Answer.of(201, Map.of("paid", paid.toPlainString()));
      case "DELETE orders":
        shop.cancel(customer, path[1]);
        return Answer.of(200, Map.of("cancelled", path[1]));
      case "PUT address":
        shop.move(customer, (int) number(body, "version"), text(body, "street"));
        return Answer.of(200, Map.of("version", number(body, "version")));
      case "PUT cart":
        shop.fillCart(
            token.get(),
            (int) number(body, "version"),
            number(body, "product"),
            (int) number(body, "pieces"));
        return Answer.of(200, Map.of("version", number(body, "version")));
      default:
        return Answer.error(404, "this shop cannot " + wish);
    }
  }

  private static Optional<UUID> token(HttpExchange exchange) {
    var header = exchange.getRequestHeaders().getFirst("Cookie");
    var matcher = COOKIE.matcher(header == null ? "" : header);
    return matcher.find() ? Optional.of(UUID.fromString(matcher.group(1))) : Optional.empty();
  }

  private static Map<Long, Integer> pieces(JsonNode body) {
    var pieces = new LinkedHashMap<Long, Integer>();
    for (JsonNode line : body.path("lines")) {
      pieces.merge(number(line, "product"), (int) number(line, "pieces"), Integer::sum);
    }
    if (pieces.isEmpty() || pieces.values().stream().anyMatch(count -> count <= 0)) {
      throw new IllegalArgumentException("an order has lines of at least one piece each");
    }
    return pieces;
  }

  private static String text(JsonNode body, String name) {
    if (!body.path(name).isTextual()) {
      throw new IllegalArgumentException("the text " + name + " is missing");
    }
    return body.path(name).asText();
  }

  private static long number(JsonNode body, String name) {
    if (!body.path(name).isIntegralNumber()) {
      throw new IllegalArgumentException("the number " + name + " is missing");
    }
    return body.path(name).asLong();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.close();
    databases.close();
  }
}
