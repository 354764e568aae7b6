package dev.landfall.adapter.postgres;

import dev.landfall.replication.CopyProgress;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.LinkSeen.Phase;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Says how a link is from what both sides told. It remembers how many errors there were at the last
 * progress, because one error is what any lost connection leaves behind.
 */
final class LinkJudge {
  /** So many failed attempts without any progress are no accident. */
  private static final long ERRORS_MAX = 3;

  private record Progress(String confirmed, long errors) {}

  private final Map<Side, Progress> progress = new EnumMap<>(Side.class);
  private final Map<Side, Room> rooms;

  /** The links whose reader had no room the last time. */
  private final Set<Side> full = EnumSet.noneOf(Side.class);

  LinkJudge(Peer source, Peer target) {
    rooms = Map.of(Side.SOURCE, new Room(source.server), Side.TARGET, new Room(target.server));
  }

  /**
   * What this process knows of a copy.
   *
   * @param passes whether the fault passes by itself, so that trying again is all that is needed
   */
  record Copy(
      boolean running, Optional<String> fault, boolean passes, Optional<CopyProgress> progress) {
    static final Copy NONE = new Copy(false, Optional.empty(), false, Optional.empty());
  }

  /**
   * Judges the link that carries the writes of one side.
   *
   * @param origin the side that the writes are made on; absent when it did not answer
   * @param reader the other; likewise
   */
  LinkSeen judge(Side from, Optional<SideLook> origin, Optional<SideLook> reader, Copy copy) {
    if (origin.isEmpty()) {
      return LinkSeen.of(Phase.UNKNOWN);
    }
    SideLook at = origin.get();
    if (!at.installed()) {
      return seen(Phase.ABSENT, at, reader, copy, copy.fault());
    }
    if (from == Side.SOURCE && (copy.running() || reader.map(SideLook::copying).orElse(false))) {
      return seen(Phase.COPYING, at, reader, copy, Optional.empty());
    }
    if (!at.copied() && from == Side.SOURCE) {
      // What passes by itself is tried again, and needs nobody. Something of ours is there already.
      boolean broken = copy.fault().isPresent() && !copy.passes();
      return seen(broken ? Phase.BROKEN : Phase.COPYING, at, reader, copy, copy.fault());
    }
    if (at.slot().isEmpty()) {
      return at.keeps()
          ? seen(
              Phase.BROKEN,
              at,
              reader,
              copy,
              Optional.of("the slot that kept the writes of the " + from.word() + " is gone"))
          : seen(Phase.ABSENT, at, reader, copy, copy.fault());
    }
    if (at.slot().get().lost()) {
      return seen(
          Phase.BROKEN,
          at,
          reader,
          copy,
          Optional.of(
              "the "
                  + from.word()
                  + " has thrown away log that the link still needed"
                  + " (max_slot_wal_keep_size)"));
    }
    if (!at.publishes()) {
      return seen(Phase.ABSENT, at, reader, copy, Optional.empty());
    }
    return kept(from, at, reader, copy);
  }

  /** The writes are kept; whether somebody takes them is the question. */
  private LinkSeen kept(Side from, SideLook at, Optional<SideLook> reader, Copy copy) {
    if (reader.isEmpty()) {
      return seen(
          Phase.RETAINING,
          at,
          reader,
          copy,
          Optional.of("the " + from.other().word() + " does not answer"));
    }
    var subscription = reader.get().subscription();
    if (subscription.isEmpty() || !subscription.get().enabled()) {
      return seen(
          Phase.RETAINING,
          at,
          reader,
          copy,
          copy.fault().or(() -> Optional.of("the " + from.other().word() + " does not read")));
    }
    if (at.held()) {
      // It goes on by itself, but the way back does not until the order to follow is given again.
      return seen(
          Phase.RETAINING,
          at,
          reader,
          copy,
          Optional.of("the " + from.word() + " does not read the other side yet"));
    }
    Optional<String> room = waitsForRoom(from, at, subscription.get());
    if (room.isPresent()) {
      return seen(Phase.RETAINING, at, reader, copy, room);
    }
    long errors = errorsSinceProgress(from, at, subscription.get());
    if (errors >= ERRORS_MAX) {
      return seen(
          Phase.STUCK,
          at,
          reader,
          copy,
          Optional.of(
              "the "
                  + from.other().word()
                  + " failed "
                  + errors
                  + " times to apply a write of the "
                  + from.word()
                  + "; its server's log says why"));
    }
    boolean live = subscription.get().running() && at.slot().orElseThrow().active();
    return live
        ? seen(Phase.FOLLOWING, at, reader, copy, Optional.empty())
        : seen(
            Phase.RETAINING,
            at,
            reader,
            copy,
            Optional.of("the " + from.other().word() + " is not connected right now"));
  }

  /**
   * Why a link that fails may go on by itself. What fails for want of room fails no more once there
   * is some, and is forgotten until then.
   */
  private synchronized Optional<String> waitsForRoom(
      Side from, SideLook at, SideLook.Subscription subscription) {
    boolean before = full.contains(from);
    Room room = rooms.get(from.other());
    if (room == null || (!before && errorsSinceProgress(from, at, subscription) < ERRORS_MAX)) {
      return Optional.empty();
    }
    String reader = "the " + from.other().word();
    return switch (room.answer(Instant.now())) {
      case TRYING ->
          Optional.of(reader + " fails to apply writes; whether its disk has room is being tried");
      case MISSING -> {
        progress.remove(from);
        full.add(from);
        yield Optional.of(
            reader + " has no room left on its disk; it goes on by itself once there is some");
      }
      case THERE -> {
        if (full.remove(from)) {
          progress.remove(from);
        }
        yield Optional.empty();
      }
    };
  }

  private synchronized long errorsSinceProgress(
      Side from, SideLook at, SideLook.Subscription subscription) {
    String confirmed = at.slot().map(SideLook.Slot::confirmed).orElse("");
    var last = progress.get(from);
    if (last == null
        || !last.confirmed().equals(confirmed)
        || subscription.errors() < last.errors()) {
      last = new Progress(confirmed, subscription.errors());
      progress.put(from, last);
    }
    return subscription.errors() - last.errors();
  }

  private static LinkSeen seen(
      Phase phase,
      SideLook at,
      Optional<SideLook> reader,
      LinkJudge.Copy copy,
      Optional<String> fault) {
    Optional<Duration> lag =
        phase == Phase.ABSENT
            ? Optional.empty()
            : reader.flatMap(other -> SideLook.lag(at, other, Heartbeat.INTERVAL));
    return new LinkSeen(
        phase,
        at.slot().map(SideLook.Slot::lagBytes),
        lag,
        phase == Phase.ABSENT
            ? at.kept().map(SideLook.Kept::bytes)
            : at.slot().map(SideLook.Slot::retainedBytes),
        phase == Phase.COPYING ? copy.progress() : Optional.empty(),
        fault);
  }
}
