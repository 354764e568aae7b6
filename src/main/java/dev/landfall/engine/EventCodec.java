package dev.landfall.engine;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.landfall.promotion.Event;
import dev.landfall.workload.Workload;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Events as JSON, for ever: the type is the simple name of the record, the payload its components.
 *
 * <p>A workload with gates is stored under a type of its own. Fields that an older program wrote
 * are still read; fields that a newer one added are passed over.
 */
public final class EventCodec {
  private static final Map<String, Class<?>> TYPES =
      Arrays.stream(Event.class.getPermittedSubclasses())
          .collect(Collectors.toMap(Class::getSimpleName, Function.identity()));

  private static final Map<String, Class<?>> GATED_TYPES =
      Map.of(
          "GatedRegistered", Event.Registered.class,
          "GatedAmended", Event.Amended.class);

  private static final String GATED = "Gated";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addModule(workloads())
          // A map or a list that an older program did not know had nothing in it.
          .withConfigOverride(
              Map.class, each -> each.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
          .withConfigOverride(
              List.class,
              each -> each.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
          .build();

  /** A workload has one form in the journal, whatever event it is a part of. */
  private static SimpleModule workloads() {
    var module = new SimpleModule();
    module.addSerializer(
        Workload.class,
        new StdSerializer<>(Workload.class) {
          private static final long serialVersionUID = 1;

          @Override
          public void serialize(Workload value, JsonGenerator out, SerializerProvider provider)
              throws IOException {
            out.writeRawValue(WorkloadJson.write(value));
          }
        });
    module.addDeserializer(
        Workload.class,
        new StdDeserializer<>(Workload.class) {
          private static final long serialVersionUID = 1;

          @Override
          public Workload deserialize(JsonParser in, DeserializationContext context)
              throws IOException {
            return WorkloadJson.read(in.readValueAsTree().toString());
          }
        });
    return module;
  }

  private EventCodec() {}

  /**
   * The name under which an event is stored. A workload with gates has one of its own, for the sake
   * of programs from before gates: they pass over fields that they do not know, and would promote
   * past the gates; a type that they do not know stops them.
   */
  public static String type(Event event) {
    String name = event.getClass().getSimpleName();
    return isGated(event) ? GATED + name : name;
  }

  private static boolean isGated(Event event) {
    return switch (event) {
      case Event.Registered(Workload workload, _, _, _) -> workload.gates().isPresent();
      case Event.Amended(Workload workload, _, _, _) -> workload.gates().isPresent();
      default -> false;
    };
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
    Class<?> known = GATED_TYPES.getOrDefault(type, TYPES.get(type));
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
