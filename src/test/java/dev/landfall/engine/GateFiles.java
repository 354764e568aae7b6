package dev.landfall.engine;

import dev.landfall.workload.Calendar;
import dev.landfall.workload.Calendar.Freeze;
import dev.landfall.workload.Calendar.Window;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.About;
import dev.landfall.workload.Gate.Flag;
import dev.landfall.workload.Gate.Kind;
import dev.landfall.workload.Gate.Step;
import dev.landfall.workload.GateCheck;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GatePlan.Duty;
import dev.landfall.workload.GatePlan.Pair;
import dev.landfall.workload.GatePlan.Policy;
import dev.landfall.workload.Person;
import dev.landfall.workload.Workload;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** The versions of a gated workload file that are given in one life; the first one comes first. */
final class GateFiles {
  private static final LocalDateTime BEGIN = LocalDateTime.parse("2026-01-01T00:00:00");

  private final SplittableRandom dice;
  private final List<Workload> all = new ArrayList<>();

  private GateFiles(SplittableRandom dice) {
    this.dice = dice;
  }

  static List<Workload> of(Workload ungated, SplittableRandom dice) {
    var files = new GateFiles(dice);
    Workload first = ungated.behind(Optional.of(files.plan()));
    files.all.add(first);
    int more = 1 + dice.nextInt(3);
    for (int i = 0; i < more; i++) {
      files.all.add(first.behind(first.gates().map(files::edited)));
    }
    return List.copyOf(files.all);
  }

  private GatePlan plan() {
    var gates = new ArrayList<Gate>();
    if (dice.nextInt(4) > 0) {
      gates.add(checked());
    }
    if (dice.nextInt(3) > 0) {
      gates.add(
          people("tested", "operations", "business-owner", Set.of(Flag.values()), about(), 2));
    }
    if (dice.nextInt(3) == 0) {
      gates.add(unchecked());
    }
    if (dice.nextInt(3) == 0) {
      Set<Flag> needs = Set.of(Flag.DOCUMENTED, Flag.VALIDATED);
      gates.add(people("security", "ciso", "ciso", needs, About.PLAN, 1));
    }
    if (gates.isEmpty() || dice.nextInt(3) == 0) {
      gates.add(
          people("go", "business-owner", "business-owner", Set.of(Flag.VALIDATED), about(), 2));
    }
    Optional<Calendar> calendar = dice.nextInt(3) == 0 ? Optional.of(calendar()) : Optional.empty();
    if (calendar.isPresent()) {
      gates.add(window());
    }
    var policy =
        new Policy(
            Policy.STANDARD.separate(),
            List.of("governance"),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60));
    return new GatePlan(gates, cast(dice.nextBoolean(), "max"), policy, calendar);
  }

  /** Everybody whom files name. */
  private static List<Person> cast(boolean rootIsNamed, String max) {
    var people = new ArrayList<Person>();
    for (Cast each : Cast.values()) {
      switch (each) {
        case GAIL -> people.add(each.person("gail", rootIsNamed ? List.of("root") : List.of()));
        case MAX ->
            people.add(
                each.person(max, rootIsNamed ? each.accountsBut(max) : List.of("max-admin")));
        case STRANGER -> {}
        default -> people.add(each.person(each.account(), List.of()));
      }
    }
    return List.copyOf(people);
  }

  private About about() {
    return dice.nextInt(3) == 0 ? About.TARGET : About.PLAN;
  }

  private Set<Step> binds() {
    return switch (dice.nextInt(4)) {
      case 0 -> Set.of(Step.FLIGHT);
      case 1 -> Set.of(Step.PROMOTE);
      default -> Set.of(Step.values());
    };
  }

  private Duration validity() {
    return Duration.ofSeconds(8 + dice.nextInt(40));
  }

  private Gate checked() {
    return new Gate(
        "checked",
        "A program looks",
        List.of(),
        "operations",
        List.of("business-owner"),
        1,
        dice.nextBoolean() ? Set.of(Flag.EXECUTED, Flag.DOCUMENTED) : Set.of(Flag.values()),
        binds(),
        validity(),
        about(),
        Kind.MACHINE,
        Optional.of(new GateCheck("command", Duration.ofSeconds(1), Map.of("program", "/it"))));
  }

  private Gate unchecked() {
    return new Gate(
        "unchecked",
        "No program looks, and one should",
        List.of(),
        "operations",
        List.of("business-owner"),
        1,
        Set.of(Flag.EXECUTED, Flag.DOCUMENTED),
        binds(),
        validity(),
        about(),
        Kind.MACHINE,
        Optional.empty());
  }

  private Gate people(
      String id, String owner, String approver, Set<Flag> needs, About about, int quorumMost) {
    return new Gate(
        id,
        "People judge",
        List.of(),
        owner,
        List.of(approver),
        1 + dice.nextInt(quorumMost),
        needs,
        binds(),
        validity(),
        about,
        Kind.PERSON,
        Optional.empty());
  }

  private static Gate window() {
    return new Gate(
        Calendar.GATE,
        "It is a time at which users may be moved",
        List.of("R83"),
        "change-manager",
        List.of("governance"),
        1,
        Set.of(Flag.EXECUTED),
        Set.of(Step.values()),
        Duration.ofDays(1),
        About.PLAN,
        Kind.CALENDAR,
        Optional.empty());
  }

  private Calendar calendar() {
    var windows = new ArrayList<Window>();
    if (dice.nextBoolean()) {
      int closes = 4 + dice.nextInt(20);
      windows.add(window(0, closes));
      windows.add(window(closes + 1 + dice.nextInt(10), 86_399));
    }
    int from = 1 + dice.nextInt(20);
    return new Calendar(ZoneOffset.UTC, windows, List.of(freeze(from, 1 + dice.nextInt(10))));
  }

  private static Window window(int from, int to) {
    return new Window(
        Set.of(DayOfWeek.values()),
        LocalTime.ofSecondOfDay(from),
        LocalTime.ofSecondOfDay(to),
        ZoneOffset.UTC);
  }

  private static Freeze freeze(int from, int lasts) {
    return new Freeze(
        "quarter",
        BEGIN.plusSeconds(from),
        ZoneOffset.UTC,
        0,
        Duration.ofSeconds(lasts),
        Optional.empty());
  }

  /** One edit of it: some demand more, some less, some neither. */
  private GatePlan edited(GatePlan plan) {
    int which = dice.nextInt(plan.gates().size());
    Gate gate = plan.gates().get(which);
    var gates = new ArrayList<>(plan.gates());
    Policy policy = plan.policy();
    List<Person> people = plan.people();
    Optional<Calendar> calendar = plan.calendar();
    switch (dice.nextInt(7)) {
      case 0 -> gates.set(which, counting(gate, gate.validity().minusSeconds(2)));
      case 1 -> gates.set(which, counting(gate, gate.validity().plusSeconds(5)));
      case 2 -> {
        if (gates.size() > 1 && gate.kind() != Kind.CALENDAR) {
          gates.remove(which);
        }
      }
      case 3 -> people = cast(dice.nextBoolean(), "maxine");
      case 4 ->
          policy =
              new Policy(
                  Set.of(new Pair(Duty.APPROVER, Duty.EXECUTOR)),
                  policy.waivers(),
                  policy.waiverMax(),
                  policy.approvalMax());
      case 5 -> {
        if (calendar.isPresent()) {
          calendar = Optional.of(calendar());
        }
      }
      default -> people = cast(true, "max");
    }
    return new GatePlan(gates, people, policy, calendar);
  }

  private static Gate counting(Gate gate, Duration validity) {
    return new Gate(
        gate.id(),
        gate.title(),
        gate.requirements(),
        gate.owner(),
        gate.approvers(),
        gate.quorum(),
        gate.needs(),
        gate.binds(),
        validity,
        gate.about(),
        gate.kind(),
        gate.check());
  }

  /** Whether a file demands less than another, by what these differ in. */
  static boolean isLooser(GatePlan before, GatePlan after) {
    boolean gone =
        before.gates().stream()
            .anyMatch(gate ->
                after
                    .gate(gate.id())
                    .filter(now -> now.validity().compareTo(gate.validity()) <= 0)
                    .isEmpty());
    boolean more =
        after.people().stream()
            .anyMatch(person ->
                person.key().isPresent()
                    && before.person(person.name()).flatMap(Person::key).isEmpty());
    return gone || more || !after.policy().separate().containsAll(before.policy().separate());
  }

  /** The same file, in which everybody who ever gave one has a name. */
  static Workload named(Workload file) {
    GatePlan plan = file.gates().orElseThrow();
    String max = plan.person("max").isPresent() ? "max" : "maxine";
    var people = new ArrayList<>(cast(true, max));
    people.add(Cast.STRANGER.person(Cast.STRANGER.account(), List.of()));
    return file.behind(
        Optional.of(new GatePlan(plan.gates(), people, plan.policy(), plan.calendar())));
  }
}
