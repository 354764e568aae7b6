package dev.landfall.adapter.postgres;

import dev.landfall.replication.ReplicatorContract;
import dev.landfall.replication.World;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;

/** The contract on pairs of real servers, old to new. */
class PostgresReplicatorIT {
  abstract static class Pair extends ReplicatorContract {
    private final int source;
    private final int target;

    Pair(int source, int target) {
      this.source = source;
      this.target = target;
    }

    @Override
    protected World world() {
      try {
        return new PostgresWorld(source, target);
      } catch (SQLException e) {
        throw new IllegalStateException("cannot make a world", e);
      }
    }
  }

  @Nested
  class From15To18 extends Pair {
    From15To18() {
      super(15, 18);
    }
  }

  @Nested
  class From16To16 extends Pair {
    From16To16() {
      super(16, 16);
    }
  }

  @Nested
  class From16To18 extends Pair {
    From16To18() {
      super(16, 18);
    }
  }

  @Nested
  class From17To18 extends Pair {
    From17To18() {
      super(17, 18);
    }
  }

  @Nested
  class From18To18 extends Pair {
    From18To18() {
      super(18, 18);
    }
  }
}
