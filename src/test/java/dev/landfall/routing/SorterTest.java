package dev.landfall.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Network;
import dev.landfall.workload.Side;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The reference for every plane: sticky, monotone, and as many as the share says. */
class SorterTest {
  private static Asker user(String name) {
    return new Asker(Optional.of(name), List.of(), Optional.empty());
  }

  private static Sorter share(int tenThousandths) {
    return new Sorter(
        new Cohort(tenThousandths, "shop", Identity.NONE, Named.NOBODY, Named.NOBODY));
  }

  /** Any other way to count would put users elsewhere than HAProxy does. */
  @Test
  void whoHasACookieOfThePlanesOwnIsDrawnByItAndNamedByTheService() {
    var own = new Asker(Optional.of("ann"), Optional.of("a-cookie"), List.of(), Optional.empty());
    Sorter below = share(Sorter.bucket("shop", "a-cookie"));
    Sorter above = share(Sorter.bucket("shop", "a-cookie") + 1);
    assertThat(below.side(own)).isEqualTo(Side.SOURCE);
    assertThat(above.side(own)).isEqualTo(Side.TARGET);
    var ann = new Named(List.of("ann"), List.of(), List.of());
    var keepsAnn = new Sorter(new Cohort(9999, "shop", Identity.NONE, Named.NOBODY, ann));
    assertThat(keepsAnn.side(own)).isEqualTo(Side.SOURCE);
  }

  @Test
  void bucketsAreThoseOfThePublishedHash() {
    assertThat(Buckets.hash("")).isEqualTo(0x02CC5D05);
    assertThat(Buckets.hash("abc")).isEqualTo(0x32D153FF);
    var random = new SplittableRandom(3);
    for (int i = 0; i < 20_000; i++) {
      int[] points = random.ints(random.nextInt(40), 0, 0x110000).toArray();
      String text = i % 2 == 0 ? new String(points, 0, points.length) : "user-" + i;
      assertThat(Buckets.hash(text))
          .as(text)
          .isEqualTo(Hashing.xxh32().hashBytesToInt(text.getBytes(StandardCharsets.UTF_8)));
    }
    assertThat(Sorter.bucket("shop", "ann"))
        .isEqualTo(Integer.remainderUnsigned(Buckets.hash("shop/ann"), 10_000));
  }

  @Test
  void aMillionUsersMoveOneWayOnlyAndAsManyAsTheShareSays() {
    int[] ramp = {0, 100, 500, 2500, 5000, 10_000};
    Side[] before = new Side[1_000_000];
    for (int share : ramp) {
      Sorter sorter = share(share);
      int moved = 0;
      for (int i = 0; i < before.length; i++) {
        Side side = sorter.side(user("user-" + i));
        assertThat(before[i] == Side.TARGET && side == Side.SOURCE).as("nobody flips").isFalse();
        before[i] = side;
        moved += side == Side.TARGET ? 1 : 0;
      }
      assertThat(Math.abs(moved / 1e6 - share / 1e4)).as("at " + share).isLessThan(0.002);
    }
  }

  @Test
  void theFirstUsersOfOneWorkloadAreNotThoseOfAnother() {
    int both = 0;
    for (int i = 0; i < 100_000; i++) {
      boolean inOne = Sorter.bucket("one", "user-" + i) < 1000;
      both += inOne && Sorter.bucket("two", "user-" + i) < 1000 ? 1 : 0;
    }
    assertThat(both).isBetween(800, 1200);
  }

  @Test
  void halvesDoNotDependOnBuckets() {
    int first = 0;
    int low = 0;
    for (int i = 0; i < 100_000; i++) {
      if (Sorter.bucket("shop", "user-" + i) < 1000) {
        low++;
        first += Sorter.isInFirstHalf("shop", "user-" + i) ? 1 : 0;
      }
    }
    assertThat((double) first / low).isBetween(0.47, 0.53);
  }

  @Test
  void whoIsKeptStaysWhateverElseIsSaid() {
    var cohort =
        new Cohort(
            Cohort.ALL,
            "shop",
            Identity.NONE,
            new Named(List.of("ann"), List.of("staff"), List.of()),
            new Named(List.of("ann"), List.of(), List.of(Network.parse("10.9.0.0/16"))));
    var sorter = new Sorter(cohort);
    assertThat(sorter.side(user("ann"))).isEqualTo(Side.SOURCE);
    assertThat(sorter.side(user("bob"))).isEqualTo(Side.TARGET);
    assertThat(
            sorter.side(new Asker(Optional.of("bob"), List.of("staff"), Optional.of("10.9.3.4"))))
        .isEqualTo(Side.SOURCE);
    assertThat(cohort.isEverybody()).isFalse();
  }

  @Test
  void namedUsersGroupsAndNetworksMoveAtAShareOfNothing() {
    var cohort =
        new Cohort(
            0,
            "shop",
            Identity.NONE,
            new Named(
                List.of("ann"),
                List.of("staff"),
                List.of(Network.parse("192.0.2.0/24"), Network.parse("2001:db8::/32"))),
            Named.NOBODY);
    var sorter = new Sorter(cohort);
    assertThat(sorter.side(user("ann"))).isEqualTo(Side.TARGET);
    assertThat(sorter.side(user("bob"))).isEqualTo(Side.SOURCE);
    assertThat(sorter.side(new Asker(Optional.empty(), List.of("a", "staff"), Optional.empty())))
        .isEqualTo(Side.TARGET);
    for (String inside : List.of("192.0.2.77", "::ffff:192.0.2.77", "2001:db8:1::5%eth0")) {
      assertThat(sorter.side(from(inside))).as(inside).isEqualTo(Side.TARGET);
    }
    for (String outside : List.of("192.0.3.1", "2001:db9::1", "nonsense", "")) {
      assertThat(sorter.side(from(outside))).as(outside).isEqualTo(Side.SOURCE);
    }
  }

  private static Asker from(String address) {
    return new Asker(Optional.empty(), List.of(), Optional.of(address));
  }
}
