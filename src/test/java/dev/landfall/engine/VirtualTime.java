package dev.landfall.engine;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Time that passes only when everybody waits for it. Programs that block (the controllers) are
 * fibers: threads of which exactly one runs at any moment, so that a run depends on nothing but its
 * seed. Whatever else happens is a callback, run by whichever fiber happens to wait.
 */
final class VirtualTime implements InstantSource {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  /** Ends the program that it is thrown in: it was killed, or the run is over. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;

    Killed() {
      super("killed", null, false, false);
    }
  }

  /** A program that may wait. */
  static final class Fiber {
    private final String name;
    private Thread thread = Thread.currentThread();
    private volatile boolean mayRun;
    private boolean killed;
    private boolean ended;
    private long wakes;

    Fiber(String name) {
      this.name = name;
    }

    private void go() {
      mayRun = true;
      LockSupport.unpark(thread);
    }

    private void await() {
      while (!mayRun) {
        LockSupport.park();
      }
      mayRun = false;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Something due at a time: a callback, or a fiber to be woken. */
  private record Due(long at, long number, Optional<Runnable> callback, Fiber fiber, long wake)
      implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private final List<Fiber> fibers = new ArrayList<>();
  private final Runnable afterEach;
  private final Fiber main = new Fiber("main");
  private Fiber current = main;
  private long now;
  private long numbers;
  private boolean over;
  private Optional<IllegalStateException> failure = Optional.empty();

  /**
   * A time at its beginning, for the calling thread.
   *
   * @param afterEach called after each callback
   */
  VirtualTime(Runnable afterEach) {
    this.afterEach = afterEach;
  }

  /** Microseconds since the beginning. */
  long micros() {
    return now;
  }

  @Override
  public Instant instant() {
    return BEGIN.plusNanos(now * 1000);
  }

  /** How many things have happened. */
  long happened() {
    return numbers;
  }

  /** Calls back later; zero is after everything that is due now. */
  void after(long micros, Runnable callback) {
    queue.add(new Due(now + micros, numbers++, Optional.of(callback), main, 0));
  }

  /** Begins a program; it runs when the caller waits. */
  Fiber begin(String name, Runnable program) {
    var fiber = new Fiber(name);
    fibers.add(fiber);
    fiber.thread =
        Thread.ofVirtual()
            .unstarted(() -> {
              fiber.await();
              run(fiber, program);
            });
    fiber.thread.start();
    wakeAfter(0, fiber);
    return fiber;
  }

  private void run(Fiber fiber, Runnable program) {
    try {
      if (!fiber.killed) {
        program.run();
      }
    } catch (Killed _) {
      // It ends here, wherever it was.
    } catch (RuntimeException | Error e) {
      fails(fiber, e);
    }
    fiber.ended = true;
    Fiber next = main;
    try {
      next = over ? main : next(fiber);
    } catch (RuntimeException | Error e) {
      fails(fiber, e);
    }
    current = next;
    next.go();
  }

  /** Whoever began the time is told; nobody else would ever be woken. */
  private void fails(Fiber fiber, Throwable e) {
    if (failure.isEmpty()) {
      failure = Optional.of(new IllegalStateException(fiber + " fails", e));
    }
    over = true;
  }

  private void wakeAfter(long micros, Fiber fiber) {
    fiber.wakes++;
    queue.add(new Due(now + micros, numbers++, Optional.empty(), fiber, fiber.wakes));
  }

  /** Lets the calling program wait. */
  void sleep(long micros) {
    Fiber me = current;
    wakeAfter(micros, me);
    Fiber next = next(me);
    if (!next.equals(me)) {
      current = next;
      next.go();
      me.await();
    }
    if (me.killed) {
      throw new Killed();
    }
  }

  /** Runs callbacks until a fiber is due. */
  private Fiber next(Fiber waiting) {
    while (!over) {
      Due due = queue.poll();
      if (due == null) {
        throw new IllegalStateException("nothing is due while " + waiting + " waits");
      }
      now = due.at;
      if (due.callback.isPresent()) {
        due.callback.get().run();
        afterEach.run();
      } else if (!due.fiber.ended && due.wake == due.fiber.wakes) {
        afterEach.run();
        if (!over) {
          return due.fiber;
        }
      }
    }
    return main;
  }

  /** Ends a program as kill -9 does, at the point where it waits. */
  void kill(Fiber fiber) {
    fiber.killed = true;
    if (!fiber.equals(current)) {
      wakeAfter(0, fiber);
    }
  }

  /** The program that runs. */
  Fiber current() {
    return current;
  }

  /** Gives control back to the thread that began, as soon as the running program waits. */
  void stop() {
    over = true;
  }

  boolean over() {
    return over;
  }

  /** Waits on the thread that began, until stopped. */
  void runUntilStopped() {
    while (!over) {
      sleep(1_000_000_000L);
    }
    for (Fiber fiber : fibers) {
      if (!fiber.ended) {
        fiber.killed = true;
        current = fiber;
        fiber.go();
        main.await();
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }
}
