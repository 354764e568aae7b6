package dev.landfall.engine;

import dev.landfall.problem.Finding;
import dev.landfall.problem.OutsideException;
import dev.landfall.promotion.Estimate;
import dev.landfall.promotion.ModelAdvice;
import dev.landfall.promotion.World;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.rehearsal.Inspector;
import dev.landfall.rehearsal.Sandbox;
import dev.landfall.replication.CopySize;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Settling;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.Route;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;

/** Looks at the outside of a workload without driving it; changes nothing. */
public final class Survey {
  /** A plan is read by somebody who waits for it. */
  private static final Duration SIZES_MAX = Duration.ofSeconds(5);

  private Survey() {}

  /**
   * Everything that would break later.
   *
   * @throws dev.landfall.problem.OutsideException when a secret cannot be had
   */
  public static List<Finding> preflight(Workload workload, Adapters adapters) {
    var findings = new ArrayList<Finding>();
    try (var outside = new Outside(workload, adapters, Together.atOnce())) {
      findings.addAll(outside.findings());
    }
    if (workload.rehearsalRequired()) {
      findings.addAll(unrehearsable(workload, adapters));
    }
    return findings;
  }

  /**
   * What would keep a rehearsal from being made. It hinders nothing today, but the promotion waits
   * for it, and that is late to learn that a right is missing.
   *
   * @throws dev.landfall.problem.OutsideException when a secret cannot be had
   */
  static List<Finding> unrehearsable(Workload workload, Adapters adapters) {
    var findings = new ArrayList<Finding>();
    workload.data().forEach(each -> findings.addAll(unrehearsable(workload, adapters, each)));
    return findings;
  }

  private static List<Finding> unrehearsable(
      Workload workload, Adapters adapters, Asset.Data asset) {
    var findings = new ArrayList<Finding>();
    Optional<Sandbox> found = adapters.sandbox(workload.name(), asset);
    if (found.isPresent()) {
      try (Sandbox sandbox = found.get()) {
        for (Finding each : sandbox.preflight()) {
          findings.add(
              new Finding(
                  Finding.Severity.WARNS, each.code(), each.subject(), each.seen(), each.remedy()));
        }
      } catch (OutsideException e) {
        findings.add(
            new Finding(
                Finding.Severity.WARNS,
                e.code().id(),
                asset.name() + ": rehearsal",
                String.valueOf(e.getMessage()),
                "mend it before landfall rehearse"));
      }
    }
    return findings;
  }

  /**
   * What a plan is to tell of the outside.
   *
   * @param sizes what there is to copy, by data asset
   * @param preparing how long slow planes that were seen take to prepare, by route
   * @param notes what slow planes tell of themselves, and what keeps both sides from owning the
   *     data where they are to
   */
  public record Outlook(
      Map<String, Estimate.Size> sizes, Map<String, Duration> preparing, List<Finding> notes)
      implements Estimate.Sizes {
    public Outlook {
      sizes = Map.copyOf(sizes);
      preparing = Map.copyOf(preparing);
      notes = List.copyOf(notes);
    }

    @Override
    public Estimate.Size of(String asset) {
      return sizes.getOrDefault(
          asset, new Estimate.Size.Unknown("there is no data asset " + asset));
    }

    @Override
    public Optional<Duration> preparing(String route) {
      return Optional.ofNullable(preparing.get(route));
    }
  }

  /**
   * How much there is to copy of each data asset, and how slow its planes are. What cannot be
   * asked, or does not answer soon, is no exception: then it is said why.
   */
  public static Outlook outlook(Workload workload, Adapters adapters, InstantSource clock) {
    var together = Together.atOnce();
    var asked = new LinkedHashMap<String, Future<CopySize>>();
    for (Asset.Data asset : workload.data()) {
      asked.put(
          asset.name(),
          together.begin(() -> {
            try (var port = adapters.replicator(workload.name(), asset, workload.limits())) {
              return port.size();
            }
          }));
    }
    var looked = new LinkedHashMap<String, Future<RouteSeen>>();
    for (Route route : workload.routes()) {
      if (route.traits().slow()) {
        looked.put(
            route.name(),
            together.begin(() -> {
              try (var port = adapters.router(route)) {
                return port.look();
              }
            }));
      }
    }
    long until = System.nanoTime() + SIZES_MAX.toNanos();
    var sizes = new LinkedHashMap<String, Estimate.Size>();
    asked.forEach((name, answer) -> sizes.put(name, size(answer, left(until))));
    var preparing = new LinkedHashMap<String, Duration>();
    var notes = new ArrayList<Finding>();
    looked.forEach((name, answer) -> {
      RouteSeen seen = seen(answer, left(until));
      seen.settling()
          .flatMap(Settling::until)
          .map(at -> Duration.between(clock.instant(), at).plusMillis(999))
          .ifPresent(time -> preparing.put(name, time.truncatedTo(ChronoUnit.SECONDS)));
      notes.add(note(name, seen));
    });
    if (workload.isTwoWay()) {
      notes.addAll(twoWay(workload, adapters, together));
    }
    return new Outlook(sizes, preparing, notes);
  }

  /**
   * What keeps data from being kept in step, and from being rehearsed, where a source answers; what
   * does not is told by {@link #outlook}.
   *
   * @param outlook what was asked before
   */
  public static ModelAdvice.Lacking lacking(Workload workload, Adapters adapters, Outlook outlook) {
    var together = Together.atOnce();
    var links = new ArrayList<Future<List<Finding>>>();
    var rehearsals = new ArrayList<Future<List<Finding>>>();
    for (Asset.Data asset : workload.data()) {
      if (outlook.of(asset.name()) instanceof Estimate.Size.Known) {
        links.add(
            together.begin(() -> {
              try (var port = adapters.replicator(workload.name(), asset, workload.limits())) {
                return of(asset, port.preflight());
              }
            }));
        rehearsals.add(together.begin(() -> unrehearsable(workload, adapters, asset)));
      }
    }
    long until = System.nanoTime() + SIZES_MAX.toNanos();
    return new ModelAdvice.Lacking(
        links.stream()
            .flatMap(each -> answer(each, left(until)).stream())
            .filter(each -> each.severity() == Finding.Severity.BLOCKS)
            .map(Survey::words)
            .toList(),
        rehearsals.stream()
            .flatMap(each -> answer(each, left(until)).stream())
            .map(Survey::words)
            .toList());
  }

  private static String words(Finding found) {
    return found.subject() + ": " + found.seen() + "; " + found.remedy();
  }

  private static List<Finding> answer(Future<List<Finding>> asked, Duration patience) {
    try {
      return Together.resultOf(asked, Optional.of(patience))
          .orElseGet(() -> {
            asked.cancel(true);
            return List.of();
          });
    } catch (OutsideException e) {
      return List.of(
          new Finding(
              Finding.Severity.BLOCKS,
              e.code().id(),
              "servers",
              String.valueOf(e.getMessage()),
              "landfall check says more"));
    }
  }

  private static List<Finding> of(Asset.Data asset, List<Finding> findings) {
    return findings.stream()
        .map(each ->
            new Finding(
                each.severity(),
                each.code(),
                asset.name() + ": " + each.subject(),
                each.seen(),
                each.remedy()))
        .toList();
  }

  /** What cannot be safe is refused by a plan already; what cannot be asked is no reason to. */
  private static List<Finding> twoWay(Workload workload, Adapters adapters, Together together) {
    var findings = new ArrayList<Finding>();
    for (Asset.Data asset : workload.data()) {
      Future<List<Finding>> asked =
          together.begin(() -> {
            try (var port = adapters.replicator(workload.name(), asset, workload.limits())) {
              return port.twoWay();
            }
          });
      try {
        findings.addAll(
            of(
                asset,
                Together.resultOf(asked, Optional.of(SIZES_MAX))
                    .orElseGet(() -> unanswered(asked))));
      } catch (OutsideException e) {
        findings.add(unasked(asset.name(), String.valueOf(e.getMessage())));
      }
    }
    return findings;
  }

  private static List<Finding> unanswered(Future<List<Finding>> asked) {
    asked.cancel(true);
    return List.of(unasked("source", "it has not answered in time"));
  }

  private static Finding unasked(String subject, String why) {
    return new Finding(
        Finding.Severity.WARNS,
        SurveyProblem.TWO_WAY_UNKNOWN.id(),
        subject,
        "whether both sides can own it is not known: " + why,
        "landfall check says so once it answers");
  }

  private static Duration left(long untilNanos) {
    return Duration.ofNanos(Math.max(0, untilNanos - System.nanoTime()));
  }

  private static RouteSeen seen(Future<RouteSeen> answer, Duration patience) {
    try {
      return Together.resultOf(answer, Optional.of(patience))
          .orElseGet(() -> {
            answer.cancel(true);
            return RouteSeen.unreachable("it has not answered in time");
          });
    } catch (OutsideException e) {
      return RouteSeen.unreachable(String.valueOf(e.getMessage()));
    }
  }

  private static Finding note(String route, RouteSeen seen) {
    String words =
        seen.fault()
            .orElseGet(
                () -> seen.settling().map(each -> String.join("; ", each.waitsFor())).orElse(""));
    return new Finding(
        Finding.Severity.INFORMS,
        SurveyProblem.SLOW_ROUTE.id(),
        "route " + route,
        "it needs time to reach everybody: " + words,
        "");
  }

  private static Estimate.Size size(Future<CopySize> answer, Duration patience) {
    try {
      return Together.resultOf(answer, Optional.of(patience))
          .<Estimate.Size>map(Estimate.Size.Known::new)
          .orElseGet(() -> {
            answer.cancel(true);
            return new Estimate.Size.Unknown("the source has not answered in time");
          });
    } catch (OutsideException e) {
      return new Estimate.Size.Unknown(String.valueOf(e.getMessage()));
    }
  }

  /**
   * What the target runs on.
   *
   * @throws OutsideException when somebody did not answer, or refused, or a secret cannot be had
   */
  public static Configuration inspect(Workload workload, Adapters adapters) {
    Configuration all = Configuration.NONE;
    for (Asset asset : workload.assets()) {
      Optional<Inspector> inspector = adapters.inspector(workload, asset);
      if (inspector.isPresent()) {
        try (Inspector port = inspector.get()) {
          all = all.with(asset.name() + ": ", port.look());
        }
      }
    }
    return all;
  }

  /** The hashes of the records of all gates of a workload. */
  public static Map<String, String> records(Workload workload, String plan, Adapters adapters) {
    List<Gate> gates = workload.gates().map(GatePlan::gates).orElse(List.of());
    return records(workload, plan, adapters, gates);
  }

  /**
   * The hash of what the check of each gate reads that people may edit, by gate; without those that
   * cannot be read now.
   *
   * @param planHash of the plan that the gates are of
   */
  public static Map<String, String> records(
      Workload workload, String planHash, Adapters adapters, List<Gate> gates) {
    var records = new LinkedHashMap<String, String>();
    for (Gate gate : gates) {
      if (gate.isAboutRecords()) {
        adapters
            .probe(workload, planHash, gate)
            .flatMap(Probe::subject)
            .ifPresent(hash -> records.put(gate.id(), hash));
      }
    }
    return records;
  }

  /**
   * The outside as it is now.
   *
   * @throws dev.landfall.problem.OutsideException when a secret cannot be had
   */
  public static World look(Workload workload, Adapters adapters) {
    try (var outside = new Outside(workload, adapters, Together.atOnce())) {
      return outside.look(Outside.LOOK_MAX);
    }
  }
}
