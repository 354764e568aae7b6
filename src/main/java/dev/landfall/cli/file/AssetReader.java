package dev.landfall.cli.file;

import dev.landfall.workload.Asset;
import dev.landfall.workload.CohortKey;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.SecretRef;
import dev.landfall.workload.Side;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The assets of a file, one after the other; it remembers their addresses to compare them. */
final class AssetReader {
  private static final List<String> KINDS = List.of("postgres", "http");
  static final List<String> SSL_MODES =
      List.of("disable", "prefer", "require", "verify-ca", "verify-full");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Endpoint NOWHERE = Endpoint.of("");

  private final Map<String, String> databases = new HashMap<>();

  /** The kind of an asset, without a complaint; empty when it is not known. */
  static Optional<String> kind(Field field) {
    return kindField(field)
        .filter(kind -> kind.node() instanceof ScalarNode)
        .map(kind -> ((ScalarNode) kind.node()).getValue().strip())
        .filter(KINDS::contains);
  }

  private static Optional<Field> kindField(Field field) {
    return Nodes.value(field.node(), "kind")
        .map(node -> new Field(field.where() + ".kind", node, "postgres", field.mistakes()));
  }

  /** Reads one asset; empty when its kind is not known, which has been added to the mistakes. */
  Optional<Asset> read(String name, Field field) {
    var kind = kind(field);
    if (kind.isEmpty()) {
      complainOfKind(field);
      return Optional.empty();
    }
    boolean postgres = kind.get().equals("postgres");
    var shape = postgres ? Vocabulary.POSTGRES : Vocabulary.HTTP;
    String path = field.where() + ".";
    return Section.of(field, path, shape)
        .map(section -> postgres ? data(name, section) : service(name, section));
  }

  private static void complainOfKind(Field field) {
    var given = kindField(field);
    if (given.isPresent()) {
      given.get().checkWord(KINDS);
    } else if (field.node() instanceof MappingNode) {
      field.wrong("the key \"kind\" is missing", "add kind: postgres or kind: http");
    } else {
      field.wrong(field.sort() + " stands here");
    }
  }

  private Asset data(String name, Section section) {
    var source = section.field("source").flatMap(field -> database(field, name, Side.SOURCE));
    var target = section.field("target").flatMap(field -> database(field, name, Side.TARGET));
    boolean given =
        section
            .field("schema")
            .flatMap(field -> field.word(List.of("carried", "given")))
            .filter("given"::equals)
            .isPresent();
    return new Asset.Data(
        name,
        "postgres",
        source.orElse(NOWHERE),
        target.orElse(NOWHERE),
        needs(section),
        given,
        section.field("cohort-key").flatMap(AssetReader::cohortKey));
  }

  private static Optional<CohortKey> cohortKey(Field field) {
    return Section.of(field, field.where() + ".", Vocabulary.COHORT_KEY)
        .map(section ->
            new CohortKey(
                texts(section, "columns"),
                texts(section, "read-only"),
                texts(section, "append-only")));
  }

  private static List<String> texts(Section section, String key) {
    var texts = new ArrayList<String>();
    section
        .field(key)
        .ifPresent(field -> field.elements().forEach(each -> each.text().ifPresent(texts::add)));
    return texts;
  }

  private Optional<Endpoint> database(Field field, String asset, Side side) {
    String path = field.where() + ".";
    var section = Section.of(field, path, Vocabulary.POSTGRES_ENDPOINT);
    if (section.isEmpty()) {
      return Optional.empty();
    }
    var address = section.get().field("url").flatMap(url -> databaseAddress(url, asset, side));
    var options = new HashMap<String, String>();
    var mode = section.get().field("sslmode").flatMap(word -> word.word(SSL_MODES));
    mode.ifPresent(word -> options.put("sslmode", word));
    var certificates = section.get().field("sslrootcert").flatMap(AssetReader::absolutePath);
    certificates.ifPresent(text -> options.put("sslrootcert", text));
    if (mode.filter(word -> word.startsWith("verify-")).isPresent()
        && section.get().field("sslrootcert").isEmpty()) {
      section
          .get()
          .wrong(
              "sslmode is " + mode.get() + ", and nothing says which certificates to trust",
              "add sslrootcert: the path of a file of PEM certificates");
    }
    // Each is read before they are put together, so that each one's mistakes are told.
    var user = section.get().field("user").flatMap(Field::text);
    var password = section.get().field("password").flatMap(AssetReader::secret);
    return address.map(found -> new Endpoint(found.url(), user, password, options));
  }

  /** Two ends in one database would copy it into itself. */
  private Optional<Address> databaseAddress(Field url, String asset, Side side) {
    var address = Address.postgres(url);
    address.ifPresent(found -> {
      String place = "assets." + asset + "." + side.word();
      String other = databases.putIfAbsent(found.same(), place);
      if (other != null && !other.equals(place)) {
        url.wrong(
            "this is the same database as " + other,
            "each source and each target is a database of its own");
      }
    });
    return address;
  }

  static Optional<String> absolutePath(Field field) {
    var text = field.line();
    if (text.isPresent() && !text.get().startsWith("/")) {
      field.wrong("the path does not begin with /");
      return Optional.empty();
    }
    return text;
  }

  private static Asset service(String name, Section section) {
    var source = section.field("source").flatMap(AssetReader::origin);
    var target = section.field("target").flatMap(AssetReader::origin);
    if (source.isPresent()
        && target.isPresent()
        && source.get().same().equals(target.get().same())) {
      section.wrong("source and target are the same address", "a service has one on each side");
    }
    var health = section.field("health").flatMap(AssetReader::absolutePath);
    return new Asset.Service(
        name,
        "http",
        source.map(Address::url).map(Endpoint::of).orElse(NOWHERE),
        target.map(Address::url).map(Endpoint::of).orElse(NOWHERE),
        needs(section),
        health);
  }

  private static Optional<Address> origin(Field field) {
    return Section.of(field, field.where() + ".", Vocabulary.HTTP_ENDPOINT)
        .flatMap(section -> section.field("url"))
        .flatMap(Address::http);
  }

  private static List<String> needs(Section section) {
    var names = new ArrayList<String>();
    Set<String> seen = new HashSet<>();
    for (Field element : section.field("needs").map(Field::elements).orElse(List.of())) {
      var name = element.name();
      if (name.isPresent() && seen.add(name.get())) {
        names.add(name.get());
      } else if (name.isPresent()) {
        element.wrong(Names.shown(name.get()) + " stands twice", "keep one");
      }
    }
    return names;
  }

  /** Reads a reference to a secret. Whatever else stands here is not repeated. */
  static Optional<SecretRef> secret(Field field) {
    var text = field.text();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    SecretRef reference;
    try {
      reference = SecretRef.parse(text.get());
    } catch (IllegalArgumentException e) {
      field.wrong("a text that is no reference (not shown: it may be the secret itself)");
      return Optional.empty();
    }
    boolean fits =
        reference.scheme().equals("env")
            ? VARIABLE.matcher(reference.name()).matches()
            : reference.name().startsWith("/");
    if (!fits) {
      field.wrong(
          reference.scheme().equals("env")
              ? "env: without the name of a variable after it (the text is not shown)"
              : "file: without a path that begins with / after it (the text is not shown)");
      return Optional.empty();
    }
    return Optional.of(reference);
  }
}
