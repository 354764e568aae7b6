package dev.landfall.adapter.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.adapter.dns.Choreography.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** When a TTL is over, in virtual time. */
class ChoreographyTest {
  private static final TreeSet<Address> OLD = Address.parseAll(List.of("192.0.2.10"));
  private static final TreeSet<Address> NEW = Address.parseAll(List.of("198.51.100.20"));
  private static final Duration LOW = Duration.ofSeconds(30);
  private static final Duration FULL = Duration.ofHours(1);
  private static final Duration NEGATIVE = Duration.ofMinutes(5);
  private static final Instant T0 = CacheWorld.START;
  private static final Optional<Note> RESTED = Optional.of(new Note(1, Optional.empty()));

  private static RecordSet set(SortedSet<Address> addresses, Duration ttl) {
    return new RecordSet(addresses, ttl);
  }

  /** Users are on the old side; the TTL is to be lowered. */
  private static Choreography lowering() {
    return prepare(set(OLD, FULL), RESTED);
  }

  private static Choreography prepare(RecordSet there, Optional<Note> note) {
    return begin(OLD, true, there, note);
  }

  /** Users are to go to the new side; the TTL is to be restored then. */
  private static Choreography leave(Choreography before) {
    return begin(NEW, false, before.wanted(), Optional.of(before.note(3)));
  }

  private static Choreography begin(
      SortedSet<Address> to, boolean prepare, RecordSet there, Optional<Note> note) {
    SortedSet<Address> other = to.equals(OLD) ? NEW : OLD;
    var move = new Choreography.Move(to, other, LOW, there.ttl(), NEGATIVE);
    return Choreography.begin(move, prepare, new DnsUpdate.There(there, note), Map.of());
  }

  private static Answer says(String server, Instant at, RecordSet records) {
    return new Answer(server, at, at, Optional.empty(), records, 1);
  }

  private static Answer silent(String server, Instant at) {
    return new Answer(server, at, at, Optional.of("no answer"), set(OLD, LOW), 0);
  }

  /** Two servers that say the same, and one resolver. */
  private static Answer.Look look(Instant at, RecordSet servers, RecordSet resolver) {
    return new Answer.Look(
        at,
        List.of(says("ns1", at, servers), says("ns2", at, servers)),
        List.of(says("resolver", at, resolver)));
  }

  private static Choreography ready() {
    Instant over = T0.plus(FULL).plusSeconds(2);
    Choreography ready =
        lowering()
            .seen(look(T0, set(OLD, LOW), set(OLD, FULL)))
            .seen(look(over, set(OLD, LOW), set(OLD, LOW)));
    assertThat(ready.stage()).isEqualTo(Stage.READY);
    return ready;
  }

  @Test
  void theOldTtlIsWaitedOutFromWhenTheLastServerSaidTheNewOne() {
    Instant later = T0.plusSeconds(600);
    Choreography lowering =
        lowering()
            .seen(
                new Answer.Look(
                    T0,
                    List.of(says("ns1", T0, set(OLD, LOW)), says("ns2", T0, set(OLD, FULL))),
                    List.of()))
            .seen(
                new Answer.Look(
                    later,
                    List.of(says("ns1", later, set(OLD, LOW)), says("ns2", later, set(OLD, LOW))),
                    List.of()));
    assertThat(lowering.stage()).isEqualTo(Stage.LOWERING);
    assertThat(lowering.notBefore(later)).contains(later.plus(FULL).plus(Settling.ROUNDING));
  }

  @Test
  void aServerThatDoesNotAnswerIsWaitedFor() {
    Instant much = T0.plus(FULL.multipliedBy(3));
    Choreography lowering =
        lowering()
            .seen(look(T0, set(OLD, LOW), set(OLD, LOW)))
            .seen(
                new Answer.Look(
                    much,
                    List.of(says("ns1", much, set(OLD, LOW)), silent("ns2", much)),
                    List.of()));
    assertThat(lowering.stage()).isEqualTo(Stage.LOWERING);
    assertThat(lowering.settling().waitsFor(much))
        .containsExactly("ns2 could not be asked: no answer");
  }

  @Test
  void aServerThatWasOutOfSightBeginsAnew() {
    Choreography ready = ready();
    Instant lost = T0.plus(FULL).plusSeconds(10);
    Instant back = lost.plusSeconds(10);
    Choreography after =
        ready
            .seen(
                new Answer.Look(
                    lost,
                    List.of(says("ns1", lost, set(OLD, LOW)), silent("ns2", lost)),
                    List.of()))
            .seen(look(back, set(OLD, LOW), set(OLD, LOW)));
    assertThat(after.stage()).isEqualTo(Stage.LOWERING);
    assertThat(after.notBefore(back)).contains(back.plus(FULL).plusSeconds(1));
  }

  @Test
  void aServerThatIsTakenOffTheListIsNotWaitedForButWhatItSaidIs() {
    Instant later = T0.plusSeconds(60);
    Choreography lowering =
        lowering()
            .seen(
                new Answer.Look(
                    T0, List.of(says("ns1", T0, set(OLD, LOW)), silent("ns2", T0)), List.of()))
            .seen(new Answer.Look(later, List.of(says("ns1", later, set(OLD, LOW))), List.of()));
    assertThat(lowering.notBefore(later)).contains(later.plus(FULL).plusSeconds(1));
  }

  @Test
  void aResolverThatMayStillHaveTheOldIsWaitedForAndNoLiar() {
    Choreography switching = leave(ready()).seen(look(T0, set(NEW, LOW), set(OLD, LOW)));
    assertThat(switching.stage()).isEqualTo(Stage.SWITCHING);
    assertThat(switching.settling().liars()).isEmpty();
    assertThat(switching.settling().waitsFor(T0)).anyMatch(each -> each.startsWith("resolver"));
    Instant over = T0.plus(LOW).plusSeconds(1);
    assertThat(switching.seen(look(over, set(NEW, LOW), set(NEW, LOW))).stage())
        .isEqualTo(Stage.RESTORING);
  }

  @Test
  void aResolverThatHasTheOldPastItsTimeIsNamedAndNotWaitedFor() {
    Instant over = T0.plus(LOW).plusSeconds(3);
    Choreography after =
        leave(ready())
            .seen(look(T0, set(NEW, LOW), set(OLD, LOW)))
            .seen(look(over, set(NEW, LOW), set(OLD, Duration.ofSeconds(5))));
    assertThat(after.settling().liars()).containsOnlyKeys("resolver");
    assertThat(after.settling().liars().values())
        .extracting(Liar::seen)
        .singleElement()
        .asString()
        .startsWith("still says 192.0.2.10 (TTL 5 s), past ");
    assertThat(after.stage()).isEqualTo(Stage.RESTORING);
  }

  @Test
  void aResolverThatRaisesTtlsIsNamedBeforeUsersAreMoved() {
    Instant over = T0.plus(FULL).plusSeconds(3);
    Choreography lowering =
        lowering()
            .seen(look(T0, set(OLD, LOW), set(OLD, FULL)))
            .seen(look(over, set(OLD, LOW), set(OLD, Duration.ofMinutes(5))));
    assertThat(lowering.settling().liars()).containsOnlyKeys("resolver");
    assertThat(lowering.stage()).isEqualTo(Stage.READY);
  }

  @Test
  void nothingIsSettledWhileNoResolverOfThePanelAnswers() {
    Instant over = T0.plus(FULL).plusSeconds(5);
    Choreography lowering =
        lowering()
            .seen(look(T0, set(OLD, LOW), set(OLD, LOW)))
            .seen(
                new Answer.Look(
                    over,
                    List.of(says("ns1", over, set(OLD, LOW)), says("ns2", over, set(OLD, LOW))),
                    List.of(silent("resolver", over))));
    assertThat(lowering.stage()).isEqualTo(Stage.LOWERING);
    assertThat(lowering.settling().silent()).containsExactly("resolver");
  }

  @Test
  void aHurryCostsTheOldTtl() {
    Choreography hurried = leave(lowering().seen(look(T0, set(OLD, LOW), set(OLD, FULL))));
    assertThat(hurried.wanted()).isEqualTo(set(NEW, LOW));
    Choreography seen = hurried.seen(look(T0, set(NEW, LOW), set(OLD, FULL)));
    assertThat(seen.settling().liars()).isEmpty();
    assertThat(seen.notBefore(T0)).contains(T0.plus(FULL).plusSeconds(1));
  }

  @Test
  void aTypeOfRecordThatWasNotThereBeforeIsBelievedMissingForATime() {
    var both = Address.parseAll(List.of("198.51.100.20", "2001:db8::20"));
    var move = new Choreography.Move(both, OLD, LOW, LOW, NEGATIVE);
    Choreography switching =
        Choreography.begin(move, false, new DnsUpdate.There(set(OLD, LOW), RESTED), Map.of());
    assertThat(switching.settling().kept()).isEqualTo(NEGATIVE);
  }

  @Test
  void aTtlThatWasLoweredByHandIsNoticedOnAServerThatHasNotHeardOfIt() {
    Choreography lowering =
        prepare(set(OLD, LOW), RESTED)
            .seen(
                new Answer.Look(
                    T0,
                    List.of(says("ns1", T0, set(OLD, LOW)), says("ns2", T0, set(OLD, FULL))),
                    List.of()))
            .seen(look(T0, set(OLD, LOW), set(OLD, FULL)));
    assertThat(lowering.settling().liars()).isEmpty();
    assertThat(lowering.notBefore(T0)).contains(T0.plus(FULL).plusSeconds(1));
  }

  @Test
  void aNewControllerGoesOnWithWhatTheServerTells() {
    Choreography lowering = lowering();
    Choreography again = prepare(lowering.wanted(), Optional.of(lowering.note(3)));
    assertThat(again.stage()).isEqualTo(Stage.LOWERING);
    assertThat(again.settling().kept()).isEqualTo(FULL);
    assertThat(again.move().full()).isEqualTo(FULL);

    assertThat(prepare(ready().wanted(), Optional.of(ready().note(3))).settling().kept())
        .isEqualTo(LOW);

    Choreography hurried = leave(lowering());
    Choreography after = leave(hurried);
    assertThat(after.stage()).isEqualTo(Stage.SWITCHING);
    assertThat(after.settling().kept()).isEqualTo(FULL);

    Choreography moved = begin(NEW, false, set(NEW, FULL), RESTED);
    assertThat(moved.stage()).isEqualTo(Stage.RESTORING);
    assertThat(moved.drained()).isTrue();
  }

  @Test
  void whoIsToBeAbleToGoBackKeepsTheLowTtlAndIsReadyForItOnceNobodyIsBehind() {
    Choreography switching =
        begin(NEW, true, ready().wanted(), Optional.of(ready().note(3)))
            .seen(look(T0, set(NEW, LOW), set(OLD, LOW)));
    assertThat(switching.ready()).isFalse();
    assertThat(switching.drained()).isFalse();
    Instant over = T0.plus(LOW).plusSeconds(1);
    Choreography there = switching.seen(look(over, set(NEW, LOW), set(NEW, LOW)));
    assertThat(there.ready()).isTrue();
    assertThat(there.drained()).isTrue();
    assertThat(there.wanted()).isEqualTo(set(NEW, LOW));

    Choreography stays = begin(NEW, false, there.wanted(), Optional.of(there.note(4)));
    assertThat(stays.stage()).isEqualTo(Stage.RESTORING);
    assertThat(stays.drained()).isTrue();
    assertThat(stays.wanted()).isEqualTo(set(NEW, FULL));
    Choreography back = begin(OLD, true, there.wanted(), Optional.of(there.note(4)));
    assertThat(back.stage()).isEqualTo(Stage.SWITCHING);
    assertThat(back.notBefore(T0)).contains(T0.plus(LOW).plusSeconds(1));
  }

  @Test
  void whoeverTurnsBackInTheMiddleWaitsForThoseWhoWereNotReachedYet() {
    Choreography hurried = leave(lowering());
    Choreography back = begin(OLD, false, hurried.wanted(), Optional.of(hurried.note(3)));
    assertThat(back.stage()).isEqualTo(Stage.SWITCHING);
    assertThat(back.settling().kept()).isEqualTo(FULL);
    assertThat(back.drained()).isFalse();
  }

  @Test
  void aServerThatGoesBackToTheOldAddressesTakesItBackThatNobodyIsBehind() {
    Choreography there =
        begin(NEW, true, ready().wanted(), Optional.of(ready().note(3)))
            .seen(look(T0, set(NEW, LOW), set(NEW, LOW)))
            .seen(look(T0.plus(LOW).plusSeconds(1), set(NEW, LOW), set(NEW, LOW)));
    assertThat(there.drained()).isTrue();
    Instant later = T0.plus(FULL);
    Choreography after = there.seen(look(later, set(OLD, FULL), set(NEW, LOW)));
    assertThat(after.drained()).isFalse();
    Choreography mended = after.seen(look(later, set(NEW, LOW), set(NEW, LOW)));
    assertThat(mended.drained()).isFalse();
    assertThat(mended.notBefore(later)).contains(later.plus(FULL).plusSeconds(1));
  }

  @Test
  void addressesThatSomebodySetByHandAreNotBelievedToBeEverywhere() {
    Choreography moved = begin(NEW, false, set(NEW, FULL), Optional.empty());
    assertThat(moved.drained()).isFalse();
    Instant over = T0.plus(FULL).plusSeconds(1);
    Choreography seen = moved.seen(look(T0, set(NEW, FULL), set(OLD, LOW)));
    assertThat(seen.drained()).isFalse();
    assertThat(seen.notBefore(T0)).contains(over);
    assertThat(seen.seen(look(over, set(NEW, FULL), set(NEW, LOW))).drained()).isTrue();

    Choreography prepared = prepare(set(OLD, FULL), Optional.empty());
    assertThat(prepared.drained()).isFalse();
    assertThat(prepared.notBefore(T0)).contains(over);
  }

  @Test
  void recordsOfSomebodyElseAreNotGoneOnWith() {
    var other = Address.parseAll(List.of("203.0.113.9"));
    assertThatThrownBy(() -> prepare(set(other, FULL), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNoteIsReadAsItWasWritten() {
    for (Note note :
        List.of(
            new Note(0, Optional.empty()),
            new Note(7, Optional.of(new Note.Move("switching", FULL, LOW))))) {
      assertThat(Note.parse(note.text())).contains(note);
    }
    assertThat(Note.parse("v=spf1 -all")).isEmpty();
    assertThat(Note.parse("landfall epoch=7 step=ready restore=60")).isEmpty();
  }
}
