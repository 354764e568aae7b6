package dev.landfall.control;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Standing;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Orders and what is seen, as JSON: on the wire, and in state files. Durations as ISO 8601. One
 * form for all planes that Landfall itself speaks to.
 */
public final class RouteJson {
  /** An order or a state file is exact: what is not known could be what matters. */
  private static final ObjectMapper STRICT = mapper(true);

  /** What is seen may grow: a controller can be older than its router. */
  private static final ObjectMapper LENIENT = mapper(false);

  private RouteJson() {}

  private static ObjectMapper mapper(boolean strict) {
    return JsonMapper.builder()
        .addModule(new Jdk8Module())
        .addModule(new JavaTimeModule())
        .addModule(CohortJson.module())
        .addMixIn(RouteOrder.class, QuickOrder.class)
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, strict)
        .configure(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, strict)
        .configure(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES, strict)
        .defaultSetterInfo(JsonSetter.Value.forValueNulls(strict ? Nulls.DEFAULT : Nulls.AS_EMPTY))
        .build();
  }

  /**
   * An order without what only slow planes are told: this one changes at once, so that there is
   * nothing to prepare.
   */
  @SuppressWarnings({"UnusedVariable", "UnusedMethod"}) // Jackson reads them by their annotations
  private abstract static class QuickOrder {
    @JsonCreator
    QuickOrder(
        @JsonProperty("epoch") long epoch,
        @JsonProperty("source") String source,
        @JsonProperty("target") String target,
        @JsonProperty("cohort") Cohort cohort,
        @JsonProperty("hold") Optional<Duration> hold,
        @JsonProperty("health") Optional<String> health) {}

    @JsonIgnore
    abstract boolean prepare();
  }

  /** Since 2 an order has a cohort. */
  private static final int VERSION = 2;

  /** The file's own form, with a version so that a later router can tell. */
  private record Saved(int landfallRouterState, Standing standing) {}

  /** An order as {@link #order} reads it. */
  public static String ofOrder(RouteOrder order) {
    return write(order);
  }

  /** What is seen, as {@link #seen} reads it. */
  public static String ofSeen(RouteSeen seen) {
    return write(seen);
  }

  /** The content of a state file, as {@link #standing} reads it. */
  public static String ofStanding(Standing standing) {
    return write(new Saved(VERSION, standing));
  }

  private static String write(Object value) {
    try {
      return STRICT.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value + " as JSON", e);
    }
  }

  /** Reads an order, or throws an {@link IllegalArgumentException} that says what is wrong. */
  public static RouteOrder order(String json) {
    RouteOrder order = read(STRICT, json, RouteOrder.class);
    check(order);
    return order;
  }

  /** Reads what a router answered, or throws an {@link IllegalArgumentException}. */
  public static RouteSeen seen(String json) {
    RouteSeen seen = read(LENIENT, json, RouteSeen.class);
    seen.order().ifPresent(RouteJson::isWhole);
    return seen;
  }

  /**
   * The same of a plane that is nobody's known product and may know only what it was ordered.
   * Whatever else it does not tell is as it is with nobody held and nothing under way.
   *
   * @param required what it must tell
   */
  public static RouteSeen seen(String json, Set<String> required) {
    ObjectNode whole = STRICT.valueToTree(RouteSeen.unreachable(""));
    whole.remove("fault");
    try {
      if (!(STRICT.readTree(json) instanceof ObjectNode told)) {
        throw new IllegalArgumentException("it is no object");
      }
      told.properties().stream()
          .filter(each -> !each.getValue().isNull())
          .forEach(each -> whole.set(each.getKey(), each.getValue()));
      required.stream()
          .sorted()
          .filter(key -> !told.hasNonNull(key))
          .findFirst()
          .ifPresent(key -> {
            throw new IllegalArgumentException("it has no \"" + key + "\"");
          });
    } catch (JsonProcessingException e) {
      throw unread(e);
    }
    RouteSeen seen = read(LENIENT, whole.toString(), RouteSeen.class);
    seen.order().ifPresent(RouteJson::check);
    return seen;
  }

  /** Reads a state file, or throws an {@link IllegalArgumentException} that says what is wrong. */
  public static Standing standing(String json) {
    Saved saved = read(STRICT, json, Saved.class);
    if (saved.landfallRouterState() != VERSION) {
      throw new IllegalArgumentException("it is of version " + saved.landfallRouterState());
    }
    Standing standing =
        Optional.ofNullable(saved.standing())
            .orElseThrow(() -> new IllegalArgumentException("its standing is null"));
    standing.order().ifPresent(RouteJson::check);
    standing.fallback().ifPresent(RouteJson::check);
    boolean held = standing.order().flatMap(RouteOrder::hold).isPresent();
    if (held != standing.fallback().isPresent() || held != standing.heldSince().isPresent()) {
      throw new IllegalArgumentException("a hold in it lacks its beginning or its way back");
    }
    return standing;
  }

  private static <T> T read(ObjectMapper mapper, String json, Class<T> type) {
    try {
      return Optional.ofNullable(mapper.readValue(json, type))
          .orElseThrow(() -> new IllegalArgumentException("it is empty"));
    } catch (JsonProcessingException e) {
      throw unread(e);
    }
  }

  /** What is no JSON at all is somebody else's text, of which the library would quote a part. */
  private static IllegalArgumentException unread(JsonProcessingException e) {
    boolean isText = e instanceof JsonParseException || e.getCause() instanceof JsonParseException;
    return new IllegalArgumentException(isText ? "it is no JSON" : e.getOriginalMessage(), e);
  }

  /** JSON's null passes by the types: without this, the first request would meet it. */
  private static void isWhole(RouteOrder order) {
    notNull("source", order.source());
    notNull("target", order.target());
    notNull("cohort", order.cohort());
  }

  private static void notNull(String key, @Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException("an order has a " + key + ", and it is not null");
    }
  }

  private static void check(RouteOrder order) {
    isWhole(order);
    if (order.epoch() < 0) {
      throw new IllegalArgumentException("an epoch is 0 or more, not " + order.epoch());
    }
    Duration hold = order.hold().orElse(Duration.ofMillis(1));
    if (hold.isNegative() || hold.isZero()) {
      throw new IllegalArgumentException("a hold lasts longer than nothing, not " + hold);
    }
    if (order.health().filter(path -> !path.startsWith("/")).isPresent()) {
      throw new IllegalArgumentException(
          "a health path begins with a slash, not " + order.health().get());
    }
  }
}
