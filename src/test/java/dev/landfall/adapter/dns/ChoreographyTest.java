package dev.landfall.adapter.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.adapter.dns.Choreography.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

  private static RecordSet set(SortedSet<Address> addresses, Duration ttl) {
    return new RecordSet(addresses, ttl);
  }

  private static Choreography begin() {
    return resume(set(OLD, FULL), Optional.empty());
  }

  private static Choreography resume(RecordSet there, Optional<Note> note) {
    return Choreography.resume(OLD, NEW, LOW, NEGATIVE, there, note);
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
        begin()
            .seen(look(T0, set(OLD, LOW), set(OLD, FULL)))
            .seen(look(over, set(OLD, LOW), set(OLD, LOW)));
    assertThat(ready.stage()).isEqualTo(Stage.READY);
    return ready;
  }

  @Test
  void theOldTtlIsWaitedOutFromWhenTheLastServerSaidTheNewOne() {
    Instant later = T0.plusSeconds(600);
    Choreography lowering =
        begin()
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
    assertThat(lowering.switchNotBefore(later)).isEqualTo(later.plus(FULL).plus(Settling.ROUNDING));
    assertThat(lowering.drainedNotBefore(later))
        .isEqualTo(later.plus(FULL).plus(LOW).plusSeconds(2));
  }

  @Test
  void aServerThatDoesNotAnswerIsWaitedFor() {
    Instant much = T0.plus(FULL.multipliedBy(3));
    Choreography lowering =
        begin()
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
    assertThat(after.switchNotBefore(back)).isEqualTo(back.plus(FULL).plusSeconds(1));
  }

  @Test
  void aServerThatIsTakenOffTheListIsNotWaitedForButWhatItSaidIs() {
    Instant later = T0.plusSeconds(60);
    Choreography lowering =
        begin()
            .seen(
                new Answer.Look(
                    T0, List.of(says("ns1", T0, set(OLD, LOW)), silent("ns2", T0)), List.of()))
            .seen(new Answer.Look(later, List.of(says("ns1", later, set(OLD, LOW))), List.of()));
    assertThat(lowering.switchNotBefore(later)).isEqualTo(later.plus(FULL).plusSeconds(1));
  }

  @Test
  void aResolverThatMayStillHaveTheOldIsWaitedForAndNoLiar() {
    Choreography switching = ready().switchOver().seen(look(T0, set(NEW, LOW), set(OLD, LOW)));
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
        ready()
            .switchOver()
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
        begin()
            .seen(look(T0, set(OLD, LOW), set(OLD, FULL)))
            .seen(look(over, set(OLD, LOW), set(OLD, Duration.ofMinutes(5))));
    assertThat(lowering.settling().liars()).containsOnlyKeys("resolver");
    assertThat(lowering.stage()).isEqualTo(Stage.READY);
  }

  @Test
  void nothingIsSettledWhileNoResolverOfThePanelAnswers() {
    Instant over = T0.plus(FULL).plusSeconds(5);
    Choreography lowering =
        begin()
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
    Choreography hurried = begin().seen(look(T0, set(OLD, LOW), set(OLD, FULL))).switchOver();
    assertThat(hurried.wanted()).isEqualTo(set(NEW, LOW));
    Choreography seen = hurried.seen(look(T0, set(NEW, LOW), set(OLD, FULL)));
    assertThat(seen.settling().liars()).isEmpty();
    assertThat(seen.drainedNotBefore(T0)).isEqualTo(T0.plus(FULL).plusSeconds(1));
  }

  @Test
  void aTypeOfRecordThatWasNotThereBeforeIsBelievedMissingForATime() {
    var both = Address.parseAll(List.of("198.51.100.20", "2001:db8::20"));
    Choreography switching =
        Choreography.resume(OLD, both, LOW, NEGATIVE, set(OLD, LOW), Optional.empty()).switchOver();
    assertThat(switching.settling().kept()).isEqualTo(NEGATIVE);
  }

  @Test
  void aTtlThatWasLoweredByHandIsNoticedOnAServerThatHasNotHeardOfIt() {
    Choreography lowering =
        resume(set(OLD, LOW), Optional.empty())
            .seen(
                new Answer.Look(
                    T0,
                    List.of(says("ns1", T0, set(OLD, LOW)), says("ns2", T0, set(OLD, FULL))),
                    List.of()))
            .seen(look(T0, set(OLD, LOW), set(OLD, FULL)));
    assertThat(lowering.settling().liars()).isEmpty();
    assertThat(lowering.switchNotBefore(T0)).isEqualTo(T0.plus(FULL).plusSeconds(1));
  }

  @Test
  void aNewControllerGoesOnWithWhatTheServerTells() {
    Choreography lowering = begin();
    Choreography again = resume(lowering.wanted(), Optional.of(lowering.note(3)));
    assertThat(again.stage()).isEqualTo(Stage.LOWERING);
    assertThat(again.settling().kept()).isEqualTo(FULL);
    assertThat(again.move().full()).isEqualTo(FULL);

    assertThat(resume(ready().wanted(), Optional.of(ready().note(3))).settling().kept())
        .isEqualTo(LOW);

    Choreography hurried = begin().switchOver();
    Choreography after = resume(hurried.wanted(), Optional.of(hurried.note(3)));
    assertThat(after.stage()).isEqualTo(Stage.SWITCHING);
    assertThat(after.settling().kept()).isEqualTo(FULL);

    Choreography moved = resume(set(NEW, FULL), Optional.of(new Note(4, Optional.empty())));
    assertThat(moved.stage()).isEqualTo(Stage.RESTORING);
    assertThat(moved.drained()).isTrue();
  }

  @Test
  void addressesThatSomebodySetByHandAreNotBelievedToBeEverywhere() {
    Choreography moved = resume(set(NEW, FULL), Optional.empty());
    assertThat(moved.drained()).isFalse();
    Instant over = T0.plus(FULL).plusSeconds(1);
    Choreography seen = moved.seen(look(T0, set(NEW, FULL), set(OLD, LOW)));
    assertThat(seen.drained()).isFalse();
    assertThat(seen.drainedNotBefore(T0)).isEqualTo(over);
    assertThat(seen.seen(look(over, set(NEW, FULL), set(NEW, LOW))).drained()).isTrue();
  }

  @Test
  void recordsOfSomebodyElseAreNotGoneOnWith() {
    var other = Address.parseAll(List.of("203.0.113.9"));
    assertThatThrownBy(() -> resume(set(other, FULL), Optional.empty()))
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
