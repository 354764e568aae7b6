package dev.landfall.gate;

import dev.landfall.workload.Calendar;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GatePlan.Pair;
import dev.landfall.workload.Person;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an edited file demands less than the one before it. Whoever may edit a file could take every
 * gate away by it, so that is never done in silence.
 */
public final class Loosening {
  private Loosening() {}

  /** What is looser, as a clause each; empty when nothing is. */
  public static List<String> between(GatePlan before, Optional<GatePlan> after) {
    if (after.isEmpty()) {
      return List.of("all %d gates are gone".formatted(before.gates().size()));
    }
    GatePlan next = after.get();
    var looser = new ArrayList<String>();
    for (Gate gate : before.gates()) {
      next.gate(gate.id())
          .ifPresentOrElse(
              now -> looser(gate, now).forEach(what -> looser.add("gate " + gate.id() + what)),
              () -> looser.add("gate " + gate.id() + " is gone"));
    }
    looser.addAll(looser(before.policy(), next.policy()));
    before.calendar().ifPresent(calendar -> looser.addAll(looser(calendar, next.calendar())));
    looser.addAll(accounts(before, next));
    for (Person person : next.people()) {
      Optional<Person> known = before.person(person.name());
      boolean same =
          known
              .filter(one -> one.key().equals(person.key()))
              .filter(one -> one.roles().containsAll(person.roles()))
              .isPresent();
      // Who has no key can validate nothing and waive nothing.
      if (person.key().isPresent() && !same) {
        looser.add(
            person.name()
                + " may sign"
                + (known.isPresent() ? " as somebody else than before" : ""));
      }
    }
    return looser;
  }

  /** Whose account is whose says who may not approve: nobody becomes somebody else in silence. */
  private static List<String> accounts(GatePlan before, GatePlan after) {
    var looser = new ArrayList<String>();
    for (GatePlan plan : List.of(before, after)) {
      for (Person person : plan.people()) {
        person.accounts().stream()
            .filter(account -> !before.nameOf(account).equals(after.nameOf(account)))
            .map(account ->
                "account %s is now %s, and was %s"
                    .formatted(account, owner(after, account), owner(before, account)))
            .filter(words -> !looser.contains(words))
            .forEach(looser::add);
      }
    }
    return looser;
  }

  private static String owner(GatePlan plan, String account) {
    return plan.whoIs(account).map(person -> person.name() + "'s").orElse("nobody's");
  }

  private static List<String> looser(Gate before, Gate after) {
    var looser = new ArrayList<String>();
    // A check where there was none takes away that somebody else must look: it is a trivial one, or
    // it is not, and the file cannot tell.
    add(looser, !after.demands().containsAll(before.demands()), " needs less");
    add(looser, !after.binds().containsAll(before.binds()), " holds fewer steps back");
    add(looser, after.quorum() < before.quorum(), " is validated by fewer people");
    add(looser, !before.approvers().containsAll(after.approvers()), " has more approvers");
    add(looser, after.validity().compareTo(before.validity()) > 0, " counts for longer");
    add(looser, before.about() != after.about() && after.about() == Gate.About.PLAN, sees());
    add(looser, before.check().isPresent() && !before.check().equals(after.check()), checks());
    boolean delegated =
        before.owner().equals(GatePlan.CISO) && !after.owner().equals(GatePlan.CISO);
    add(looser, delegated, " is the ciso's no more");
    return looser;
  }

  private static String sees() {
    return " is about the target no more";
  }

  private static String checks() {
    return " has another check, or none";
  }

  private static List<String> looser(GatePlan.Policy before, GatePlan.Policy after) {
    var looser = new ArrayList<String>();
    before.separate().stream()
        .filter(pair -> !after.separate().contains(pair))
        .map(Pair::word)
        .sorted()
        .forEach(pair -> looser.add(pair + " is kept apart no more"));
    add(looser, !before.waivers().containsAll(after.waivers()), "more roles may waive");
    boolean more = !before.breakers().containsAll(after.breakers());
    add(looser, more, "more roles may break the glass");
    add(looser, after.waiverMax().compareTo(before.waiverMax()) > 0, "waivers count for longer");
    boolean longer = after.approvalMax().compareTo(before.approvalMax()) > 0;
    add(looser, longer, "approvals count for longer");
    return looser;
  }

  private static List<String> looser(Calendar before, Optional<Calendar> after) {
    var looser = new ArrayList<String>();
    List<Calendar.Window> windows = after.map(Calendar::windows).orElse(List.of());
    boolean wider =
        !before.windows().isEmpty()
            && (windows.isEmpty() || !before.windows().containsAll(windows));
    add(looser, wider, "users may be moved at other times than before");
    List<Calendar.Freeze> freezes = after.map(Calendar::freezes).orElse(List.of());
    add(looser, !freezes.containsAll(before.freezes()), "a freeze is gone, or another one");
    return looser;
  }

  private static void add(List<String> looser, boolean is, String what) {
    if (is) {
      looser.add(what);
    }
  }
}
