package dev.landfall.promotion;

import dev.landfall.workload.Asset;
import dev.landfall.workload.DataPlan;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Model;
import dev.landfall.workload.Named;
import dev.landfall.workload.Route;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The models side by side for one workload, and which of them to take (R17, R18, R20-R23). The
 * steps are those of {@link Itinerary}, with nothing but the model exchanged.
 *
 * @param models one for each model, in the order of the reference
 * @param recommended which to take when nothing else is known
 * @param why for people
 */
public record ModelAdvice(List<Column> models, Model recommended, String why) {
  /** The flights of a workload whose file names none. */
  private static final FlightPlan USUAL =
      new FlightPlan(
          Identity.NONE,
          Named.NOBODY,
          List.of(
              usual("first", 100),
              usual("tenth", 1000),
              usual("half", 5000),
              usual("all", Flight.ALL)),
          0.25,
          0.001,
          FlightPlan.OnFail.ZERO);

  public ModelAdvice {
    models = List.copyOf(models);
  }

  /**
   * One model, for this workload.
   *
   * @param steps how many steps there are until it is completed
   * @param stepsHeld in how many of them users' requests wait
   * @param people what people have to do, in its order
   * @param duty where separation of duty is at stake; empty when the model itself asks for nothing
   * @param copy how long the first copy is likely to take; one for each data asset
   * @param preparing how long planes take that others remember the answers of; absent when there is
   *     none, or it is not known
   * @param judged the least time that users spend in flights; zero without flights
   * @param soak the least time between the last move and completion
   * @param exposed the share of users, in ten-thousandths, who meet a fault of the target that
   *     nobody has found before, until it can be found at them
   * @param lateWrites what becomes of a write that comes late, to the side that owns nothing
   * @param missing what keeps this model from being used; empty when it can be
   * @param mind what else to know before choosing it
   */
  public record Column(
      Model model,
      int steps,
      int stepsHeld,
      List<String> people,
      List<String> duty,
      List<Estimate> copy,
      Optional<Duration> preparing,
      Duration judged,
      Duration soak,
      int exposed,
      String lateWrites,
      List<String> missing,
      List<String> mind) {
    public Column {
      people = List.copyOf(people);
      duty = List.copyOf(duty);
      copy = List.copyOf(copy);
      missing = List.copyOf(missing);
      mind = List.copyOf(mind);
    }

    /** Whether it can be used as the file is. */
    public boolean isPossible() {
      return missing.isEmpty();
    }
  }

  /**
   * What an outside that was asked lacks. It says which model could be used today, and not which is
   * the best: what is lacking can be made.
   *
   * @param links what keeps data from being kept in step; no model is without that
   * @param rehearsals what keeps clones from being made
   */
  public record Lacking(List<String> links, List<String> rehearsals) {
    /** Nothing, as far as anybody asked. */
    public static final Lacking NOTHING = new Lacking(List.of(), List.of());

    public Lacking {
      links = List.copyOf(links);
      rehearsals = List.copyOf(rehearsals);
    }
  }

  /**
   * Compares the models.
   *
   * @param sizes what there is to copy
   */
  public static ModelAdvice of(
      Workload workload, Estimate.Sizes sizes, Lacking lacking, Instant now) {
    List<Column> columns =
        Stream.of(Model.values())
            .map(model -> column(workload, model, sizes, lacking, now))
            .toList();
    List<String> grounded = grounded(workload);
    if (grounded.isEmpty()) {
      int first = columns.stream().filter(ModelAdvice::flies).findFirst().orElseThrow().exposed();
      return new ModelAdvice(
          columns,
          Model.FLIGHT,
          "its planes tell users apart: a fault that nobody has found is met by "
              + (first == 0 ? "those who are named" : Flight.percent(first) + " of them")
              + " first, and not by all at once");
    }
    String alone = grounded.getFirst();
    return workload.data().isEmpty()
        ? new ModelAdvice(
            columns,
            Model.SINGLE_STEP,
            "it has no data, so that going back is a change of routes and nothing else, and users"
                + " cannot be moved in parts: "
                + alone)
        : new ModelAdvice(
            columns,
            Model.STAGED,
            "users cannot be moved in parts ("
                + alone
                + "), so all of them meet the target at once; at least the move was rehearsed, and"
                + " what was rehearsed has not changed");
  }

  private static boolean flies(Column column) {
    return column.model() == Model.FLIGHT;
  }

  private static Column column(
      Workload workload, Model model, Estimate.Sizes sizes, Lacking lacking, Instant now) {
    Workload as = as(workload, model);
    List<Itinerary.Leg> legs = Itinerary.of(as, "compared", Goal.COMPLETED, now, sizes);
    return new Column(
        model,
        legs.size(),
        (int) legs.stream().filter(Itinerary.Leg::usersWait).count(),
        people(as),
        duty(as),
        as.data().stream()
            .map(asset -> Estimate.copy(sizes.of(asset.name()), as.limits()))
            .toList(),
        as.routes().stream()
            .flatMap(route -> sizes.preparing(route.name()).stream())
            .max(Duration::compareTo),
        as.flights().stream()
            .flatMap(plan -> plan.flights().stream())
            .map(Flight::timeMin)
            .reduce(Duration.ZERO, Duration::plus),
        as.limits().soak(),
        as.flights().map(plan -> plan.flights().getFirst().share()).orElse(Flight.ALL),
        lateWrites(as),
        missing(as, lacking),
        mind(workload, as));
  }

  /** The same workload by another model. */
  private static Workload as(Workload workload, Model model) {
    boolean same = workload.model() == model;
    Optional<FlightPlan> flights =
        model == Model.FLIGHT ? workload.flights().or(() -> Optional.of(USUAL)) : Optional.empty();
    return new Workload(
        workload.name(),
        workload.owner(),
        model,
        workload.assets(),
        workload.routes(),
        workload.limits(),
        flights,
        same ? workload.rehearsalRequired() : model == Model.STAGED,
        model == Model.STAGED ? workload.access() : List.of());
  }

  private static List<String> people(Workload workload) {
    String name = workload.name();
    var acts = new ArrayList<String>();
    switch (workload.model()) {
      case SINGLE_STEP -> acts.add("landfall promote: copies, and moves all users in one go");
      case STAGED -> {
        acts.add("landfall promote --until staged: copies, and follows for as long as you like");
        acts.add("tests on the target, and landfall rehearse " + name);
        acts.add("landfall promote, on the day: routes, ownership and access change, nothing else");
      }
      case FLIGHT -> {
        acts.add("landfall promote: copies, and begins the first flight");
        acts.add("whoever decides when a flight cannot be told from the others");
      }
    }
    acts.add("landfall complete, after the soak: from there on nobody goes back");
    return acts;
  }

  /** What R20, R22 and R24 ask to be looked at. */
  private static List<String> duty(Workload workload) {
    return switch (workload.model()) {
      case SINGLE_STEP ->
          List.of(
              "one team holds staging and production at once (R20): let somebody outside of "
                  + workload.owner()
                  + " accept that");
      case STAGED ->
          workload.access().isEmpty()
              ? List.of(
                  "access: names nobody, so the adoption team keeps what it has on the target"
                      + " (R22)")
              : List.of();
      case FLIGHT ->
          List.of("the target is production from the first flight on: its access, too (R24)");
    };
  }

  private static String lateWrites(Workload workload) {
    if (workload.isTwoWay()) {
      return "accepted by both sides, each of its own users, and carried to the other; a row that"
          + " both wrote at once counts as a conflict";
    }
    String owner =
        workload
            .flights()
            .map(plan ->
                plan.data() == DataPlan.TARGET_FIRST
                    ? "which moves before the first flight"
                    : "which moves after the last flight")
            .orElse("");
    return owner.isEmpty()
        ? "refused by the side that does not own the data, and carried by the link from the one"
            + " that does, also back, until landfall complete"
        : "both sides' services write to the one owner of the data, "
            + owner
            + "; the link carries them, also back, until landfall complete";
  }

  private static List<String> missing(Workload workload, Lacking lacking) {
    var missing = new ArrayList<String>();
    if (workload.model() == Model.FLIGHT) {
      missing.addAll(grounded(workload));
    }
    String means =
        workload.model() == Model.SINGLE_STEP
            ? "a means of replication: "
            : "a second means of replication, until users have moved: ";
    lacking.links().forEach(each -> missing.add(means + each));
    if (workload.rehearsalRequired()) {
      lacking.rehearsals().forEach(each -> missing.add("a rehearsal: " + each));
    }
    return missing;
  }

  /** Why users cannot be moved in parts; empty when they can. */
  private static List<String> grounded(Workload workload) {
    var missing = new ArrayList<String>();
    List<Route> fronts =
        workload.routes().stream().filter(route -> !workload.isOfData(route)).toList();
    if (fronts.stream().noneMatch(route -> route.traits().knowsUsers())) {
      missing.add(
          fronts.isEmpty()
              ? "there is no route, so nobody can be led"
              : "no plane of "
                  + String.join(", ", fronts.stream().map(Route::name).toList())
                  + " tells users apart; put a router or an HAProxy in front");
    }
    return missing;
  }

  private static List<String> mind(Workload original, Workload workload) {
    var mind = new ArrayList<String>();
    boolean flies = workload.model() == Model.FLIGHT;
    if (flies && original.flights().isEmpty()) {
      mind.add("the file has no flights: 1 %, 10 %, 50 % and 100 % are assumed, an hour each");
    }
    boolean pooled =
        workload.data().stream()
            .allMatch(asset ->
                workload.routes().stream().anyMatch(route -> route.asset().equals(asset.name())));
    if (flies && workload.isTwoWay()) {
      mind.add("each row must be written by one user, who is named alike in all requests");
    } else if (flies && !workload.data().isEmpty() && !pooled) {
      mind.add(
          "services of both sides have to reach the owner of the data: by a data route, as"
              + " PgBouncer, or by themselves");
    }
    if (workload.model() == Model.STAGED && !workload.data().isEmpty()) {
      mind.add(
          "the second means of replication is Landfall's link: keep a controller running, and on"
              + " both servers room for the log that it has not carried");
      mind.add("a rehearsal needs the right to create databases on the target, and room for two");
    }
    for (Asset asset : workload.assets()) {
      boolean led =
          workload.routes().stream().anyMatch(route -> route.asset().equals(asset.name()));
      if (asset instanceof Asset.Service && !led) {
        mind.add(asset.name() + " has no route: its users are moved by other means");
      }
    }
    workload.routes().stream()
        .filter(route -> route.traits().slow())
        .forEach(route ->
            mind.add(
                "route "
                    + route.name()
                    + " takes the TTL of its name to prepare, and leads everybody or nobody"));
    return mind;
  }

  private static Flight usual(String name, int share) {
    return new Flight(name, share, Named.NOBODY, Duration.ofHours(1), Duration.ofDays(1));
  }
}
