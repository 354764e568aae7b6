package dev.landfall.promotion;

import dev.landfall.gate.GateBook;
import dev.landfall.promotion.Phase.Parked;
import dev.landfall.replication.SideSeen;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Side;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Says whether a side may be given up for lost. It is the one decision that may lose acknowledged
 * writes (I1), so it is never made while the side answers: then there is a way that loses nothing.
 */
final class Losses {
  /**
   * So many epochs later a side is given up. The very next one may be that of the order that ends a
   * crossing, which a plane that let its users go before refuses; this order has to be taken.
   */
  private static final int EPOCHS = 2;

  private Losses() {}

  static Decision decide(Promotion promotion, Input.Ask.GiveUp ask, Instant now) {
    Side lost = ask.lost();
    World world = ask.world();
    if (isGivenUp(promotion.phase(), lost)) {
      return Decision.NOTHING;
    }
    return nothingToGiveUp(promotion, lost)
        .or(() -> answering(promotion, lost, world))
        .or(() -> nobodyLeft(promotion, lost, world))
        .or(() -> unnamed(promotion, ask))
        .orElseGet(() -> Decision.of(givenUp(promotion, ask, now)));
  }

  private static boolean isGivenUp(Phase phase, Side lost) {
    return switch (phase) {
      case Phase.GivingUp(Side already, _) -> already == lost;
      case Phase.GivenUp(Side already, _) -> already == lost;
      case Phase.Registered _, Phase.Replicating _, Phase.Resting _, Parked _ -> false;
      case Phase.CuttingOver _, Phase.Undoing _, Phase.Severing _, Phase.Completed _ -> false;
    };
  }

  /** It takes users past gates that are not passed, so it is somebody's whom the file names. */
  private static Optional<Decision> unnamed(Promotion promotion, Input.Ask.GiveUp ask) {
    boolean named =
        promotion
            .workload()
            .gates()
            .map(plan -> ask.by().flatMap(plan::whoIs).isPresent())
            .orElse(true);
    return named || !GateRule.isLeft(promotion, ask.lost())
        ? Optional.empty()
        : refused(
            promotion,
            ask.lost(),
            Refusal.NOT_ENTITLED,
            "it takes everybody to the target, and the file does not name %s under gates.people"
                .formatted(ask.by().orElse(GateBook.UNKNOWN)));
  }

  private static Event givenUp(Promotion promotion, Input.Ask.GiveUp ask, Instant now) {
    Side lost = ask.lost();
    World world = ask.world();
    List<Event.Heard> heard =
        promotion.owner() == lost || promotion.sharing().isOpen()
            ? promotion.workload().data().stream()
                .map(Asset.Data::name)
                .map(name -> new Event.Heard(name, world.data(name).on(lost.other()).heard()))
                .toList()
            : List.of();
    return new Event.SideGivenUp(
        lost, promotion.epoch() + EPOCHS, now, heard, GateRule.past(promotion, ask, now));
  }

  private static Optional<Decision> nothingToGiveUp(Promotion promotion, Side lost) {
    Phase phase = promotion.phase() instanceof Parked parked ? parked.was() : promotion.phase();
    return switch (phase) {
      case Phase.Registered _ ->
          refused(promotion, lost, Refusal.NOTHING_TO_GIVE_UP, "nothing relies on it yet");
      case Phase.Replicating _ when lost == Side.SOURCE ->
          refused(
              promotion,
              lost,
              Refusal.NOTHING_TO_GIVE_UP,
              "the target has no whole copy; restore the source from its backup");
      case Phase.Severing(Side owner, _) when owner == lost -> severed(promotion, lost);
      case Phase.Completed _, Phase.GivingUp _, Phase.GivenUp _ -> severed(promotion, lost);
      case Phase.Replicating _, Phase.Resting _, Phase.CuttingOver _ -> Optional.empty();
      case Phase.Undoing _, Phase.Severing _, Parked _ -> Optional.empty();
    };
  }

  private static Optional<Decision> severed(Promotion promotion, Side lost) {
    return refused(
        promotion,
        lost,
        Refusal.SEVERED,
        "the sides are severed, and the other has nothing that was written since; restore it from"
            + " its backup");
  }

  private static Optional<Decision> answering(Promotion promotion, Side lost, World world) {
    return promotion.workload().data().stream()
        .map(Asset.Data::name)
        .filter(name -> world.data(name).on(lost).spoke())
        .findFirst()
        .flatMap(name ->
            refused(
                promotion,
                lost,
                Refusal.SIDE_ANSWERS,
                world
                    .data(name)
                    .on(lost)
                    .fault()
                    .map(fault -> refusing(name, fault))
                    .orElseGet(() -> name + " answers there; " + lossless(promotion, lost))));
  }

  private static String refusing(String name, String fault) {
    return name
        + " answers there, though it refuses: "
        + fault
        + "; mend that, or stop the server for good when its data is gone";
  }

  private static String lossless(Promotion promotion, Side lost) {
    String name = promotion.workload().name();
    if (promotion.owner() == Side.SOURCE) {
      return lost == Side.TARGET
          ? "users are on the source and stay there: landfall rollback " + name
          : "landfall promote FILE moves everybody without losing a write";
    }
    return lost == Side.TARGET
        ? "landfall rollback " + name + " brings everybody back without losing a write"
        : "landfall complete " + name + " --sever goes on without it";
  }

  private static Optional<Decision> nobodyLeft(Promotion promotion, Side lost, World world) {
    for (Asset.Data asset : promotion.workload().data()) {
      SideSeen survivor = world.data(asset.name()).on(lost.other());
      if (survivor.fault().isPresent()) {
        return refused(
            promotion,
            lost,
            Refusal.NOBODY_LEFT,
            "the "
                + lost.other().word()
                + " of "
                + asset.name()
                + " does not answer either: "
                + survivor.fault().get());
      }
    }
    return Optional.empty();
  }

  private static Optional<Decision> refused(
      Promotion promotion, Side lost, Refusal refusal, String why) {
    return Optional.of(
        new Decision.Refused(
            refusal,
            "cannot give the "
                + lost.word()
                + " of "
                + promotion.workload().name()
                + " up: "
                + why));
  }
}
