package dev.landfall.adapter.sqlite;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.landfall.engine.Leases;
import dev.landfall.problem.OutsideException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Leases and timers by db-scheduler in the state file: one execution of the task {@code promotion}
 * per workload, picked by one scheduler at a time through compare-and-set on its version.
 *
 * <p>Who holds a lease says so every heartbeat. After {@value #MISSED_MAX} without one, anybody may
 * take it over; a holder on the same host that is proven gone is replaced within a second.
 */
public final class SqliteLeases implements Leases {
  /**
   * How fast things are noticed.
   *
   * @param heartbeat how often a holder says that it is alive; above zero
   * @param poll how often a controller looks for what is due; above zero. The precision of timers,
   *     and of a wake by another process
   * @param closing how long work under way may take to end when this process closes, before it is
   *     interrupted, and once more after
   */
  public record Timing(Duration heartbeat, Duration poll, Duration closing) {
    /** One second, a fifth of a second, five seconds. */
    public static final Timing DEFAULTS =
        new Timing(Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofSeconds(5));

    Duration deadAfter() {
      return heartbeat.multipliedBy(MISSED_MAX);
    }

    /** How often to look for holders that are proven gone, and for wakes that wait. */
    Duration care() {
      return heartbeat.compareTo(CARE_MAX) < 0 ? heartbeat : CARE_MAX;
    }

    /** One heartbeat earlier, the holder itself stops relying on it. */
    Duration freshFor() {
      return heartbeat.multipliedBy(MISSED_MAX - 1);
    }
  }

  /** The fewest that db-scheduler allows. */
  private static final int MISSED_MAX = 4;

  /** Only an upper bound of how many are fetched at once; work runs in virtual threads. */
  private static final int AT_ONCE_MAX = 1000;

  /** db-scheduler drops tasks that it does not know, after a time; a newer version's may be. */
  private static final Duration NEVER = Duration.ofDays(36_500);

  private static final Duration CARE_MAX = Duration.ofSeconds(1);
  private static final Duration RETRY_FIRST = Duration.ofSeconds(1);
  private static final int RETRY_DOUBLINGS_MAX = 6;

  private static final System.Logger LOG = System.getLogger(SqliteLeases.class.getName());

  private final Map<String, Work> works = new ConcurrentHashMap<>();
  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean troubled = new AtomicBoolean();
  private final Timing timing;
  private final Clock clock;
  private final LeaseTable table;
  private final Scheduler scheduler;
  private volatile boolean closing;
  private @Nullable Thread caretaker;

  private SqliteLeases(SqliteFile file, Timing timing, Clock clock) {
    this.timing = timing;
    this.clock = clock;
    this.table = new LeaseTable(file);
    this.scheduler = scheduler(file);
  }

  /**
   * Opens the leases of a data folder; {@link #drive} starts the threads.
   *
   * @throws OutsideException with a code of {@link SqliteProblem}
   */
  public static SqliteLeases open(Path folder) {
    return open(folder, Timing.DEFAULTS);
  }

  /** As {@link #open(Path)}, with another rhythm. All controllers of a file need the same. */
  public static SqliteLeases open(Path folder, Timing timing) {
    return new SqliteLeases(
        new SqliteFile(folder, SqliteJournal.BUSY_MAX), timing, Clock.systemUTC());
  }

  private Scheduler scheduler(SqliteFile file) {
    var task =
        Tasks.custom(LeaseTable.TASK, Void.class)
            .onDeadExecutionRevive()
            .onFailure(this::retryLater)
            .execute(this::execute);
    String name = ProcessMark.own().toString();
    // When the file refuses the picking of an execution, db-scheduler tells nobody else.
    var threads =
        Thread.ofVirtual()
            .name("work-", 1)
            .uncaughtExceptionHandler((thread, refused) -> trouble(refused))
            .factory();
    var built =
        Scheduler.create(file.dataSource(), task)
            .schedulerName(() -> name)
            .jdbcCustomization(new LeaseDialect(works::keySet))
            .heartbeatInterval(timing.heartbeat())
            .missedHeartbeatsLimit(MISSED_MAX)
            .pollingInterval(timing.poll())
            .pollUsingFetch(0.5, 1.0)
            .threads(AT_ONCE_MAX)
            .executorService(Executors.newThreadPerTaskExecutor(threads))
            .deleteUnresolvedAfter(NEVER)
            .shutdownMaxWait(timing.closing())
            .failureLogging(LogLevel.OFF, false)
            .build();
    built.registerSchedulerListener(
        new AbstractSchedulerListener() {
          @Override
          public void onSchedulerEvent(SchedulerEventType type) {
            switch (type) {
              // db-scheduler has logged what it was.
              case UNEXPECTED_ERROR, FAILED_HEARTBEAT, COMPLETIONHANDLER_ERROR -> trouble(null);
              default -> {} // Statistics.
            }
          }
        });
    return built;
  }

  @Override
  public void drive(String workload, Work work) {
    works.put(workload, work);
    table.freeGone(clock.instant());
    table.wake(workload, clock.instant());
    if (started.compareAndSet(false, true)) {
      scheduler.start();
      caretaker = Thread.ofVirtual().name("leases").start(this::takeCare);
    }
    scheduler.triggerCheckForDueExecutions();
  }

  @Override
  public void wake(String workload) {
    table.wake(workload, clock.instant());
    scheduler.triggerCheckForDueExecutions();
  }

  @Override
  public Optional<Holder> holder(String workload) {
    return table.holder(workload, clock.instant().minus(timing.deadAfter()));
  }

  @Override
  public void close() {
    closing = true;
    if (started.get()) {
      if (caretaker != null) {
        caretaker.interrupt();
      }
      scheduler.stop();
    }
    table.close();
  }

  private CompletionHandler<Void> execute(TaskInstance<Void> instance, ExecutionContext context) {
    String workload = instance.getId();
    Work work = works.get(workload);
    if (work == null || !running.add(workload)) {
      // Our own earlier call lost its lease and has not noticed yet. Never two in one process.
      return again(clock.instant().plus(timing.heartbeat()));
    }
    try {
      table.began(workload);
      var lease = new Held(workload, context.getExecution().version);
      Optional<Instant> next = work.run(lease);
      return (complete, operations) -> finish(lease, next, complete, operations);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return again(clock.instant());
    } finally {
      running.remove(workload);
    }
  }

  private static CompletionHandler<Void> again(Instant at) {
    return (complete, operations) -> operations.reschedule(complete, at);
  }

  private void finish(
      Held lease,
      Optional<Instant> next,
      ExecutionComplete complete,
      ExecutionOperations<Void> operations) {
    if (!lease.isMine(Instant.EPOCH)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "another controller has taken {0} over before this one was done",
          lease.workload());
      return;
    }
    if (next.isPresent()) {
      operations.reschedule(complete, next.get());
    } else {
      operations.remove();
    }
    table.answerWakes(clock.instant());
    scheduler.triggerCheckForDueExecutions();
  }

  private void retryLater(ExecutionComplete complete, ExecutionOperations<Void> operations) {
    int failures = complete.getExecution().consecutiveFailures;
    Duration pause = RETRY_FIRST.multipliedBy(1L << Math.min(failures, RETRY_DOUBLINGS_MAX));
    LOG.log(
        System.Logger.Level.WARNING,
        "work on " + complete.getExecution().getId() + " failed; it is tried again in " + pause,
        complete.getCause().orElse(null));
    operations.reschedule(complete, clock.instant().plus(pause));
  }

  /**
   * The file cannot be used. No more polling, which would fail as often, until {@link #takeCare}
   * has seen that it can be written again.
   */
  private void trouble(@Nullable Throwable refused) {
    if (troubled.compareAndSet(false, true)) {
      if (refused != null) {
        LOG.log(System.Logger.Level.WARNING, "cannot pick work: {0}", refused.getMessage());
      }
      scheduler.pause();
    }
  }

  /** Once a heartbeat or a second: what db-scheduler does not do. */
  private void takeCare() {
    String told = "";
    while (!closing) {
      try {
        Thread.sleep(timing.care());
        if (troubled.get()) {
          table.probe();
          troubled.set(false);
          scheduler.resume();
        }
        table.freeGone(clock.instant());
        table.answerWakes(clock.instant());
        if (!told.isEmpty()) {
          LOG.log(System.Logger.Level.INFO, "the state file answers again, work goes on");
        }
        told = "";
      } catch (OutsideException refused) {
        String message = String.valueOf(refused.getMessage());
        if (!message.equals(told)) {
          LOG.log(System.Logger.Level.WARNING, message);
        }
        told = message;
        trouble(null);
      } catch (InterruptedException stopped) {
        return;
      }
    }
  }

  private final class Held implements Lease {
    private final String workload;
    private final long version;

    private Held(String workload, long version) {
      this.workload = workload;
      this.version = version;
    }

    @Override
    public String workload() {
      return workload;
    }

    @Override
    public boolean stillHeld() {
      return !closing && isMine(clock.instant().minus(timing.freshFor()));
    }

    private boolean isMine(Instant heartbeatAfter) {
      try {
        return table.isHeld(workload, version, heartbeatAfter);
      } catch (OutsideException refused) {
        LOG.log(System.Logger.Level.WARNING, refused.getMessage());
        return false;
      }
    }
  }
}
