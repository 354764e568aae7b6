package dev.landfall.demo;

import dev.landfall.demo.DemoOptions.Break;
import dev.landfall.demo.Tale.UnexpectedException;
import java.sql.SQLException;

/** The journey in a single step, with something broken on the way or not. */
final class SingleStepJourney {
  private final Tale tale;
  private final Break breaks;

  SingleStepJourney(Tale tale, Break breaks) {
    this.tale = tale;
    this.breaks = breaks;
  }

  /** Goes all the way, and returns the outcome for the report. */
  String travel() throws UnexpectedException, SQLException, InterruptedException {
    tale.peace("shopping on premises");
    tale.step("copied and in step", "promote", tale.file(), "--until", "staged");
    if (breaks != Break.NOTHING) {
      return new BrokenPromotion(tale, breaks).travel();
    }
    tale.step("promoted", "promote", tale.file());
    tale.peace("shopping in the cloud");
    tale.step("rolled back", "rollback", Demo.WORKLOAD, "--reason", "to show that it can");
    tale.peace("shopping on premises again");
    tale.step("promoted again", "promote", tale.file());
    tale.peace("shopping in the cloud");
    tale.step("completed: the link is cut", "complete", Demo.WORKLOAD, "--sever");
    tale.peace("shopping in the cloud for good");
    return "completed";
  }
}
