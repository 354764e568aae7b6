package dev.landfall.demo;

import dev.landfall.demo.DemoOptions.Break;
import dev.landfall.demo.LandfallCommand.Ended;
import dev.landfall.demo.Report.EndedAccess;
import dev.landfall.demo.Report.Rehearsal;
import dev.landfall.demo.Report.Staged;
import dev.landfall.demo.Tale.UnexpectedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The journey on a later day: migrated, rehearsed on clones, and promoted only as it was rehearsed;
 * with the promotion the access of those ends who prepared it.
 */
final class StagedJourney {
  /** What somebody tunes on the target after the rehearsal, and the statement that does it. */
  private static final String TUNED = "work_mem";

  private static final String TUNING =
      "ALTER DATABASE " + DemoSide.DATABASE + " SET " + TUNED + " = '64MB'";

  /** What {@code promote} ends with when something else must be done first. */
  private static final int BLOCKED = 2;

  /** SQLSTATE invalid_authorization_specification: this role may not sign in. */
  private static final String SIGN_IN_REFUSED = "28000";

  private static final int ANSWER_SECONDS_MAX = 5;

  private final Tale tale;
  private final Break breaks;
  private final List<EndedAccess> ended = new ArrayList<>();

  StagedJourney(Tale tale, Break breaks) {
    this.tale = tale;
    this.breaks = breaks;
  }

  /** Who loses what with the promotion, as it stands in a workload file. */
  static String yaml() {
    return "access: { adoption-team: { kind: postgres, on: orders, roles: [%s] } }\n"
        .formatted(DemoSide.TEAM);
  }

  /** For who looks on. */
  static String announced() {
    return String.format(
        Locale.ROOT,
        "The data goes over first, and the customers on a later day: as it was rehearsed, or not at"
            + " all.%nWith them on the new side, role %s may not sign in there any more.%n",
        DemoSide.TEAM);
  }

  /** Goes all the way, and returns the outcome for the report. */
  String travel() throws UnexpectedException, SQLException, InterruptedException {
    tale.peace("shopping on premises");
    tale.step("migrated; users stay", "promote", tale.file(), "--until", "staged");
    rehearse("rehearsed on clones");
    if (breaks != Break.NOTHING) {
      return travelBroken();
    }
    tale.world().target().execute(TUNING);
    tale.tell("a setting changed on the new side");
    tale.explain("somebody tunes it after the rehearsal: " + TUNING);
    heldBack();
    rehearse("rehearsed again");
    promote();
    tale.peace("shopping in the cloud");
    tale.step("rolled back", "rollback", Demo.WORKLOAD, "--reason", "to show that it can");
    tale.explain("role " + DemoSide.TEAM + " still may not sign in to the new side: " + refusal());
    tale.peace("shopping on premises again");
    // Held back, too, if the first promotion or the way back had changed anything of the target.
    tale.step("promoted again", "promote", tale.file());
    tale.explain("nothing of the new side had changed since the rehearsal, so none was needed");
    tale.peace("shopping in the cloud");
    tale.step("completed: the link is cut", "complete", Demo.WORKLOAD, "--sever");
    tale.peace("shopping in the cloud for good");
    return "completed";
  }

  private String travelBroken() throws UnexpectedException, SQLException, InterruptedException {
    String outcome = new BrokenPromotion(tale, breaks).travel();
    if (tale.world().owner() == tale.world().target()) {
      ended.add(new EndedAccess(DemoSide.TEAM, refusal()));
    }
    return outcome;
  }

  private void rehearse(String done)
      throws UnexpectedException, SQLException, InterruptedException {
    tale.phase("landfall rehearse");
    List<String> before = things();
    Ended rehearsed = tale.landfall().run("rehearse", Demo.WORKLOAD);
    tale.finish(rehearsed, done);
    List<String> left = new ArrayList<>(things());
    if (!left.equals(before)) {
      left.removeAll(before);
      throw new UnexpectedException("the rehearsal has left, or taken away, something: " + left);
    }
    Rehearsal last = log().rehearsals().getLast();
    tale.explain(
        String.format(
            Locale.ROOT,
            "in %.1f s; customers would have waited %,d ms on the way there and %,d ms back; both"
                + " servers have the databases, roles, slots and links that they had before",
            last.tookMillis() / 1e3,
            last.thereMillis(),
            last.backMillis()));
  }

  /** Whatever a rehearsal could leave on either server. */
  private List<String> things() throws SQLException {
    var things = new ArrayList<>(tale.world().source().things());
    things.addAll(tale.world().target().things());
    return things;
  }

  /** A promotion that must not happen, and must say why. */
  private void heldBack() throws UnexpectedException, SQLException, InterruptedException {
    tale.phase("landfall promote, of something else than was rehearsed");
    Ended promote = tale.landfall().run("promote", tale.file());
    if (tale.world().owner() == tale.world().target() || promote.code() != BLOCKED) {
      throw new UnexpectedException(
          "should have been held back by " + TUNED + ", but ended with " + promote.code());
    }
    if (!promote.answer().contains(TUNED)) {
      throw new UnexpectedException("held back, but without a word of " + TUNED);
    }
    tale.mark("not promoted: changed since");
    tale.check("not promoted: changed since");
    tale.explain(
        "landfall promote ended with exit code "
            + BLOCKED
            + ", which means that something else must be done first; it said: "
            + promote.answer());
  }

  /** While somebody of the team is at work. */
  private void promote() throws UnexpectedException, SQLException, InterruptedException {
    try (Connection work = tale.world().target().connectAsTeam()) {
      if (!work.isValid(ANSWER_SECONDS_MAX)) {
        throw new UnexpectedException("role " + DemoSide.TEAM + " cannot work on the target");
      }
      tale.step("promoted as rehearsed", "promote", tale.file());
      if (work.isValid(ANSWER_SECONDS_MAX)) {
        throw new UnexpectedException("a session of role " + DemoSide.TEAM + " goes on");
      }
    }
    String refusal = refusal();
    ended.add(new EndedAccess(DemoSide.TEAM, refusal));
    tale.explain(
        "only routes and access have changed: the session of role "
            + DemoSide.TEAM
            + " has ended, and when it signs in again the server says: "
            + refusal);
  }

  /** What the target answers to who prepared it. */
  private String refusal() throws UnexpectedException, SQLException {
    try (Connection _ = tale.world().target().connectAsTeam()) {
      throw new UnexpectedException("role " + DemoSide.TEAM + " can sign in to the target");
    } catch (SQLException e) {
      if (SIGN_IN_REFUSED.equals(e.getSQLState())) {
        return String.valueOf(e.getMessage());
      }
      throw e;
    }
  }

  private StagedLog log() throws InterruptedException {
    return StagedLog.of(tale.landfall().history(Demo.WORKLOAD));
  }

  /** What was rehearsed, held back and ended; absent when it never came to a rehearsal. */
  Optional<Staged> staged() throws InterruptedException {
    StagedLog log = log();
    return log.rehearsals().isEmpty()
        ? Optional.empty()
        : Optional.of(new Staged(log.rehearsals(), log.heldBack(), ended));
  }
}
