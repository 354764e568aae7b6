package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A small run of pgbench through PgBouncer; {@code ./bench pgbench} does the full one. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("long")
class PgbenchIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void pgbenchSeesNoErrorAndLosesNothingWhileItsDatabaseIsPromotedAndRolledBack() throws Exception {
    try (var run = new PgbenchRun(folder, new PgbenchRun.Size(2, 4, 2, 0, "5s"))) {
      PgbenchRun.Result result = run.run();
      assertThat(result.wrong()).isEmpty();
      assertThat(result.failed()).isZero();
      assertThat(result.rows()).isEqualTo(result.transactions()).isPositive();
      assertThat(result.moves()).hasSize(4);
    }
  }

  /** I6: in a hold clients wait for whoever is started next, and see no error. */
  @Test
  void pgbenchSeesNoErrorWhenTheControllerIsKilledAndStartedAgain() throws Exception {
    var steps =
        World.SOAK
            ? List.of(
                "after:CutoverBegun",
                "after:Held",
                "after:Fenced",
                "before:OwnerMoved",
                "after:OwnerMoved")
            : List.of("after:Held", "after:OwnerMoved");
    try (var run = new PgbenchRun(folder, new PgbenchRun.Size(1, 4, 0, 0, "40s"))) {
      PgbenchRun.Result result = run.runKilledAt(steps);
      assertThat(result.wrong()).isEmpty();
      assertThat(result.rows()).isEqualTo(result.transactions()).isPositive();
      assertThat(result.moves()).hasSize(2 * steps.size());
    }
  }
}
