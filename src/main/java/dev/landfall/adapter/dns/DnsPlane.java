package dev.landfall.adapter.dns;

import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Side;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.TSIG;

/**
 * A name that leads users to one side or the other. It cannot hold requests, and needs time for
 * everything: so it is tended, again and again, until it says that it is done.
 */
public final class DnsPlane {
  private static final int SECRET_BYTES_MIN = 16;

  private final DnsSettings.Parsed settings;
  private final DnsSettings written;
  private final DnsClient client = new DnsClient();
  private final Census census;
  private final DnsUpdate update;
  private final InstantSource clock;
  private final ReentrantLock turn = new ReentrantLock();
  private @Nullable Known known;
  private @Nullable Zone zone;

  /**
   * What this controller did last.
   *
   * @param before the note that the primary had
   * @param told the note that it was told to have
   */
  private record Known(Choreography choreography, Optional<Note> before, Note told) {
    /** Whether nobody else has written since, and the same is wanted. */
    boolean isStillSo(DnsUpdate.There there, SortedSet<Address> to) {
      boolean mine = there.note().equals(Optional.of(told)) || there.note().equals(before);
      return mine && choreography.move().to().equals(to);
    }

    /** Whether the note is the one that was told, and the addresses are not. */
    boolean wasEdited(DnsUpdate.There there) {
      SortedSet<Address> now = there.records().addresses();
      Choreography.Move move = choreography.move();
      return there.note().equals(Optional.of(told))
          ? !now.equals(choreography.wanted().addresses())
          : !now.equals(move.from()) && !now.equals(move.to());
    }
  }

  /** How far a move may go. */
  public enum Leave {
    /** Lower the TTL and wait for that; users stay. */
    PREPARE,
    /** Move users as soon as that is safe. */
    SWITCH,
    /** Move them at once; some stay behind for as long as the old TTL says. */
    HURRY
  }

  /**
   * Where the name is to lead.
   *
   * @param epoch the epoch of the decision behind it; refused when the primary has a newer one
   */
  public record Order(long epoch, Side towards, Leave leave) {}

  /**
   * How far it is.
   *
   * @param stage what is being done, for people: {@code lowering}, {@code ready}, {@code
   *     switching}, {@code restoring}, {@code done}
   * @param ready whether users may be moved without any staying behind for long
   * @param drained whether nobody honest may be led to the old side any more
   * @param done whether the TTL is restored as well
   * @param switchNotBefore the earliest moment at which users may be moved
   * @param drainedNotBefore the earliest moment at which it can be drained
   * @param waitsFor what keeps it from the next step, for people; empty when nothing does
   * @param liars resolvers that keep answers for longer than allowed; none of them is waited for
   * @param silent resolvers of the panel that do not answer; not waited for while others do
   */
  public record Progress(
      String stage,
      boolean ready,
      boolean drained,
      boolean done,
      Instant switchNotBefore,
      Instant drainedNotBefore,
      List<String> waitsFor,
      List<Liar> liars,
      List<String> silent) {}

  /**
   * A plane.
   *
   * @param secret the secret of the key, in base 64; asked for at each update
   */
  public DnsPlane(DnsSettings settings, Supplier<String> secret, InstantSource clock) {
    this.written = settings;
    this.settings = settings.parse();
    this.clock = clock;
    this.census = new Census(client, clock);
    this.update =
        new DnsUpdate(
            client,
            census,
            this.settings.primary(),
            this.settings.name(),
            () -> key(this.settings, secret.get()));
  }

  /**
   * Looks at every server, and has the primary changed when it is time to. Takes about half a
   * minute at most.
   *
   * @throws OutsideException when the primary could not be asked, or did not take a change: then it
   *     may have taken it all the same
   */
  public Progress tend(Order order) {
    turn.lock();
    try {
      return tendInTurn(order);
    } finally {
      turn.unlock();
    }
  }

  private Progress tendInTurn(Order order) {
    DnsUpdate.There there;
    try {
      zone = Zone.find(client, settings.primary(), settings.name(), written.port());
      there = update.read();
    } catch (OutsideException e) {
      watchOn();
      throw e;
    }
    Zone found = zone;
    Choreography now = under(order, found, there).seen(look(found));
    boolean go =
        switch (order.leave()) {
          case PREPARE -> false;
          case SWITCH -> now.stage() == Choreography.Stage.READY;
          case HURRY -> true;
        };
    if (go) {
      now = now.switchOver();
    }
    Note note = now.note(order.epoch());
    // Before it is told: when its answer is lost, the primary may have taken it.
    known = new Known(now, there.note(), note);
    update.set(found.origin(), there, now.wanted(), note);
    return progress(now);
  }

  /**
   * Without its primary the plane cannot be changed, and what is waited for goes on all the same.
   */
  private void watchOn() {
    Known last = known;
    Zone servers = zone;
    if (last != null && servers != null) {
      known = new Known(last.choreography().seen(look(servers)), last.before(), last.told());
    }
  }

  private Answer.Look look(Zone all) {
    return census.look(settings.name(), all, settings.panel());
  }

  /** The move that is under way, or what the primary tells of it when somebody else was at work. */
  private Choreography under(Order order, Zone zone, DnsUpdate.There there) {
    Known last = known;
    if (last != null && last.isStillSo(there, settings.of(order.towards()))) {
      if (last.wasEdited(there)) {
        throw foreign(there);
      }
      return last.choreography();
    }
    try {
      return Choreography.resume(
          settings.of(order.towards().other()),
          settings.of(order.towards()),
          written.lowTtl(),
          zone.negative(),
          there.records(),
          there.note());
    } catch (IllegalArgumentException e) {
      throw foreign(there);
    }
  }

  private OutsideException foreign(DnsUpdate.There there) {
    return new OutsideException(
        DnsProblem.CHANGED,
        "cannot change %s: it leads to %s, which somebody else has set; correct the workload file"
                .formatted(settings.name(), there.records())
            + " or the record");
  }

  private Progress progress(Choreography now) {
    Instant at = clock.instant();
    return new Progress(
        now.word(),
        now.stage() == Choreography.Stage.READY,
        now.drained(),
        now.stage() == Choreography.Stage.DONE,
        now.switchNotBefore(at),
        now.drainedNotBefore(at),
        now.settling().waitsFor(at),
        List.copyOf(now.settling().liars().values()),
        now.settling().silent());
  }

  private static TSIG key(DnsSettings.Parsed settings, String secret) {
    byte[] bytes;
    try {
      bytes = java.util.Base64.getDecoder().decode(secret.strip());
    } catch (IllegalArgumentException e) {
      // The cause quotes a part of the secret.
      throw badKey(settings, "its secret is not base 64; copy it from the server's key file");
    }
    if (bytes.length < SECRET_BYTES_MIN) {
      throw badKey(settings, "its secret is too short; make one with tsig-keygen");
    }
    return new TSIG(TSIG.HMAC_SHA256, settings.keyName(), bytes);
  }

  private static OutsideException badKey(DnsSettings.Parsed settings, String seen) {
    return new OutsideException(
        DnsProblem.KEY, "cannot sign with the key %s: %s".formatted(settings.keyName(), seen));
  }
}
