package dev.landfall.demo;

import dev.landfall.demo.DemoOptions.Break;
import dev.landfall.demo.LandfallCommand.Ended;
import dev.landfall.demo.Tale.UnexpectedException;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A promotion of all at once with something broken in it, and how it must end. */
final class BrokenPromotion {
  private final Tale tale;
  private final Break breaks;

  BrokenPromotion(Tale tale, Break breaks) {
    this.tale = tale;
    this.breaks = breaks;
  }

  /** Promotes what is in step, and returns the outcome for the report. */
  String travel() throws UnexpectedException, SQLException, InterruptedException {
    if (breaks == Break.DIVERGE) {
      return diverge();
    }
    tale.phase("promoting, and breaking something");
    long from = System.nanoTime();
    Breaking.Broken broken =
        breaks == Break.KILL
            ? Breaking.killInTheMiddle(tale.landfall(), tale.world().router(), tale.file())
            : Breaking.freezeTarget(tale.world(), tale.file());
    tale.ran(from);
    if (!broken.struck()) {
      tale.problem("the cutover was over before anything could be broken in it");
    }
    tale.finish(broken.ended(), "promoted all the same");
    tale.peace("shopping in the cloud");
    return "promoted";
  }

  private String diverge() throws UnexpectedException, SQLException, InterruptedException {
    tale.phase("a changed row on the target");
    long key = Breaking.changeBehindTheFence(tale.world().target());
    tale.mark("customers " + key + " changed behind the fence");
    long from = System.nanoTime();
    Ended promote = tale.landfall().run("promote", tale.file());
    tale.ran(from);
    Ended status = tale.landfall().run("status", Demo.WORKLOAD);
    tale.peace("shopping on premises, as before");
    if (promote.code() == 0 || tale.world().owner() == tale.world().target()) {
      throw new UnexpectedException("cut over although customers " + key + " differs");
    }
    Optional<String> named =
        Stream.of(promote.output(), List.of(promote.says()), status.output())
            .flatMap(List::stream)
            .filter(line -> line.contains(Long.toString(key)) && line.contains("customers"))
            .min(Comparator.comparingInt(String::length));
    if (named.isEmpty()) {
      throw new UnexpectedException(
          "did not cut over, but did not name customers " + key + " either: " + promote.says());
    }
    tale.mark("not promoted");
    tale.check("not promoted");
    tale.reason(named.get().strip());
    return "refused";
  }
}
