package dev.landfall.adapter.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.routing.Asker;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.Group;
import dev.landfall.routing.Sorter;
import dev.landfall.routing.Tally;
import dev.landfall.routing.UserTally;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Network;
import dev.landfall.workload.Side;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That HAProxy sorts every user as the reference does. */
class HaproxyCohortIT {
  private static final Pattern COOKIE =
      Pattern.compile("(?m)^set-cookie: landfall_user=([^;]+); ([^\r]*)", Pattern.CASE_INSENSITIVE);
  private static final Identity IDENTITY =
      new Identity(Optional.of("X-User"), Optional.of("sid"), Optional.of("X-Groups"));
  private static final int USERS = 3_000;

  @TempDir Path folder;
  private HaproxyWorld world;
  private RawUser connection;
  private long epoch;

  @BeforeEach
  void start() throws Exception {
    world = new HaproxyWorld(folder, IDENTITY, 1000);
    connection = new RawUser(world.page("/"));
  }

  @AfterEach
  void stop() throws Exception {
    connection.close();
    world.close();
  }

  private void lead(Cohort cohort) {
    epoch++;
    world.router().order(world.leading(epoch, cohort));
    assertThat(world.router().look().order()).contains(world.leading(epoch, cohort));
  }

  private static Cohort share(int tenThousandths, Identity identity) {
    return new Cohort(tenThousandths, "salt of it", identity, Named.NOBODY, Named.NOBODY);
  }

  private static Named users(String... names) {
    return new Named(List.of(names), List.of(), List.of());
  }

  private static Named networks(String... networks) {
    return new Named(List.of(), List.of(), List.of(networks).stream().map(Network::parse).toList());
  }

  private String ask(String... headers) throws Exception {
    return connection.ask("GET", "/", headers);
  }

  private Side side(String... headers) throws Exception {
    return ask(headers).endsWith("target") ? Side.TARGET : Side.SOURCE;
  }

  private static Asker asker(String user, String... groups) {
    return new Asker(Optional.of(user), List.of(groups), Optional.of("127.0.0.1"));
  }

  @Test
  void thousandsOfUsersAreSortedAsTheReferenceSortsThemAndNobodyFlips() throws Exception {
    Set<String> moved = new HashSet<>();
    for (int share : List.of(1, 100, 500, 2_500, 5_000, 9_999, 10_000)) {
      Cohort cohort = new Cohort(share, "salt of it", IDENTITY, users("user-7"), users("user-8"));
      var sorter = new Sorter(cohort);
      lead(cohort);
      for (int i = 0; i < USERS; i++) {
        String user = "user-" + i;
        Side side = side("X-User: " + user);
        assertThat(side).as("%s at %d", user, share).isEqualTo(sorter.side(asker(user)));
        if (side == Side.TARGET) {
          moved.add(user);
        } else {
          assertThat(moved).as("at %d", share).doesNotContain(user);
        }
      }
    }
    assertThat(moved).hasSize(USERS - 1);
  }

  @Test
  void whoIsNamedGoesBeforeTheShareAndWhoIsKeptBeforeAll() throws Exception {
    var moved = new Named(List.of("ann", "Jürgen Ö", "a;b <<"), List.of("staff", "a b"), List.of());
    var kept = new Named(List.of("bob"), List.of("board"), List.of());
    for (int share : List.of(0, 5_000, 10_000)) {
      var cohort = new Cohort(share, "", IDENTITY, moved, kept);
      var sorter = new Sorter(cohort);
      lead(cohort);
      for (String user : List.of("ann", "Ann", "Jürgen Ö", "a;b <<", "bob", "eve", "staff")) {
        assertThat(side("X-User: " + user)).as(user).isEqualTo(sorter.side(asker(user)));
        assertThat(side("X-User: " + user, "X-Groups: a b,staff"))
            .as(user)
            .isEqualTo(sorter.side(asker(user, "a b", "staff")));
        assertThat(side("X-User: " + user, "X-Groups: staff", "X-Groups: x, board"))
            .as(user)
            .isEqualTo(sorter.side(asker(user, "staff", "x", "board")));
      }
    }
  }

  @Test
  void aNetworkIsWhereTheConnectionComesFrom() throws Exception {
    for (Named moved :
        List.of(
            networks("127.0.0.0/8"),
            networks("127.0.0.1"),
            networks("127.0.0.0/31"),
            networks("127.0.0.2/31"),
            networks("::/0"),
            networks("::ffff:127.0.0.0/104"),
            networks("2001:db8::/32", "10.0.0.0/9"))) {
      for (Named kept : List.of(Named.NOBODY, networks("127.0.0.0/30"), networks("0.0.0.0/3"))) {
        var cohort = new Cohort(0, "", IDENTITY, moved, kept);
        lead(cohort);
        assertThat(side("X-User: eve", "X-Forwarded-For: 10.1.1.1"))
            .as("%s", cohort)
            .isEqualTo(new Sorter(cohort).side(asker("eve")));
      }
    }
  }

  @Test
  void whoSaysNothingGetsACookieAndIsKnownByItFromThenOn() throws Exception {
    Map<String, Side> sides = new HashMap<>();
    lead(share(3_000, IDENTITY));
    for (int i = 0; i < 40; i++) {
      String answer = ask();
      Matcher cookie = COOKIE.matcher(answer);
      assertThat(cookie.find()).as(answer).isTrue();
      assertThat(cookie.group(2)).contains("Path=/").contains("HttpOnly").contains("SameSite=Lax");
      sides.put(cookie.group(1), answer.endsWith("target") ? Side.TARGET : Side.SOURCE);
    }
    assertThat(sides).hasSize(40).containsValue(Side.SOURCE).containsValue(Side.TARGET);
    for (var each : sides.entrySet()) {
      String answer = ask("Cookie: theme=dark; landfall_user=" + each.getKey());
      assertThat(answer).endsWith(each.getValue().word());
      assertThat(Sorter.bucket("salt of it", each.getKey()) < 3_000)
          .isEqualTo(each.getValue() == Side.TARGET);
      assertThat(COOKIE.matcher(answer).find()).as("it has one already").isFalse();
    }
    lead(Cohort.EVERYBODY);
    assertThat(COOKIE.matcher(ask()).find()).as("nobody need be told apart").isFalse();
    lead(Cohort.NOBODY);
    assertThat(COOKIE.matcher(ask()).find()).isFalse();
  }

  @Test
  void anOrderMayUseAPartOfTheIdentityThatTheIncludeHas() throws Exception {
    var byCookie = new Identity(Optional.empty(), Optional.of("sid"), Optional.empty());
    lead(share(5_000, byCookie));
    for (int i = 0; i < 30; i++) {
      String name = "session-" + i;
      Side due = Sorter.bucket("salt of it", name) < 5_000 ? Side.TARGET : Side.SOURCE;
      assertThat(side("X-User: ann", "Cookie: a=b; sid=" + name)).as(name).isEqualTo(due);
    }
    lead(share(5_000, Identity.NONE));
    assertThat(COOKIE.matcher(ask("X-User: ann", "Cookie: sid=a")).find()).isTrue();
  }

  @Test
  void requestsAreCountedByTheGroupOfTheirUser() throws Exception {
    Cohort cohort = share(3_000, IDENTITY);
    var sorter = new Sorter(cohort);
    lead(cohort);
    Map<Group, Long> due = new EnumMap<>(Group.class);
    for (int i = 0; i < 200; i++) {
      side("X-User: user-" + i);
      due.merge(sorter.group(asker("user-" + i)), 1L, Long::sum);
    }
    world.target.close();
    connection.ask("POST", "/", "X-User: user-1", "X-Try: " + sorter.side(asker("user-1")));
    connection.ask("GET", "/sick", "X-User: user-0");
    due.merge(sorter.group(asker("user-0")), 1L, Long::sum);
    due.merge(sorter.group(asker("user-1")), 1L, Long::sum);
    long failed = 0;
    for (Tally tally : world.router().look().tallies()) {
      assertThat(tally.requests()).as("%s", tally).isEqualTo(due.get(tally.group()));
      assertThat(tally.slower()).isSortedAccordingTo(Comparator.reverseOrder());
      assertThat(tally.slower().getLast()).isLessThanOrEqualTo(tally.failed());
      failed += tally.failed();
    }
    assertThat(failed).isEqualTo(2);
    lead(Cohort.NOBODY);
    side("X-User: user-2");
    assertThat(world.router().look().tallies().stream().mapToLong(Tally::requests).sum())
        .as("nobody is told apart")
        .isEqualTo(202);
  }

  @Test
  void aUserWhoTriesAgainAndAgainIsOneUserInTrouble() throws Exception {
    Cohort cohort = share(5_000, IDENTITY);
    lead(cohort);
    var sorter = new Sorter(cohort);
    long moved = 0;
    for (int i = 0; i < 20; i++) {
      boolean hit = sorter.group(asker("user-" + i)) == Group.MOVED;
      moved += hit ? 1 : 0;
      for (int again = 0; again < 8; again++) {
        connection.ask("GET", hit ? "/sick" : "/", "X-User: user-" + i);
      }
    }
    for (Tally tally : world.router().look().tallies()) {
      UserTally users = tally.users().orElseThrow();
      boolean hit = tally.group() == Group.MOVED;
      assertThat(tally.failed()).isEqualTo(hit ? 8 * moved : 0);
      assertThat(users.harmed()).as("%s", tally).isEqualTo(hit ? moved : 0);
      assertThat(users.requests()).isEqualTo(hit ? moved : tally.requests());
    }
    lead(Cohort.EVERYBODY);
    assertThat(world.router().look().tallies())
        .as("nobody need be told apart")
        .allSatisfy(tally -> assertThat(tally.users()).isEmpty());
  }

  @Test
  void twentyThousandNamesAreTakenReadBackAndKept() throws Exception {
    var names = IntStream.range(0, 20_000).mapToObj(i -> "user-" + i).toList();
    var named = new Named(new ArrayList<>(names), List.of(), List.of());
    lead(new Cohort(0, "salt", IDENTITY, named, users("user-19999")));
    assertThat(side("X-User: user-0")).isEqualTo(Side.TARGET);
    assertThat(side("X-User: user-19998")).isEqualTo(Side.TARGET);
    assertThat(side("X-User: user-19999")).isEqualTo(Side.SOURCE);
    assertThat(side("X-User: user-20000")).isEqualTo(Side.SOURCE);
    var order = world.router().look().order();
    world.haproxy.restart();
    assertThat(world.router().look().order()).isEqualTo(order);
    connection.close();
    connection = new RawUser(world.page("/"));
    assertThat(side("X-User: user-19998")).isEqualTo(Side.TARGET);
    assertThat(side("X-User: user-19999")).isEqualTo(Side.SOURCE);
  }
}
