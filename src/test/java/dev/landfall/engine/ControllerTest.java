package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.adapter.memory.MemoryBoard;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControllerTest {
  private static final String SHOP = "shop";

  /** Hands out what is to be done, and is held for so many questions. */
  private static final class OneLease implements Leases {
    private final List<Work> works = new ArrayList<>();

    @Override
    public void drive(String workload, Work work) {
      works.add(work);
    }

    @Override
    public void wake(String workload) {
      throw new AssertionError("nobody is to be woken");
    }

    @Override
    public Optional<Holder> holder(String workload) {
      return Optional.empty();
    }

    @Override
    public void close() {
      works.clear();
    }
  }

  private static final class HeldOnce implements Leases.Lease {
    private boolean asked;

    @Override
    public String workload() {
      return SHOP;
    }

    @Override
    public boolean stillHeld() {
      boolean first = !asked;
      asked = true;
      return first;
    }
  }

  private final AtomicInteger reads = new AtomicInteger();

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  /** A journal whose reading ends as the test says, given how often it was read. */
  private Journal journal(IntConsumer reading) {
    return (Journal)
        Proxy.newProxyInstance(
            Journal.class.getClassLoader(),
            new Class<?>[] {Journal.class},
            (_, method, _) -> {
              assertThat(method.getName()).isEqualTo("read");
              reading.accept(reads.incrementAndGet());
              return List.of();
            });
  }

  private static Adapters none() {
    return (Adapters)
        Proxy.newProxyInstance(
            Adapters.class.getClassLoader(),
            new Class<?>[] {Adapters.class},
            (_, method, _) -> {
              throw new AssertionError(method + " is not to be asked");
            });
  }

  private Optional<Instant> driven(IntConsumer reading) throws InterruptedException {
    var leases = new OneLease();
    try (var controller =
        new Controller(
            journal(reading),
            leases,
            none(),
            new MemoryBoard(),
            InstantSource.system(),
            "controller")) {
      controller.drive(SHOP);
      return leases.works.getFirst().run(new HeldOnce());
    }
  }

  @Test
  void whoIsInterruptedWhileWaitingStopsAndParksNothing() {
    assertThatThrownBy(() ->
            driven(_ -> {
              Thread.currentThread().interrupt();
              Together.resultOf(new CompletableFuture<>(), Optional.empty());
            }))
        .isInstanceOf(InterruptedException.class)
        .hasMessage("closing while driving shop");
    assertThat(reads).as("parking would have read the journal again").hasValue(1);
  }

  @Test
  void whoMeetsABugParksThePromotion() throws Exception {
    assertThat(
            driven(times -> {
              if (times == 1) {
                throw new IllegalStateException("a bug of the test");
              }
              assertThat(times).isEqualTo(2);
            }))
        .as("tried again, later")
        .isPresent();
    assertThat(reads).hasValue(2);
  }
}
