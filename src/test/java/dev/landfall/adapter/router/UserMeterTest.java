package dev.landfall.adapter.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.landfall.routing.Group;
import dev.landfall.routing.Sorter;
import dev.landfall.routing.UserTally;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Users are counted as one each, in bounded memory. */
class UserMeterTest {
  private static final long QUIET = UserTally.QUIET.toSeconds();

  private long now = 1_000;
  private final UserMeter meter = new UserMeter(() -> now, 1_000);

  private UserTally moved() {
    return meter.tally(Group.MOVED);
  }

  @Test
  void aUserWhoFailsInARowIsHarmedOnceAndAsksForNothingUntilThatIsOver() {
    meter.saw(Group.MOVED, 6, false);
    for (int i = 0; i < 8; i++) {
      meter.saw(Group.MOVED, 6, true);
      meter.saw(Group.MOVED, 6, false);
      now++;
    }
    assertThat(moved()).isEqualTo(new UserTally(2, 1));
    now += QUIET - 9;
    meter.saw(Group.MOVED, 6, false);
    assertThat(moved()).as("not well yet").isEqualTo(new UserTally(2, 1));
    now++;
    meter.saw(Group.MOVED, 6, false);
    assertThat(moved()).isEqualTo(new UserTally(3, 1));
  }

  @Test
  void furtherFailuresDoNotProlongTroubleSoThatMoreOfThemNeverLookLikeFewer() {
    for (int second = 0; second < 3 * QUIET; second++) {
      meter.saw(Group.MOVED, 6, true);
      now++;
    }
    assertThat(moved()).as("who always fails is harmed each time").isEqualTo(new UserTally(3, 3));
  }

  @Test
  void theShareOfRequestsThatHarmIsTheSameHoweverOftenUsersAsk() {
    var random = new SplittableRandom(4);
    var often = new UserMeter(() -> now, 10_000);
    for (int second = 0; second < 20_000; second++) {
      for (int user = 0; user < 40; user++) {
        Group group = user < 20 ? Group.MOVED : Group.STAYED;
        double each = group == Group.MOVED ? 5 : 0.2;
        for (double left = each; left > 0; left--) {
          if (random.nextDouble() < left) {
            often.saw(group, Sorter.mark("salt", "user-" + user), random.nextDouble() < 0.01);
          }
        }
      }
      now++;
    }
    for (Group group : new Group[] {Group.MOVED, Group.STAYED}) {
      UserTally users = often.tally(group);
      assertThat((double) users.harmed() / users.requests())
          .as("%s: %s", group, users)
          .isCloseTo(0.01, within(0.002));
    }
  }

  @Test
  void anAnswerThatBreaksOffHarmsItsUserAndWasCountedAsARequestBefore() {
    meter.saw(Group.MOVED, 6, false);
    meter.brokeOff(Group.MOVED, 6);
    meter.brokeOff(Group.MOVED, 6);
    assertThat(moved()).isEqualTo(new UserTally(1, 1));
    assertThat(meter.tally(Group.STAYED)).isEqualTo(UserTally.NONE);
  }

  @Test
  void afterAnOutageNobodyWaitsForAllToBeForgottenAndEverybodyIsWellAgain() {
    var many = new UserMeter(() -> now, 10_000);
    for (int mark = 1; mark <= 5_000; mark++) {
      many.saw(Group.MOVED, mark, true);
    }
    now += QUIET;
    for (int mark = 5_000; mark > 0; mark--) {
      many.saw(Group.MOVED, mark, true);
    }
    assertThat(many.tally(Group.MOVED)).isEqualTo(new UserTally(10_000, 10_000));
  }

  private void everybodyAsks(int failing) {
    for (int user = 0; user < 10_000; user++) {
      Group group = user % 4 == 0 ? Group.MOVED : Group.STAYED;
      meter.saw(group, Sorter.mark("salt", "user-" + user), user % 4 < failing);
    }
  }

  @Test
  void beyondItsBoundTheSamePartOfEachGroupIsCounted() {
    everybodyAsks(2);
    assertThat(meter.oneIn()).as("of five thousand, at most a thousand").isEqualTo(8);
    for (int again = 0; again < 20; again++) {
      everybodyAsks(2);
    }
    UserTally stayed = meter.tally(Group.STAYED);
    assertThat((double) stayed.harmed() / moved().harmed()).isBetween(0.75, 1.25);
    assertThat(stayed.requests()).as("half of them are always well").isGreaterThan(10_000);
    assertThat(moved().requests()).as("all of them are in trouble").isLessThan(2_500);
  }

  @Test
  void whenItHasBecomeQuietEverybodyIsCountedAgainAndNobodysTroubleTwice() {
    everybodyAsks(2);
    now += QUIET - 1;
    everybodyAsks(0);
    assertThat(meter.oneIn()).isEqualTo(8);
    // The trouble of those who are known is over, and that of all others is not known yet.
    now += 1;
    UserTally before = moved();
    everybodyAsks(1);
    assertThat(meter.oneIn()).isEqualTo(4);
    long harmed = moved().harmed() - before.harmed();
    assertThat(harmed).as("of 2,500, one in eight and not in four").isBetween(250L, 375L);
    for (int each = 0; each < 4; each++) {
      now += QUIET;
      everybodyAsks(0);
    }
    assertThat(meter.oneIn()).isEqualTo(1);
    now += QUIET;
    before = moved();
    everybodyAsks(0);
    assertThat(moved().requests() - before.requests()).isEqualTo(2_500);
  }
}
