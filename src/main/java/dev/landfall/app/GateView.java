package dev.landfall.app;

import dev.landfall.cli.GateOperations.Item;
import dev.landfall.cli.GateOperations.Report;
import dev.landfall.engine.Adapters;
import dev.landfall.engine.Survey;
import dev.landfall.gate.Dossier;
import dev.landfall.gate.Dossier.Mark;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.Standing;
import dev.landfall.gate.Subject;
import dev.landfall.problem.OutsideException;
import dev.landfall.promotion.GateOutlook;
import dev.landfall.promotion.GateRule;
import dev.landfall.promotion.Glass;
import dev.landfall.promotion.Promotion;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Puts what is known of gates into the words of the command line. */
final class GateView {
  private GateView() {}

  /** How the gates stand; the target is looked at where something hangs on it. */
  static Report of(Promotion promotion, Adapters adapters, Instant now) {
    String name = promotion.workload().name();
    Optional<GatePlan> gates = promotion.workload().gates();
    if (gates.isEmpty()) {
      return new Report(
          name,
          false,
          promotion.planHash(),
          "promote",
          List.of(),
          100,
          List.of(),
          glass(promotion, now),
          true,
          Optional.empty());
    }
    GatePlan plan = gates.get();
    Optional<Configuration> target = Optional.empty();
    Optional<String> unseen = Optional.empty();
    if (GateRule.areAboutTheTarget(plan)) {
      try {
        target = Optional.of(Survey.inspect(promotion.workload(), adapters));
      } catch (OutsideException e) {
        unseen = Optional.of(String.valueOf(e.getMessage()));
      }
    }
    Subject current =
        GateRule.subject(
            promotion,
            target,
            Survey.records(promotion.workload(), promotion.planHash(), adapters));
    GateOutlook outlook = GateOutlook.of(promotion, plan, current, now);
    return new Report(
        name,
        true,
        promotion.planHash(),
        GateRule.step(promotion).word(),
        outlook.items().stream().map(each -> item(promotion, each)).toList(),
        outlook.percent(),
        outlook.people(),
        glass(promotion, now),
        outlook.passes(),
        unseen);
  }

  private static List<String> glass(Promotion promotion, Instant now) {
    return Stream.of(Glass.notes(promotion), Glass.demands(promotion, now))
        .flatMap(List::stream)
        .toList();
  }

  private static Item item(Promotion promotion, GateOutlook.Item seen) {
    Standing standing = seen.standing();
    Gate gate = standing.gate();
    Dossier dossier = promotion.gates().of(gate.id());
    return new Item(
        gate.id(),
        gate.title(),
        gate.requirements(),
        gate.owner(),
        gate.kind().word(),
        standing.state().word(),
        standing.why(),
        standing.until(),
        seen.binds(),
        flags(dossier),
        evidence(dossier),
        seen.todo());
  }

  private static List<String> flags(Dossier dossier) {
    var flags = new ArrayList<String>();
    dossier.executed().ifPresent(mark -> flags.add(words("executed", mark)));
    dossier.documented().ifPresent(mark -> flags.add(words("documented", mark)));
    dossier
        .said()
        .forEach(said -> {
          var statement = said.signed().statement();
          flags.add(
              "%s by %s (%s) at %s until %s%s%s"
                  .formatted(
                      statement.verb().word(),
                      statement.by(),
                      statement.role(),
                      statement.at(),
                      statement.until(),
                      said.isVoid() ? ", void: the plan was edited since" : "",
                      statement.reason().isEmpty() ? "" : ": " + statement.reason()));
        });
    return flags;
  }

  private static String words(String flag, Mark mark) {
    return "%s by %s at %s%s%s"
        .formatted(
            flag,
            mark.by(),
            mark.at(),
            mark.passed() ? "" : ", and not so",
            mark.reason().isEmpty() ? "" : ": " + mark.reason());
  }

  private static List<Evidence> evidence(Dossier dossier) {
    return Stream.of(dossier.executed(), dossier.documented())
        .flatMap(Optional::stream)
        .flatMap(mark -> mark.evidence().stream())
        .distinct()
        .toList();
  }
}
