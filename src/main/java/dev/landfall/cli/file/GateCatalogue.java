package dev.landfall.cli.file;

import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.Step;
import dev.landfall.workload.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The gates and roles that ship with the program: a file of data, read as strictly as a workload
 * file.
 */
final class GateCatalogue {
  private static final String RESOURCE = "gates.yaml";
  private static final int MAX = 200;

  private static final Vocabulary.Shape FILE =
      new Vocabulary.Shape(
          "catalogue",
          List.of(
              new Vocabulary.Key("roles", true, "names and what they mean"),
              new Vocabulary.Key("gates", true, "names and gates")));

  private static final Vocabulary.Shape GATE =
      new Vocabulary.Shape(
          "catalogueGate",
          Stream.of(
                  "title",
                  "group",
                  "requirements",
                  "owner",
                  "approvers",
                  "kind",
                  "needs",
                  "single-step",
                  "staged",
                  "flight",
                  "validity",
                  "about")
              .map(name -> new Vocabulary.Key(name, true, "as in the other gates"))
              .toList());

  /**
   * One gate of the catalogue.
   *
   * @param group what it is a part of: {@code process}, {@code practice}, {@code readiness}, {@code
   *     sign-off}
   * @param binds the steps that it holds back, by model; none in a model that has no use for it
   * @param gate with the steps of no model yet
   */
  record Item(String group, Map<Model, Set<Step>> binds, Gate gate) {
    Item {
      binds = Map.copyOf(binds);
    }

    /** The gate as it is in a model; absent where it holds nothing back. */
    Optional<Gate> in(Model model) {
      Set<Step> steps = binds.getOrDefault(model, Set.of());
      return steps.isEmpty() ? Optional.empty() : Optional.of(GateReader.binding(gate, steps));
    }
  }

  /** Read when a file has gates, and not before. */
  private static final class Read {
    static final GateCatalogue ONCE = read();
  }

  private final Map<String, String> roles;
  private final Map<String, Item> items;

  private GateCatalogue(Map<String, String> roles, Map<String, Item> items) {
    this.roles = roles;
    this.items = items;
  }

  static GateCatalogue standard() {
    return Read.ONCE;
  }

  /** What each role means, by its name. */
  Map<String, String> roles() {
    return roles;
  }

  /** All gates by their id, in their order. */
  Map<String, Item> items() {
    return items;
  }

  private static GateCatalogue read() {
    var mistakes = new Mistakes(RESOURCE);
    try (var in = GateCatalogue.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the program was built without " + RESOURCE);
      }
      var root = new YamlTree(mistakes).read(in.readAllBytes());
      var file =
          root.flatMap(node -> Section.of(new Field("the file", node, "", mistakes), "", FILE));
      var roles = new LinkedHashMap<String, String>();
      var items = new LinkedHashMap<String, Item>();
      file.flatMap(section -> section.field("roles"))
          .ifPresent(field ->
              Section.named(field, "a sentence", MAX)
                  .forEach((name, each) -> roles.put(name, each.text().orElse(""))));
      file.flatMap(section -> section.field("gates"))
          .ifPresent(field ->
              Section.named(field, "a gate", MAX)
                  .forEach((name, each) ->
                      item(name, each, roles).ifPresent(item -> items.put(name, item))));
      if (!mistakes.isEmpty()) {
        throw new IllegalStateException("the catalogue is wrong: " + mistakes.inOrder());
      }
      return new GateCatalogue(roles, items);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }

  private static Optional<Item> item(String id, Field field, Map<String, String> roles) {
    return Section.of(field, field.where() + ".", GATE)
        .map(section -> {
          var binds = new LinkedHashMap<Model, Set<Step>>();
          for (Model model : Model.values()) {
            binds.put(
                model,
                section
                    .field(model.word())
                    .map(steps -> GateReader.words(steps, Step::of, steps(), 0))
                    .map(Set::copyOf)
                    .orElse(Set.of()));
          }
          var every = new HashSet<Step>();
          binds.values().forEach(every::addAll);
          String kind = section.field("kind").flatMap(Field::text).orElse("");
          var gate =
              new Gate(
                  id,
                  section.field("title").flatMap(Field::text).orElse(""),
                  requirements(section),
                  section.field("owner").flatMap(each -> each.word(roles.keySet())).orElse(""),
                  section
                      .field("approvers")
                      .map(each -> GateReader.roles(each, roles.keySet()))
                      .orElse(List.of()),
                  1,
                  Set.copyOf(
                      section
                          .field("needs")
                          .map(each -> GateReader.words(each, Gate.Flag::of, GateReader.flags(), 1))
                          .orElse(List.of())),
                  every,
                  GateReader.time(section, "validity").orElse(GateReader.VALIDITY),
                  section
                      .field("about")
                      .flatMap(Field::text)
                      .flatMap(Gate.About::of)
                      .orElse(Gate.About.PLAN),
                  Gate.Kind.of(kind).orElse(Gate.Kind.PERSON),
                  Optional.empty());
          return new Item(section.field("group").flatMap(Field::text).orElse(""), binds, gate);
        });
  }

  private static List<String> requirements(Section section) {
    var texts = new ArrayList<String>();
    section
        .field("requirements")
        .ifPresent(field -> field.elements().forEach(each -> each.text().ifPresent(texts::add)));
    return texts;
  }

  private static List<String> steps() {
    return Stream.of(Step.values()).map(Step::word).toList();
  }
}
