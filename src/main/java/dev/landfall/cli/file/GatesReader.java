package dev.landfall.cli.file;

import dev.landfall.engine.Signatures;
import dev.landfall.workload.Calendar;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GatePlan.Duty;
import dev.landfall.workload.GatePlan.Pair;
import dev.landfall.workload.GatePlan.Policy;
import dev.landfall.workload.Model;
import dev.landfall.workload.Person;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The mapping {@code gates}. The result counts only when there is no mistake. */
final class GatesReader {
  private static final int GATES_MAX = 1000;
  private static final int PEOPLE_MAX = 1000;
  private static final Duration TIME_MIN = Duration.ofMinutes(1);
  private static final Duration TIME_MAX = Duration.ofDays(365);

  /** An Ed25519 key as SubjectPublicKeyInfo (RFC 8410), which always begins with the same bytes. */
  private static final Pattern KEY = Pattern.compile("MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=");

  private static final Pattern ACCOUNT = Pattern.compile("[^\\p{Cntrl}\\s]{1,100}");

  private final GateCatalogue catalogue = GateCatalogue.standard();
  private final Model model;

  private GatesReader(Model model) {
    this.model = model;
  }

  static Optional<GatePlan> read(Optional<Field> field, Model model) {
    return field.isPresent() ? new GatesReader(model).read(field.get()) : whenNothingIsSaid();
  }

  /** What holds in a workload whose file says nothing of gates. This is the one place for it. */
  private static Optional<GatePlan> whenNothingIsSaid() {
    return Optional.empty();
  }

  private Optional<GatePlan> read(Field field) {
    return Section.of(field, "gates.", Vocabulary.GATES)
        .map(section -> {
          boolean full =
              section
                  .field("catalogue")
                  .flatMap(each -> each.word(List.of("full", "chosen")))
                  .filter("chosen"::equals)
                  .isEmpty();
          List<Person> people = section.field("people").map(this::people).orElse(List.of());
          Policy policy =
              section
                  .field("policy")
                  .flatMap(each -> Section.of(each, "gates.policy.", Vocabulary.POLICY))
                  .map(this::policy)
                  .orElse(Policy.STANDARD);
          Optional<Calendar> calendar = section.field("calendar").flatMap(CalendarReader::read);
          List<Gate> gates =
              gates(section.field("each"), full, calendar.map(_ -> CalendarReader.gate(policy)));
          if (gates.isEmpty()) {
            section.wrong("there is no gate", "say catalogue: full, or name some under each:");
          }
          return new GatePlan(gates, people, policy, calendar);
        });
  }

  private List<Gate> gates(Optional<Field> each, boolean full, Optional<Gate> timed) {
    Map<String, Field> given =
        each.map(field -> Section.named(field, "a gate", GATES_MAX)).orElse(Map.of());
    var gates = new LinkedHashMap<String, Gate>();
    var reader = new GateReader(catalogue, model);
    catalogue
        .items()
        .forEach((id, item) -> {
          Optional<Gate> known = item.in(model);
          Field own = given.get(id);
          if (own != null) {
            // Whoever names a gate wants it, also in a model that would have no use for it.
            reader
                .read(id, own, known.or(() -> Optional.of(item.gate())))
                .ifPresent(gate -> gates.put(id, gate));
          } else if (full) {
            known.ifPresent(gate -> gates.put(id, gate));
          }
        });
    Optional.ofNullable(given.get(Calendar.GATE))
        .ifPresent(
            field -> field.wrong("this gate is the calendar", "say it under gates.calendar"));
    timed.ifPresent(gate -> gates.put(gate.id(), gate));
    given.forEach((id, field) -> {
      if (!id.equals(Calendar.GATE) && !catalogue.items().containsKey(id)) {
        reader.read(id, field, Optional.empty()).ifPresent(gate -> gates.put(id, gate));
      }
    });
    return List.copyOf(gates.values());
  }

  private List<Person> people(Field field) {
    var people = new ArrayList<Person>();
    var keys = new LinkedHashMap<String, String>();
    Map<String, Field> named = Section.named(field, "a mapping with roles", PEOPLE_MAX);
    var owners = new LinkedHashMap<String, String>();
    named.keySet().forEach(name -> owners.put(name, name));
    named.forEach((name, each) ->
        Section.of(each, each.where() + ".", Vocabulary.PERSON)
            .ifPresent(section -> {
              Optional<String> key = section.field("key").flatMap(given -> key(given, name, keys));
              List<String> roles =
                  section
                      .field("roles")
                      .map(given -> GateReader.roles(given, catalogue.roles().keySet()))
                      .orElse(List.of());
              section.field("roles").ifPresent(given -> refuseBoth(given, roles));
              List<String> accounts =
                  section
                      .field("accounts")
                      .map(given -> accounts(given, name, owners))
                      .orElse(List.of());
              people.add(new Person(name, roles, key, accounts));
            }));
    if (people.isEmpty()) {
      field.wrong("there is nobody", "name those who take part");
    }
    return people;
  }

  /** The security officer's judgement is delegated to nobody, and not to who is judged (R47). */
  private static void refuseBoth(Field field, List<String> roles) {
    if (roles.contains(GatePlan.CISO) && !Collections.disjoint(roles, GatePlan.MIGRATES)) {
      field.wrong(
          "the security officer would be of the team that migrates",
          "take ciso, or %s, away".formatted(String.join(" and ", GatePlan.MIGRATES)));
    }
  }

  /** One account is one person, and nobody's account is somebody else's name. */
  private static List<String> accounts(Field field, String name, Map<String, String> owners) {
    var accounts = new ArrayList<String>();
    for (Field each : field.elements()) {
      each.text(ACCOUNT, _ -> "it is no name of an account")
          .ifPresent(account -> {
            String other = owners.putIfAbsent(account, name);
            if (other == null) {
              accounts.add(account);
            } else {
              each.wrong(
                  Names.shown(account) + " is " + other + " already", "one account, one person");
            }
          });
    }
    return accounts;
  }

  /** One key is one person: whoever had two names could keep two duties apart by them. */
  private static Optional<String> key(Field field, String name, Map<String, String> keys) {
    Optional<String> key = field.text(KEY, _ -> "it is no public key of Ed25519");
    if (key.isPresent() && !Signatures.isKey(key.get())) {
      field.wrong("it is no public key of Ed25519 as one person has it");
      return Optional.empty();
    }
    key.ifPresent(text -> {
      String other = keys.putIfAbsent(text, name);
      if (other != null) {
        field.wrong("it is the key of " + other + ", too", "one person, one key");
      }
    });
    return key;
  }

  private Policy policy(Section section) {
    var usual = Policy.STANDARD;
    return new Policy(
        section.field("separate").<Set<Pair>>map(GatesReader::pairs).orElse(usual.separate()),
        section
            .field("waivers")
            .map(field -> GateReader.roles(field, catalogue.roles().keySet()))
            .orElse(usual.waivers()),
        time(section, "waiver-max").orElse(usual.waiverMax()),
        time(section, "approval-max").orElse(usual.approvalMax()),
        section.field("break-glass").map(this::breakers).orElse(usual.breakers()));
  }

  /** Nobody is an answer, too. */
  private List<String> breakers(Field field) {
    List<String> known = List.copyOf(catalogue.roles().keySet());
    return GateReader.words(field, Optional::of, known, 0);
  }

  private static Optional<Duration> time(Section section, String key) {
    return section.field(key).flatMap(field -> GateReader.time(field, TIME_MIN, TIME_MAX));
  }

  private static Set<Pair> pairs(Field field) {
    List<Pair> known = pairs();
    List<String> words = known.stream().map(Pair::word).toList();
    return Set.copyOf(
        GateReader.words(
            field,
            word -> known.stream().filter(pair -> pair.word().equals(word)).findFirst(),
            words,
            0));
  }

  private static List<Pair> pairs() {
    return Stream.of(Duty.values())
        .flatMap(one ->
            Stream.of(Duty.values())
                .filter(other -> one.compareTo(other) < 0)
                .map(other -> new Pair(one, other)))
        .collect(Collectors.toList());
  }
}
