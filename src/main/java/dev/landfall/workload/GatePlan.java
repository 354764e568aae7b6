package dev.landfall.workload;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The gates of a workload, the people, and which of them may do what.
 *
 * @param gates in the order in which they are shown
 * @param people everybody who takes part; nobody else may
 * @param calendar when users may be moved; absent for at any time
 */
public record GatePlan(
    List<Gate> gates, List<Person> people, Policy policy, Optional<Calendar> calendar) {
  public GatePlan {
    gates = List.copyOf(gates);
    people = List.copyOf(people);
  }

  /** Without a calendar. */
  public GatePlan(List<Gate> gates, List<Person> people, Policy policy) {
    this(gates, people, policy, Optional.empty());
  }

  /** A gate by its id; absent when there is none. */
  public Optional<Gate> gate(String id) {
    return gates.stream().filter(gate -> gate.id().equals(id)).findFirst();
  }

  /** A person by name; absent for somebody whom the file does not name. */
  public Optional<Person> person(String name) {
    return people.stream().filter(person -> person.name().equals(name)).findFirst();
  }

  /** Whose account it is; absent for one of nobody whom the file names. */
  public Optional<Person> whoIs(String account) {
    return people.stream().filter(person -> person.is(account)).findFirst();
  }

  /** The person's name where the file says whose account it is, else the account. */
  public String nameOf(String account) {
    return whoIs(account).map(Person::name).orElse(account);
  }

  /**
   * The role that alone may set its own gates aside: its judgement is delegated to nobody (R47).
   */
  public static final String CISO = "ciso";

  /** The roles of the team that migrates: nobody of it is the security officer (R47). */
  public static final List<String> MIGRATES = List.of("adoption", "migration-engineer");

  /** The roles that may waive a gate, or say that it does not apply. */
  public List<String> waivers(Gate gate) {
    return gate.owner().equals(CISO) ? List.of(CISO) : policy.waivers();
  }

  /** The roles that may break the glass, and review that somebody else did. */
  public List<String> breakers() {
    return Stream.concat(policy.breakers().stream(), Stream.of(CISO)).distinct().toList();
  }

  /**
   * What people may do.
   *
   * @param separate the duties of which nobody may have both
   * @param waivers the roles that may waive a gate, or say that it does not apply
   * @param waiverMax for how long at most
   * @param approvalMax how long an approval counts at most
   * @param breakers the roles that may break the glass, past all gates but those of the ciso, who
   *     may past all of them; empty when nobody else may
   */
  public record Policy(
      Set<Pair> separate,
      List<String> waivers,
      Duration waiverMax,
      Duration approvalMax,
      List<String> breakers) {
    /** For how long glass is broken at most. */
    public static final Duration BREAK_MAX = Duration.ofHours(24);

    /** Who may break the glass when nothing else is said. */
    public static final List<String> BREAKERS = List.of("governance");

    /** The glass is broken by the usual roles. */
    public Policy(
        Set<Pair> separate, List<String> waivers, Duration waiverMax, Duration approvalMax) {
      this(separate, waivers, waiverMax, approvalMax, BREAKERS);
    }

    /** Nobody approves what they asked for, tested, or carry out. */
    public static final Policy STANDARD =
        new Policy(
            Set.of(
                new Pair(Duty.REQUESTER, Duty.APPROVER),
                new Pair(Duty.TESTER, Duty.APPROVER),
                new Pair(Duty.APPROVER, Duty.EXECUTOR)),
            List.of("governance"),
            Duration.ofDays(30),
            Duration.ofDays(30));

    public Policy {
      separate = Set.copyOf(separate);
      waivers = List.copyOf(waivers);
      breakers = List.copyOf(breakers);
    }
  }

  /** Two duties; their order means nothing. */
  public record Pair(Duty one, Duty other) {
    public Pair {
      if (one.compareTo(other) > 0) {
        Duty first = other;
        other = one;
        one = first;
      }
    }

    /** The duty that may not come together with this one; absent when this pair says nothing. */
    public Optional<Duty> against(Duty duty) {
      if (duty == one) {
        return Optional.of(other);
      }
      return duty == other ? Optional.of(one) : Optional.empty();
    }

    /** {@code requester-approver}. */
    public String word() {
      return one.word() + "-" + other.word();
    }
  }

  /** What somebody did for one plan. */
  public enum Duty {
    /** Gave the workload file, as it is or as it was before an edit. */
    REQUESTER("requester"),
    /** Ran a check, or brought evidence. */
    TESTER("tester"),
    /** Validated a gate, waived one, or said that it does not apply. */
    APPROVER("approver"),
    /** Ordered users to move. */
    EXECUTOR("executor");

    private final String word;

    Duty(String word) {
      this.word = word;
    }

    /** The word of the workload file. */
    public String word() {
      return word;
    }

    /** The duty of a word; absent when there is none. */
    public static Optional<Duty> of(String word) {
      return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }
  }
}
