package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A small run of pgbench through PgBouncer; {@code ./bench pgbench} does the full one. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PgbenchIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void pgbenchSeesNoErrorAndLosesNothingWhileItsDatabaseIsPromotedAndRolledBack() throws Exception {
    try (var run = new PgbenchRun(folder, new PgbenchRun.Size(2, 4, 2, 60, "5s"))) {
      PgbenchRun.Result result = run.run();
      assertThat(result.wrong()).isEmpty();
      assertThat(result.failed()).isZero();
      assertThat(result.rows()).isEqualTo(result.transactions()).isPositive();
      assertThat(result.moves()).hasSize(4);
    }
  }
}
