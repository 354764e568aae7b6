package dev.landfall.engine;

import dev.landfall.access.AccessControl;
import dev.landfall.access.AccessSeen;
import dev.landfall.problem.Finding;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.rehearsal.Inspector;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What a simulated target is configured like, and who of the adoption team may come in. */
final class StagedTarget {
  private final VirtualTime time;
  private int tuning;
  private long tunedAt = Long.MIN_VALUE;
  private boolean teamMaySignIn = true;

  StagedTarget(VirtualTime time) {
    this.time = time;
  }

  /** How a machine reaches it, over a network that fails as it does for the machine. */
  interface Way {
    <T> T call(String what, Supplier<T> statement);
  }

  Configuration configuration() {
    return new Configuration(Map.of("setting work_mem", tuning + "MB"));
  }

  /** Somebody changes it. */
  void tune() {
    tuning++;
    tunedAt = time.micros();
  }

  /** Whether it is as it was so long ago at least. */
  boolean isSettledFor(long micros) {
    return tunedAt < time.micros() - micros;
  }

  boolean teamMaySignIn() {
    return teamMaySignIn;
  }

  /** Somebody decides that the adoption team needs it again. */
  void letTeamIn() {
    teamMaySignIn = true;
  }

  Inspector inspector(Way ask) {
    return new Inspector() {
      @Override
      public Configuration look() {
        return ask.call("inspect the target", () -> configuration());
      }

      @Override
      public void close() {}
    };
  }

  AccessControl access(Way ask, Way tell) {
    return new AccessControl() {
      @Override
      public List<Finding> preflight() {
        return List.of();
      }

      @Override
      public AccessSeen look() {
        return AccessSeen.of(
            ask.call("look at the team's access", () -> teamMaySignIn)
                ? List.of("the team may sign in")
                : List.of());
      }

      @Override
      public void revoke() {
        tell.call(
            "end the team's access",
            () -> {
              teamMaySignIn = false;
              return true;
            });
      }

      @Override
      public void close() {}
    };
  }
}
