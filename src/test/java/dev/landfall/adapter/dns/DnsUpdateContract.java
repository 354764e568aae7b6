package dev.landfall.adapter.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.adapter.dns.DnsUpdate.There;
import dev.landfall.problem.OutsideException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.TSIG;

/** What every primary must do, for its records to be changed safely. */
abstract class DnsUpdateContract {
  private static final TreeSet<Address> SOURCE = Address.parseAll(List.of(DnsWorld.SOURCE));
  private static final TreeSet<Address> TARGET = Address.parseAll(List.of(DnsWorld.TARGET));
  private static final Duration TTL = Duration.ofSeconds(30);
  private static final Duration FULL = Duration.ofHours(1);
  private static final Name ZONE = DnsWorld.name("shop.example");

  @TempDir private Path folder;
  private DnsWorld world;
  private DnsUpdate update;

  /** Starts the product, with a zone in which the name leads to the source. */
  abstract DnsWorld start(Path folder, int ttlSeconds) throws Exception;

  /** How it is told that a key may not change a name. */
  abstract DnsProblem denial();

  /** How it is told that a key is not known, or its secret is another: not all say more than no. */
  DnsProblem strangeKey() {
    return DnsProblem.KEY;
  }

  @BeforeEach
  void start() throws Exception {
    world = start(folder, (int) FULL.toSeconds());
    update = with("landfall", world.secret());
  }

  @AfterEach
  void stop() throws Exception {
    world.close();
  }

  private DnsUpdate with(String keyName, String secret) {
    return with(DnsWorld.NAME, keyName, secret);
  }

  private DnsUpdate with(String name, String keyName, String secret) {
    return new DnsUpdate(
        world.client,
        world.census,
        world.server("127.0.0.1"),
        DnsWorld.name(name),
        () -> key(keyName, secret));
  }

  private static TSIG key(String name, String secret) {
    return new TSIG(TSIG.HMAC_SHA256, DnsWorld.name(name), secret);
  }

  private static RecordSet leads(SortedSet<Address> to, Duration ttl) {
    return new RecordSet(to, ttl);
  }

  private static Note note(long epoch) {
    return new Note(epoch, Optional.of(new Note.Move("lowering", FULL, FULL)));
  }

  private static void refused(ThrowingCallable call, DnsProblem code, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            OutsideException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageStartingWith("cannot ")
        .hasMessageContaining(words);
  }

  @Test
  void addressesTtlAndNoteAreChangedTogether() {
    There before = update.read();
    assertThat(before).isEqualTo(new There(leads(SOURCE, FULL), Optional.empty()));
    update.set(ZONE, before, leads(SOURCE, TTL), note(1));
    There lowered = update.read();
    assertThat(lowered).isEqualTo(new There(leads(SOURCE, TTL), Optional.of(note(1))));
    update.set(ZONE, lowered, leads(TARGET, TTL), note(2));
    assertThat(update.read()).isEqualTo(new There(leads(TARGET, TTL), Optional.of(note(2))));
  }

  @Test
  void whatIsSoAlreadyIsDoneEvenByWhoSawAnEarlierState() {
    There before = update.read();
    update.set(ZONE, before, leads(SOURCE, TTL), note(1));
    // The answer was lost, and the update is sent again.
    update.set(ZONE, before, leads(SOURCE, TTL), note(1));
    assertThat(update.read()).isEqualTo(new There(leads(SOURCE, TTL), Optional.of(note(1))));
  }

  @Test
  void aControllerOfAnOlderEpochIsRefusedByTheServerItself() {
    There seen = update.read();
    update.set(ZONE, seen, leads(SOURCE, TTL), note(1));
    There early = update.read();
    update.set(ZONE, early, leads(SOURCE, TTL), note(5));

    // It wakes up with what it saw before; addresses have not changed meanwhile, only the epoch.
    Message late =
        update.message(ZONE, early, new There(leads(TARGET, TTL), Optional.of(note(2))), note(2));
    Message answer =
        world.client.send(
            world.server("127.0.0.1"), late, key("landfall", world.secret()), "send late");
    assertThat(answer.getRcode()).isEqualTo(Rcode.NXRRSET);
    refused(
        () -> update.set(ZONE, early, leads(TARGET, TTL), note(2)),
        DnsProblem.STALE_ORDER,
        "has one of epoch 5");
    refused(
        () -> update.set(ZONE, update.read(), leads(TARGET, TTL), note(2)),
        DnsProblem.STALE_ORDER,
        "has one of epoch 5");
    assertThat(update.read()).isEqualTo(new There(leads(SOURCE, TTL), Optional.of(note(5))));
  }

  @Test
  void whatSomebodyElseHasChangedIsNotOverwritten() {
    There before = update.read();
    update.set(ZONE, before, leads(TARGET, FULL), new Note(1, Optional.empty()));
    var stale = new There(before.records(), Optional.of(new Note(1, Optional.empty())));
    refused(
        () -> update.set(ZONE, stale, leads(SOURCE, TTL), note(2)),
        DnsProblem.CHANGED,
        "somebody else has changed it");
    assertThat(update.read().records()).isEqualTo(leads(TARGET, FULL));
  }

  @Test
  void aWrongOrUnknownKeyIsRefusedAndNothingChanges() {
    There before = update.read();
    String other = "c29tZSBvdGhlciBzZWNyZXQgb2YgMzIgYnl0ZXMhISE=";
    refused(
        () -> with("landfall", other).set(ZONE, before, leads(TARGET, TTL), note(1)),
        strangeKey(),
        "; compare the key's secret");
    refused(
        () -> with("nobody", world.secret()).set(ZONE, before, leads(TARGET, TTL), note(1)),
        strangeKey(),
        "; compare the key's ");
    // The same is found out without changing anything.
    refused(() -> with("landfall", other).check(ZONE), strangeKey(), "; compare the key's secret");
    refused(() -> with("nobody", world.secret()).check(ZONE), strangeKey(), "; compare the key's ");
    update.check(ZONE);
    assertThat(update.read()).isEqualTo(before);
  }

  @Test
  void aNameThatTheKeyMayNotChangeIsRefused() {
    DnsUpdate mail = with("mail.shop.example", "landfall", world.secret());
    There nothing = mail.read();
    assertThat(nothing.records().addresses()).isEmpty();
    refused(() -> mail.set(ZONE, nothing, leads(TARGET, TTL), note(1)), denial(), "; ");
    assertThat(mail.read()).isEqualTo(nothing);
  }

  @Test
  void aServerThatIsGoneIsNamed() throws Exception {
    There before = update.read();
    world.primary().kill();
    refused(
        () -> update.set(ZONE, before, leads(TARGET, TTL), note(1)),
        DnsProblem.UNREACHABLE,
        "no answer");
  }

  @Test
  void moreThanFitsIntoADatagramIsReadOverTcp() {
    var many = new TreeSet<Address>();
    for (int i = 1; i <= 90; i++) {
      many.add(Address.parse("198.51.100." + i));
    }
    update.set(ZONE, update.read(), leads(many, TTL), note(1));
    assertThat(update.read().records()).isEqualTo(leads(many, TTL));
  }
}
