package dev.landfall.adapter.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import org.junit.jupiter.api.Test;

/** Programs of the host that never end, and such as never stop printing. */
class HostCommandIT {
  @Test
  void oneThatDoesNotEndIsEndedWithAllThatItStarted() throws Exception {
    assertThatThrownBy(() -> HostCommand.run("sh", "-c", "sleep 4711; true"))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("no end after");
    for (int i = 0; i < 600 && sleeps(); i++) {
      Thread.sleep(100);
    }
    assertThat(sleeps()).isFalse();
  }

  private static boolean sleeps() {
    return ProcessHandle.allProcesses()
        .anyMatch(each -> each.info().commandLine().orElse("").endsWith("sleep 4711"));
  }

  @Test
  void oneThatPrintsWithoutEndIsEnded() {
    assertThatThrownBy(() -> HostCommand.run("yes"))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("more than 8 MiB");
  }

  @Test
  void oneThatFailsIsToldWithWhatItSaid() {
    assertThatThrownBy(() -> HostCommand.run("sh", "-c", "echo no such thing >&2; exit 3"))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("no such thing");
  }
}
