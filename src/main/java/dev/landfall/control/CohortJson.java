package dev.landfall.control;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.landfall.routing.Cohort;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A cohort as JSON. Nobody and everybody are words, as people give those by hand; others have only
 * the keys in which they differ from nobody.
 */
final class CohortJson {
  private static final String NOBODY = "nobody";
  private static final String EVERYBODY = "everybody";
  private static final Set<String> COHORT = Set.of("share", "salt", "identity", "moved", "kept");
  private static final Set<String> IDENTITY =
      Set.of("userHeader", "userCookie", "groupHeader", "byNameAlone");
  private static final Set<String> NAMED = Set.of("users", "groups", "networks");

  private CohortJson() {}

  static SimpleModule module() {
    return new SimpleModule()
        .addSerializer(Cohort.class, new Writer())
        .addDeserializer(Cohort.class, new Reader());
  }

  private static final class Writer extends StdSerializer<Cohort> {
    private static final long serialVersionUID = 1;

    Writer() {
      super(Cohort.class);
    }

    @Override
    public void serialize(Cohort cohort, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (cohort.equals(Cohort.NOBODY) || cohort.equals(Cohort.EVERYBODY)) {
        out.writeString(cohort.equals(Cohort.NOBODY) ? NOBODY : EVERYBODY);
        return;
      }
      out.writeStartObject();
      out.writeNumberField("share", cohort.share());
      if (!cohort.salt().isEmpty()) {
        out.writeStringField("salt", cohort.salt());
      }
      if (!cohort.identity().equals(Identity.NONE)) {
        out.writeObjectFieldStart("identity");
        text(out, "userHeader", cohort.identity().userHeader());
        text(out, "userCookie", cohort.identity().userCookie());
        text(out, "groupHeader", cohort.identity().groupHeader());
        if (cohort.identity().byNameAlone()) {
          out.writeBooleanField("byNameAlone", true);
        }
        out.writeEndObject();
      }
      named(out, "moved", cohort.moved());
      named(out, "kept", cohort.kept());
      out.writeEndObject();
    }

    private static void text(JsonGenerator out, String key, Optional<String> value)
        throws IOException {
      if (value.isPresent()) {
        out.writeStringField(key, value.get());
      }
    }

    private static void named(JsonGenerator out, String key, Named named) throws IOException {
      if (named.isEmpty()) {
        return;
      }
      out.writeObjectFieldStart(key);
      list(out, "users", named.users());
      list(out, "groups", named.groups());
      list(out, "networks", named.networks().stream().map(Network::text).toList());
      out.writeEndObject();
    }

    private static void list(JsonGenerator out, String key, List<String> values)
        throws IOException {
      if (!values.isEmpty()) {
        out.writeArrayFieldStart(key);
        for (String value : values) {
          out.writeString(value);
        }
        out.writeEndArray();
      }
    }
  }

  private static final class Reader extends StdDeserializer<Cohort> {
    private static final long serialVersionUID = 1;

    Reader() {
      super(Cohort.class);
    }

    @Override
    public Cohort deserialize(JsonParser in, DeserializationContext context) throws IOException {
      JsonNode tree = context.readTree(in);
      try {
        return cohort(tree);
      } catch (IllegalArgumentException e) {
        throw InvalidFormatException.from(in, e.getMessage(), tree, Cohort.class);
      }
    }

    private static Cohort cohort(JsonNode tree) {
      if (tree.isTextual()) {
        return switch (tree.asText()) {
          case NOBODY -> Cohort.NOBODY;
          case EVERYBODY -> Cohort.EVERYBODY;
          default ->
              throw new IllegalArgumentException(
                  "a cohort is nobody, everybody or an object, not \"" + tree.asText() + "\"");
        };
      }
      check(tree, "a cohort", COHORT);
      if (!tree.path("share").isInt()) {
        throw new IllegalArgumentException("a cohort has a share in ten-thousandths");
      }
      JsonNode identity = tree.path("identity");
      check(identity, "an identity", IDENTITY);
      return new Cohort(
          tree.path("share").asInt(),
          tree.has("salt") ? word(tree.get("salt"), "salt") : "",
          new Identity(
              text(identity, "userHeader"),
              text(identity, "userCookie"),
              text(identity, "groupHeader"),
              isSaid(identity, "byNameAlone")),
          named(tree.path("moved")),
          named(tree.path("kept")));
    }

    private static Optional<String> text(JsonNode tree, String key) {
      return tree.hasNonNull(key) ? Optional.of(word(tree.get(key), key)) : Optional.empty();
    }

    private static boolean isSaid(JsonNode tree, String key) {
      if (tree.has(key) && !tree.get(key).isBoolean()) {
        throw new IllegalArgumentException(
            "\"" + key + "\" is true or false, not " + sort(tree.get(key)));
      }
      return tree.path(key).asBoolean(false);
    }

    /** Read for something else, a number or a list would name somebody whom nobody meant. */
    private static String word(JsonNode value, String key) {
      if (!value.isTextual()) {
        throw new IllegalArgumentException("\"" + key + "\" is of text, not " + sort(value));
      }
      return value.asText();
    }

    private static String sort(JsonNode value) {
      return value.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    private static Named named(JsonNode tree) {
      check(tree, "what is named", NAMED);
      return new Named(
          list(tree, "users"),
          list(tree, "groups"),
          list(tree, "networks").stream().map(Network::parse).toList());
    }

    private static List<String> list(JsonNode tree, String key) {
      JsonNode list = tree.path(key);
      if (!list.isMissingNode() && !list.isArray()) {
        throw new IllegalArgumentException("\"" + key + "\" is a list, not " + sort(list));
      }
      var values = new ArrayList<String>();
      list.forEach(value -> values.add(word(value, key)));
      return values;
    }

    private static void check(JsonNode tree, String what, Set<String> known) {
      if (!tree.isMissingNode() && !tree.isObject()) {
        throw new IllegalArgumentException(what + " is an object");
      }
      tree.fieldNames()
          .forEachRemaining(name -> {
            if (!known.contains(name)) {
              throw new IllegalArgumentException(what + " has no \"" + name + "\"");
            }
          });
    }
  }
}
