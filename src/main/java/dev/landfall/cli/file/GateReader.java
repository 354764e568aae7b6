package dev.landfall.cli.file;

import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.Flag;
import dev.landfall.workload.Gate.Step;
import dev.landfall.workload.GateCheck;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.Model;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** One gate of a workload: of the catalogue, with what the file changes of it, or its own. */
final class GateReader {
  static final Duration VALIDITY = Duration.ofDays(30);

  private static final Duration TIME_MIN = Duration.ofMinutes(1);
  private static final Duration TIME_MAX = Duration.ofDays(3650);
  private static final int QUORUM_MAX = 20;

  private final GateCatalogue catalogue;
  private final Model model;

  GateReader(GateCatalogue catalogue, Model model) {
    this.model = model;
    this.catalogue = catalogue;
  }

  /**
   * Reads one.
   *
   * @param known what the catalogue says; absent for one of the file's own
   */
  Optional<Gate> read(String id, Field field, Optional<Gate> known) {
    return Section.of(field, field.where() + ".", Vocabulary.GATE)
        .map(section -> read(id, section, known));
  }

  private Gate read(String id, Section section, Optional<Gate> known) {
    if (known.isEmpty()) {
      for (String key : List.of("title", "owner")) {
        if (section.field(key).isEmpty()) {
          section.wrong(
              "the catalogue has no gate "
                  + Names.shown(id)
                  + ", and the key \""
                  + key
                  + "\" is missing",
              "add " + key + ":, or " + Names.correction(id, catalogue.items().keySet()));
        }
      }
    }
    Optional<GateCheck> check = section.field("check").flatMap(CheckReader::read);
    String owner =
        section
            .field("owner")
            .flatMap(each -> each.word(catalogue.roles().keySet()))
            .or(() -> known.map(Gate::owner))
            .orElse("");
    List<String> approvers =
        section
            .field("approvers")
            .map(each -> roles(each, catalogue.roles().keySet()))
            .or(() -> known.map(Gate::approvers))
            .orElse(List.of(owner));
    checkDelegation(section, known);
    boolean looks = check.filter(each -> !isOfRecords(each)).isPresent();
    var kind = looks ? Gate.Kind.MACHINE : known.map(Gate::kind).orElse(Gate.Kind.PERSON);
    Set<Flag> usual = looks ? Set.of(Flag.EXECUTED, Flag.DOCUMENTED) : Set.of(Flag.values());
    return new Gate(
        id,
        section.field("title").flatMap(Field::text).or(() -> known.map(Gate::title)).orElse(""),
        known.map(Gate::requirements).orElse(List.of()),
        owner,
        approvers,
        section
            .field("quorum")
            .flatMap(GateReader::quorum)
            .or(() -> known.map(Gate::quorum))
            .orElse(1),
        section
            .field("needs")
            .map(each -> needs(each, check))
            .or(() -> known.map(Gate::needs))
            .orElse(usual),
        section
            .field("binds")
            .map(each -> binds(each, owner))
            .or(() -> known.map(Gate::binds))
            .orElse(Set.of(Step.PROMOTE)),
        time(section, "validity").or(() -> known.map(Gate::validity)).orElse(VALIDITY),
        section
            .field("about")
            .flatMap(each -> each.word(List.of("plan", "target")))
            .flatMap(Gate.About::of)
            .or(() -> known.map(Gate::about))
            .orElse(Gate.About.PLAN),
        kind,
        check);
  }

  private static boolean isOfRecords(GateCheck check) {
    return check.kind().equals(GateCheck.RECORDS);
  }

  /** What people wrote is their word: no check of it takes the place of somebody else's look. */
  private static Set<Flag> needs(Field field, Optional<GateCheck> check) {
    var needs = new LinkedHashSet<>(words(field, Flag::of, flags(), 1));
    if (check.filter(GateReader::isOfRecords).isPresent() && !needs.contains(Flag.VALIDATED)) {
      field.wrong(
          "its check reads what people wrote, and nobody else would have to look at that",
          "add validated to it");
    }
    return needs;
  }

  /** Steps of which at least one comes, so that the gate holds somebody back. */
  private Set<Step> binds(Field field, String owner) {
    var binds = new LinkedHashSet<>(words(field, Step::of, steps(), 1));
    boolean late = binds.equals(Set.of(Step.FLIGHT));
    if (late && model != Model.FLIGHT) {
      field.wrong("there are no flights in the model " + model.word(), "say binds: [promote]");
    } else if (late && owner.equals(GatePlan.CISO)) {
      field.wrong("the security officer's gate would let the first users by", "add promote to it");
    }
    return binds;
  }

  /** Whose judgement it is may be chosen, save for that of the security officer (R47). */
  private static void checkDelegation(Section section, Optional<Gate> known) {
    if (known.filter(gate -> gate.owner().equals(GatePlan.CISO)).isEmpty()) {
      return;
    }
    for (String key : List.of("owner", "approvers", "needs")) {
      section
          .field(key)
          .ifPresent(field ->
              field.wrong(
                  "this gate is the security officer's alone",
                  "take " + key + " away: it can be delegated to nobody"));
    }
  }

  private static Optional<Integer> quorum(Field field) {
    var text = field.text();
    boolean fits =
        text.filter(each -> each.matches("[0-9]{1,3}"))
            .map(Integer::parseInt)
            .filter(each -> each >= 1 && each <= QUORUM_MAX)
            .isPresent();
    if (text.isPresent() && !fits) {
      field.wrong(Names.shown(text.get()) + " is not allowed");
    }
    return fits ? text.map(Integer::parseInt) : Optional.empty();
  }

  /** A list of roles, each of which is known; at least one. */
  static List<String> roles(Field field, Collection<String> known) {
    var roles = new LinkedHashSet<String>();
    List<Field> elements = field.elements();
    if (elements.isEmpty()) {
      field.wrong("there are none", "name at least one");
    }
    elements.forEach(each -> each.word(known).ifPresent(roles::add));
    return List.copyOf(roles);
  }

  /** A list of words, each of which means something. */
  static <T> List<T> words(
      Field field, Function<String, Optional<T>> meaning, List<String> known, int min) {
    var found = new ArrayList<T>();
    List<Field> elements = field.elements();
    if (elements.size() < min) {
      field.wrong("there are none", "allowed: " + String.join(", ", known));
    }
    elements.forEach(each -> each.word(known).flatMap(meaning).ifPresent(found::add));
    return found;
  }

  static List<String> flags() {
    return Stream.of(Flag.values()).map(Flag::word).toList();
  }

  private static List<String> steps() {
    return Stream.of(Step.values()).map(Step::word).toList();
  }

  /** A time of at least a minute; empty when it is not there, or wrong. */
  static Optional<Duration> time(Section section, String key) {
    return section.field(key).flatMap(field -> time(field, TIME_MIN, TIME_MAX));
  }

  static Optional<Duration> time(Field field, Duration min, Duration max) {
    var text = field.text();
    var time = text.flatMap(Quantities::time);
    boolean fits =
        time.filter(each -> each.compareTo(min) >= 0 && each.compareTo(max) <= 0).isPresent();
    if (text.isPresent() && !fits) {
      field.wrong(
          Names.shown(text.get()) + " is not allowed",
          "allowed: a time from " + Quantities.write(min) + " to " + Quantities.write(max));
    }
    return fits ? time : Optional.empty();
  }

  /** The same gate, holding back other steps. */
  static Gate binding(Gate gate, Set<Step> steps) {
    return new Gate(
        gate.id(),
        gate.title(),
        gate.requirements(),
        gate.owner(),
        gate.approvers(),
        gate.quorum(),
        gate.needs(),
        steps,
        gate.validity(),
        gate.about(),
        gate.kind(),
        gate.check());
  }
}
