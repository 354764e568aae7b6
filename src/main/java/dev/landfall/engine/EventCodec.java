package dev.landfall.engine;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.landfall.promotion.Event;
import dev.landfall.workload.Asset;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Events as JSON, for ever: the type is the simple name of the record, the payload its components.
 *
 * <p>Fields that an older program wrote are still read; fields that a newer one added are passed
 * over.
 */
public final class EventCodec {
  private static final Map<String, Class<?>> TYPES =
      Arrays.stream(Event.class.getPermittedSubclasses())
          .collect(Collectors.toMap(Class::getSimpleName, Function.identity()));

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addMixIn(Asset.class, AssetForm.class)
          .build();

  /** Says which kind of asset a JSON object is; the core knows nothing of JSON. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Asset.Data.class, name = "data"),
    @JsonSubTypes.Type(value = Asset.Service.class, name = "service")
  })
  private interface AssetForm {}

  private EventCodec() {}

  /** The name under which an event is stored. */
  public static String type(Event event) {
    return event.getClass().getSimpleName();
  }

  /** The event as JSON. */
  public static String payload(Event event) {
    return json(event);
  }

  /**
   * The event that was stored.
   *
   * @throws IllegalStateException when this program does not know the type or cannot read the
   *     payload: a newer program wrote it, or the journal was edited
   */
  public static Event read(String type, String payload) {
    Class<?> known = TYPES.get(type);
    if (known == null) {
      throw new IllegalStateException(
          "cannot read an event of type " + type + ": a newer program wrote it; use that one");
    }
    try {
      return (Event) MAPPER.readValue(payload, known);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot read an event of type " + type, e);
    }
  }

  /** Any value of the core as JSON. */
  public static String json(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value.getClass() + " as JSON", e);
    }
  }

  /** A value of the core from the JSON that {@link #json} wrote. */
  public static <T> T value(String json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot read " + type.getSimpleName() + " from JSON", e);
    }
  }
}
