package dev.landfall.adapter.dns;

import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Side;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.TSIG;

/**
 * A name that leads users to one side or the other. It cannot hold requests, and needs time for
 * everything: so it is told once where to lead, and then tended, again and again.
 */
final class DnsPlane {
  private static final int SECRET_BYTES_MIN = 16;

  private final DnsSettings.Parsed settings;
  private final DnsSettings written;
  private final DnsClient client = new DnsClient();
  private final Census census;
  private final DnsUpdate update;
  private final InstantSource clock;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile @Nullable Zone zone;
  private volatile boolean checked;
  private @Nullable Known known;

  /**
   * Where the name is to lead.
   *
   * @param epoch the epoch of the decision behind it; refused when the primary has a newer one
   * @param users the side that it leads to
   * @param prepare whether the TTL is to be low, because that may change soon
   */
  record Order(long epoch, Side users, boolean prepare) {}

  /**
   * What this controller did last.
   *
   * @param number another one each time that anything was done
   * @param taken whether the primary is known to have taken the order: only then it is tended
   * @param before the note that the primary had
   * @param told the note that it was told to have
   */
  private record Known(
      long number,
      Order order,
      boolean taken,
      Choreography choreography,
      Optional<Note> before,
      Note told) {
    /** Whether nobody else has written since. */
    boolean isStillSo(DnsUpdate.There there) {
      return there.note().equals(Optional.of(told)) || there.note().equals(before);
    }

    /** Whether the note is the one that was told, and the addresses are not. */
    boolean wasEdited(DnsUpdate.There there) {
      SortedSet<Address> now = there.records().addresses();
      Choreography.Move move = choreography.move();
      return there.note().equals(Optional.of(told))
          ? !now.equals(move.to())
          : !now.equals(move.to()) && !now.equals(move.other());
    }
  }

  /**
   * How far it is.
   *
   * @param order the last order, of whoever gave it; absent when the primary knows of none. One of
   *     another controller is known by its note, and what it prepares by the step noted there
   * @param stage what is being done, for people: {@code switching}, {@code lowering}, {@code
   *     ready}, {@code restoring}, {@code done}; empty when nothing was ordered here
   * @param ready whether a change would leave no honest user behind for longer than the low TTL
   * @param drained whether nobody honest may be led to the other side any more
   * @param done whether nothing is waited for
   * @param notBefore the earliest moment at which the next of these can be so; with no order here,
   *     the earliest at which it could be ready. Absent when nothing is waited for
   * @param waitsFor what keeps it from the next step, for people; empty when nothing does
   * @param liars resolvers that keep answers for longer than allowed; none of them is waited for
   * @param silent resolvers of the panel that do not answer; not waited for while others do
   */
  record Progress(
      Optional<Order> order,
      String stage,
      boolean ready,
      boolean drained,
      boolean done,
      Optional<Instant> notBefore,
      List<String> waitsFor,
      List<Liar> liars,
      List<String> silent) {}

  /**
   * A plane.
   *
   * @param secret the secret of the key, in base 64; asked for at each update
   */
  DnsPlane(DnsSettings settings, Supplier<String> secret, InstantSource clock) {
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
   * Has the primary do as ordered, without a look at any other server.
   *
   * @throws OutsideException when the primary did not take it: it knows of a newer order, somebody
   *     else has changed the name, or it did not answer, and then it may have taken it all the same
   */
  Progress tell(Order order) {
    Zone found = find();
    turn.lock();
    try {
      DnsUpdate.There there = update.read();
      Known last = known;
      Choreography now =
          last != null && last.isStillSo(there) && isFor(last, order)
              ? goOn(last, order, there)
              : anew(order, found, there);
      return tell(order, now, found, there);
    } finally {
      turn.unlock();
    }
  }

  private static boolean isFor(Known last, Order order) {
    boolean same = last.order().users() == order.users();
    boolean preparedAlike = last.order().prepare() == order.prepare();
    return same && (preparedAlike || last.choreography().stage() == Choreography.Stage.SWITCHING);
  }

  private Choreography goOn(Known last, Order order, DnsUpdate.There there) {
    if (last.wasEdited(there)) {
      throw foreign(there);
    }
    return last.choreography().with(order.prepare());
  }

  /** The move by what the primary tells of it. */
  private Choreography anew(Order order, Zone found, DnsUpdate.There there) {
    var move =
        new Choreography.Move(
            settings.of(order.users()),
            settings.of(order.users().other()),
            written.lowTtl(),
            there.records().ttl(),
            found.negative());
    Map<String, Liar> liars = known == null ? Map.of() : known.choreography().settling().liars();
    try {
      return Choreography.begin(move, order.prepare(), there, liars);
    } catch (IllegalArgumentException e) {
      throw foreign(there);
    }
  }

  private Progress tell(Order order, Choreography now, Zone found, DnsUpdate.There there) {
    Note note = now.note(order.epoch());
    Known last = known;
    boolean taken = last != null && last.taken() && last.order().equals(order);
    // Before it is told: when its answer is lost, the primary may have taken it.
    long number = last == null ? 1 : last.number() + 1;
    known = new Known(number, order, taken, now, there.note(), note);
    update.set(found.origin(), there, now.wanted(), note);
    known = new Known(number + 1, order, true, now, there.note(), note);
    return progress(Optional.of(order), now);
  }

  /**
   * Looks at every server, and goes on with what was ordered here. Takes about half a minute at
   * most. When nothing was ordered here, it only reads what the primary has; and changes nothing
   * when a controller of a newer epoch was at work.
   *
   * @throws OutsideException when the primary could not be asked, or did not take a change
   */
  Progress tend() {
    Known before = known();
    Answer.Look look;
    try {
      zone = Zone.find(client, settings.primary(), settings.name(), written.port());
      if (before == null) {
        return observed();
      }
      look = look(find());
    } catch (OutsideException e) {
      watchOn(before);
      throw e;
    }
    turn.lock();
    try {
      DnsUpdate.There there;
      try {
        there = update.read();
      } catch (OutsideException e) {
        watchOn(before, look);
        throw e;
      }
      return goOn(before, look, there);
    } finally {
      turn.unlock();
    }
  }

  /**
   * @param before what was known when the servers were asked: for another order their answers come
   *     too early
   */
  private Progress goOn(@Nullable Known before, Answer.Look look, DnsUpdate.There there) {
    Known last = known;
    if (last == null || !last.taken() || isOutdated(last, there)) {
      return observed(there);
    }
    if (last.isStillSo(there)) {
      if (last.wasEdited(there)) {
        throw foreign(there);
      }
      Choreography now = last.choreography();
      return tell(last.order(), isThe(before, last) ? now.seen(look) : now, find(), there);
    }
    return tell(last.order(), anew(last.order(), find(), there), find(), there);
  }

  private static boolean isThe(@Nullable Known before, Known last) {
    return before != null && before.number() == last.number();
  }

  private static boolean isOutdated(Known last, DnsUpdate.There there) {
    return there.note().filter(note -> note.epoch() > last.order().epoch()).isPresent();
  }

  /** Without its primary the plane cannot be changed; what is waited for goes on all the same. */
  private void watchOn(@Nullable Known before) {
    Zone servers = zone;
    if (before == null || servers == null) {
      return;
    }
    Answer.Look look = look(servers);
    turn.lock();
    try {
      watchOn(before, look);
    } finally {
      turn.unlock();
    }
  }

  private void watchOn(@Nullable Known before, Answer.Look look) {
    Known last = known;
    if (last != null && isThe(before, last) && last.taken()) {
      Choreography now = last.choreography().seen(look);
      known = new Known(last.number() + 1, last.order(), true, now, last.before(), last.told());
    }
  }

  private @Nullable Known known() {
    turn.lock();
    try {
      return known;
    } finally {
      turn.unlock();
    }
  }

  private Zone find() {
    Zone found = zone;
    if (found == null) {
      found = Zone.find(client, settings.primary(), settings.name(), written.port());
      zone = found;
    }
    return found;
  }

  private Answer.Look look(Zone all) {
    return census.look(settings.name(), all, settings.panel());
  }

  /** What the primary tells before anything was ordered here. */
  private Progress observed() {
    DnsUpdate.There there = update.read();
    if (!checked) {
      update.check(find().origin());
      checked = true;
    }
    return observed(there);
  }

  /** What the primary tells, when it is not for this controller to change it. */
  private Progress observed(DnsUpdate.There there) {
    SortedSet<Address> leads = there.records().addresses();
    if (!leads.equals(settings.source()) && !leads.equals(settings.target())) {
      throw foreign(there);
    }
    Side users = leads.equals(settings.target()) ? Side.TARGET : Side.SOURCE;
    Optional<Order> order =
        there.note().map(note -> new Order(note.epoch(), users, note.move().isPresent()));
    Instant ready = clock.instant().plus(there.records().ttl()).plus(Settling.ROUNDING);
    return new Progress(
        order,
        "",
        false,
        false,
        false,
        Optional.of(ready),
        List.of(outlook(there.records(), ready)),
        List.of(),
        List.of());
  }

  /** What somebody should know who thinks of moving users by this name. */
  private String outlook(RecordSet records, Instant ready) {
    int panel = settings.panel().size();
    String whom =
        panel == 0
            ? "nobody is on its panel, so resolvers that keep answers for too long stay unknown"
            : "a share below %d %% could not be told apart by the %d resolvers of its panel"
                .formatted(Math.ceilDiv(100, panel), panel);
    return "its TTL is %d s; lowered now, users can be moved at %s at the earliest, and %d s later"
            .formatted(
                records.ttl().toSeconds(),
                ready.truncatedTo(ChronoUnit.SECONDS),
                written.lowTtl().plus(Settling.ROUNDING).toSeconds())
        + " all of them are; they move at once, whatever flights there are, and "
        + whom;
  }

  private Progress progress(Optional<Order> order, Choreography now) {
    Instant at = clock.instant();
    return new Progress(
        order,
        now.stage().word(),
        now.ready(),
        now.drained(),
        now.done(),
        now.notBefore(at),
        now.done() ? List.of() : now.settling().waitsFor(at),
        List.copyOf(now.settling().liars().values()),
        now.settling().silent());
  }

  private OutsideException foreign(DnsUpdate.There there) {
    return new OutsideException(
        DnsProblem.CHANGED,
        "cannot change %s: it leads to %s, which somebody else has set; correct the workload file"
                .formatted(settings.name(), there.records())
            + " or the record");
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
