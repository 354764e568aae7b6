package dev.landfall.adapter.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.routing.Asker;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.Group;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.Sorter;
import dev.landfall.routing.Tally;
import dev.landfall.routing.UserTally;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Network;
import dev.landfall.workload.Side;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How users are told apart where they say nothing of themselves, or say it in their own way. */
class RouterCohortIT {
  private static final Pattern COOKIE =
      Pattern.compile("(?m)^set-cookie: landfall_user=([^;]+); ([^\r]*)", Pattern.CASE_INSENSITIVE);

  @TempDir Path folder;
  private RouterWorld world;

  @BeforeEach
  void start() throws Exception {
    world = new RouterWorld(folder);
  }

  @AfterEach
  void stop() {
    world.close();
  }

  private void lead(long epoch, Cohort cohort) {
    world
        .router()
        .order(
            new RouteOrder(
                epoch,
                world.source.url(),
                world.target.url(),
                cohort,
                Optional.empty(),
                Optional.empty()));
  }

  private static Cohort share(int tenThousandths, Identity identity) {
    return new Cohort(tenThousandths, "salt", identity, Named.NOBODY, Named.NOBODY);
  }

  private String ask(String headers) throws Exception {
    return ask("GET", "/page", headers);
  }

  private String ask(String method, String path, String headers) throws Exception {
    try (var user = new RawUser(world.port())) {
      user.send(
          method
              + " "
              + path
              + " HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
              + headers
              + "\r\n");
      return user.readAll();
    }
  }

  private static String side(String answer) {
    return answer.substring(answer.lastIndexOf("\r\n\r\n") + 4).contains("target")
        ? "target"
        : "source";
  }

  @Test
  void whoSaysNothingGetsACookieAndIsKnownByItFromThenOn() throws Exception {
    Map<String, String> sides = new HashMap<>();
    lead(1, share(3000, Identity.NONE));
    for (int i = 0; i < 40; i++) {
      String answer = ask("");
      Matcher cookie = COOKIE.matcher(answer);
      assertThat(cookie.find()).as(answer).isTrue();
      assertThat(cookie.group(2)).contains("Path=/").contains("HttpOnly").contains("SameSite=Lax");
      sides.put(cookie.group(1), side(answer));
    }
    assertThat(sides).hasSize(40).containsValue("source").containsValue("target");
    for (var each : sides.entrySet()) {
      String answer = ask("Cookie: theme=dark; landfall_user=" + each.getKey() + "\r\n");
      assertThat(side(answer)).isEqualTo(each.getValue());
      assertThat(COOKIE.matcher(answer).find()).as("it has one already").isFalse();
    }
  }

  @Test
  void aCookieOfTheServicesOwnNamesTheUser() throws Exception {
    var identity = new Identity(Optional.empty(), Optional.of("sid"), Optional.empty());
    lead(1, share(5000, identity));
    for (int i = 0; i < 30; i++) {
      String name = "session-" + i;
      String answer = ask("Cookie: a=b\r\nCookie: sid=" + name + "; c=d\r\n");
      Side expected = Sorter.bucket("salt", name) < 5000 ? Side.TARGET : Side.SOURCE;
      assertThat(side(answer)).as(name).isEqualTo(expected.word());
      assertThat(COOKIE.matcher(answer).find()).isFalse();
    }
  }

  @Test
  void nobodyIsTrackedWhereNobodyHasToBeToldApart() throws Exception {
    lead(1, Cohort.NOBODY);
    assertThat(COOKIE.matcher(ask("")).find()).isFalse();
    lead(2, Cohort.EVERYBODY);
    assertThat(COOKIE.matcher(ask("")).find()).isFalse();
  }

  @Test
  void aProxyThatIsTrustedMaySayThePortToo() throws Exception {
    world.close();
    var some = RouterOptions.Limits.DEFAULTS;
    world =
        new RouterWorld(
            folder,
            new RouterOptions.Limits(
                some.eventLoops(),
                some.heldMax(),
                some.holdMax(),
                some.connectionsMax(),
                some.bodyBytesMax(),
                some.headerBytesMax(),
                some.connect(),
                some.answer(),
                some.idle(),
                some.healthEvery(),
                some.closing(),
                true));
    var networks = List.of(Network.parse("203.0.113.0/24"), Network.parse("2001:db8::/32"));
    var moved = new Named(List.of(), List.of(), networks);
    lead(1, new Cohort(0, "salt", Identity.NONE, moved, Named.NOBODY));
    for (String address :
        List.of(
            "203.0.113.9",
            "203.0.113.9:4711",
            "203.0.113.9:4711, 10.0.0.1",
            "2001:db8::1",
            "[2001:db8::1]",
            "[2001:db8::1]:4711",
            "\"[2001:db8::1]:4711\"")) {
      assertThat(side(ask("X-Forwarded-For: " + address + "\r\n"))).as(address).isEqualTo("target");
    }
    for (String address : List.of("203.0.114.9:4711", "[2001:db9::1]:4711", "[", "unknown", "")) {
      assertThat(side(ask("X-Forwarded-For: " + address + "\r\n"))).as(address).isEqualTo("source");
    }
  }

  @Test
  void aNetworkIsWhereTheConnectionComesFromAndNotWhatAStrangerSays() throws Exception {
    lead(
        1,
        new Cohort(
            0,
            "salt",
            Identity.NONE,
            new Named(List.of(), List.of(), List.of(Network.parse("203.0.113.0/24"))),
            Named.NOBODY));
    assertThat(side(ask("X-Forwarded-For: 203.0.113.9\r\n"))).isEqualTo("source");
    lead(
        2,
        new Cohort(
            0,
            "salt",
            Identity.NONE,
            new Named(List.of(), List.of(), List.of(Network.parse("127.0.0.0/8"))),
            Named.NOBODY));
    assertThat(side(ask(""))).isEqualTo("target");
  }

  /** A user is drawn before the service knows them, and gets their session in that very answer. */
  @Test
  void whoIsNamedByTheServiceLaterStaysWhereTheyAre() throws Exception {
    var identity = new Identity(Optional.empty(), Optional.of("sid"), Optional.empty());
    var named = new Named(List.of("session-of-cid"), List.of(), List.of());
    lead(1, new Cohort(5000, "salt", identity, named, Named.NOBODY));
    for (int i = 0; i < 30; i++) {
      String first = ask("");
      Matcher cookie = COOKIE.matcher(first);
      assertThat(cookie.find()).isTrue();
      String own = "Cookie: landfall_user=" + cookie.group(1);
      String second = ask(own + "; sid=session-" + i + "\r\n");
      assertThat(side(second)).isEqualTo(side(first));
      assertThat(side(ask(own + "; sid=session-of-cid\r\n"))).isEqualTo("target");
    }
  }

  @Test
  void noSharedCacheKeepsTheCookieOfOneUser() throws Exception {
    lead(1, share(5000, Identity.NONE));
    for (String method : List.of("GET", "HEAD")) {
      for (String path : List.of("/public", "/unmodified", "/page")) {
        String answer = ask(method, path, "");
        assertThat(COOKIE.matcher(answer).find()).as(answer).isTrue();
        assertThat(answer.toLowerCase(Locale.ROOT))
            .contains("cache-control: private, no-cache=\"set-cookie\"");
        String again = ask(method, path, "Cookie: landfall_user=ann\r\n");
        assertThat(again.toLowerCase(Locale.ROOT)).doesNotContain("private");
      }
    }
    assertThat(ask("GET", "/public", "")).contains("public, max-age=86400");
  }

  /** As many bytes as a workload file may name, each of which JSON escapes. */
  @Test
  void whateverAWorkloadFileMayNameIsTakenAndKept() throws Exception {
    var users = new ArrayList<String>();
    users.add("ann");
    for (int i = 0; i < 10_000; i++) {
      users.add("%04d".formatted(i) + "\u0001".repeat(100));
    }
    var identity = new Identity(Optional.of("X-User"), Optional.empty(), Optional.empty());
    var moved = new Named(users, List.of(), List.of());
    var cohort = new Cohort(0, "salt", identity, moved, Named.NOBODY);
    lead(1, cohort);
    assertThat(world.look().order().orElseThrow().cohort()).isEqualTo(cohort);
    world.restart();
    assertThat(world.look().order().orElseThrow().cohort()).isEqualTo(cohort);
    assertThat(side(ask("X-User: ann\r\n"))).isEqualTo("target");
    assertThat(side(ask("X-User: bob\r\n"))).isEqualTo("source");
  }

  /** Two owners of the data: who has two browsers must not be on two sides. */
  @Test
  void whoIsKnownByNameAloneIsDrawnByItWhateverCookieIsThereAndNobodyIsGivenOne() throws Exception {
    var identity =
        new Identity(Optional.of("X-User"), Optional.empty(), Optional.empty()).namedAlone();
    Cohort half = share(5000, identity);
    lead(1, half);
    assertThat(world.look().order().orElseThrow().cohort()).isEqualTo(half);
    var sorter = new Sorter(half);
    for (int i = 0; i < 20; i++) {
      String user = "user-" + i;
      var expected = sorter.side(new Asker(Optional.of(user), List.of(), Optional.empty()));
      for (String cookie :
          List.of("", "Cookie: landfall_user=one\r\n", "Cookie: landfall_user=two\r\n")) {
        assertThat(side(ask("X-User: " + user + "\r\n" + cookie))).isEqualTo(expected.word());
      }
    }
    String unnamed = ask("");
    assertThat(side(unnamed)).isEqualTo("source");
    assertThat(COOKIE.matcher(unnamed).find()).as("nobody is given a cookie").isFalse();
    assertThat(ask("POST", "/page", "Content-Length: 0\r\n"))
        .startsWith("HTTP/1.1 403")
        .contains("it may write and does not say who its user is");
    assertThat(world.look().refused()).isEqualTo(1);
    assertThat(ask("POST", "/page", "X-User: user-1\r\nContent-Length: 0\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void requestsAreCountedByTheGroupOfTheirUser() throws Exception {
    lead(1, share(5000, new Identity(Optional.of("X-User"), Optional.empty(), Optional.empty())));
    Map<Group, Long> expected = new EnumMap<>(Group.class);
    var sorter = new Sorter(share(5000, Identity.NONE));
    for (int i = 0; i < 60; i++) {
      Asker asker = new Asker(Optional.of("user-" + i), List.of(), Optional.empty());
      expected.merge(sorter.group(asker), 1L, Long::sum);
      ask("X-User: user-" + i + "\r\n");
    }
    assertThat(expected).hasSize(3);
    assertThat(counted(Tally::requests)).isEqualTo(expected);
    assertThat(counted(Tally::failed)).containsOnlyKeys(Group.values()).containsValue(0L);
    for (Tally tally : world.router().look().tallies()) {
      assertThat(tally.slower()).isSortedAccordingTo(Comparator.reverseOrder());
      assertThat(tally.slower().getFirst()).isLessThanOrEqualTo(tally.requests());
    }

    world.target.close();
    for (int i = 0; i < 60; i++) {
      ask("X-User: user-" + i + "\r\n");
    }
    assertThat(counted(Tally::failed))
        .isEqualTo(
            Map.of(Group.MOVED, expected.get(Group.MOVED), Group.STAYED, 0L, Group.STAYED_TOO, 0L));
    assertThat(counted(tally -> tally.slower().getLast()).get(Group.MOVED))
        .as("who got no answer waited longer than any bound")
        .isEqualTo(expected.get(Group.MOVED));
  }

  @Test
  void aUserWhoTriesAgainAndAgainIsOneUserInTrouble() throws Exception {
    var identity = new Identity(Optional.of("X-User"), Optional.empty(), Optional.empty());
    Cohort cohort = share(5000, identity);
    lead(1, cohort);
    world.target.close();
    var sorter = new Sorter(cohort);
    var moved = new HashSet<String>();
    for (int i = 0; i < 20; i++) {
      var asker = new Asker(Optional.of("user-" + i), List.of(), Optional.empty());
      if (sorter.group(asker) == Group.MOVED) {
        moved.add("user-" + i);
      }
      for (int again = 0; again < 8; again++) {
        ask("X-User: user-" + i + "\r\n");
      }
    }
    assertThat(counted(Tally::failed)).containsEntry(Group.MOVED, 8L * moved.size());
    for (Tally tally : world.look().tallies()) {
      UserTally users = tally.users().orElseThrow();
      boolean hit = tally.group() == Group.MOVED;
      assertThat(users.harmed()).as("%s", tally).isEqualTo(hit ? moved.size() : 0);
      assertThat(users.requests())
          .as("who is in trouble is not asked about again")
          .isEqualTo(hit ? moved.size() : tally.requests());
    }
    lead(2, Cohort.EVERYBODY);
    assertThat(world.look().tallies()).allSatisfy(tally -> assertThat(tally.users()).isEmpty());
  }

  @Test
  void aServiceThatHangsUntilItsUsersGiveUpHasFailedThem() throws Exception {
    var identity = new Identity(Optional.of("X-User"), Optional.empty(), Optional.empty());
    var ann = new Named(List.of("ann"), List.of(), List.of());
    var heard = new ConcurrentLinkedQueue<String>();
    try (var hangs = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> hear(hangs, heard));
      String target = "http://127.0.0.1:" + hangs.getLocalPort();
      var cohort = new Cohort(0, "salt", identity, ann, Named.NOBODY);
      world
          .router()
          .order(
              new RouteOrder(
                  1, world.source.url(), target, cohort, Optional.empty(), Optional.empty()));
      for (int given = 1; given <= 3; given++) {
        giveUp("GET /%d HTTP/1.1\r\nHost: shop\r\nX-User: ann\r\n\r\n", "/" + given, heard);
        assertThat(counted(Tally::failed))
            .isEqualTo(Map.of(Group.MOVED, (long) given, Group.STAYED, 0L, Group.STAYED_TOO, 0L));
      }
      assertThat(counted(Tally::requests).get(Group.MOVED)).isEqualTo(3);
      String halfBody = "POST / HTTP/1.1\r\nHost: shop\r\nX-User: ann\r\nContent-Length: 9\r\n\r\n";
      giveUp(halfBody + "half", "half", heard);
      assertThat(counted(Tally::failed).get(Group.MOVED)).as("who broke off").isEqualTo(3);
    }
  }

  private void giveUp(String request, String seen, ConcurrentLinkedQueue<String> heard)
      throws Exception {
    try (var user = new RawUser(world.port())) {
      user.send(request.replace("/%d", seen));
      RouterWorld.eventually(() -> String.join("", heard).contains(seen));
    }
    RouterWorld.eventually(() -> world.look().inFlight() == 0);
  }

  /** Takes everything and never answers, until the test closes it. */
  private static void hear(ServerSocket service, ConcurrentLinkedQueue<String> heard) {
    try {
      while (true) {
        Socket user = service.accept();
        Thread.ofVirtual()
            .start(() -> {
              try (user) {
                int next = user.getInputStream().read();
                while (next >= 0) {
                  heard.add(Character.toString(next));
                  next = user.getInputStream().read();
                }
              } catch (IOException e) {
                heard.add("[reset]");
              }
            });
      }
    } catch (IOException e) {
      heard.add("[closed]");
    }
  }

  private Map<Group, Long> counted(Function<Tally, Long> what) {
    var counted = new EnumMap<Group, Long>(Group.class);
    world.router().look().tallies().forEach(each -> counted.put(each.group(), what.apply(each)));
    return counted;
  }
}
