package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.workload.Access;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Bandwidth;
import dev.landfall.workload.Calendar;
import dev.landfall.workload.Calendar.Day;
import dev.landfall.workload.Calendar.Freeze;
import dev.landfall.workload.Calendar.Repeat;
import dev.landfall.workload.Calendar.Shown;
import dev.landfall.workload.Calendar.Unit;
import dev.landfall.workload.Calendar.Window;
import dev.landfall.workload.CohortKey;
import dev.landfall.workload.DataPlan;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GateSamples;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Model;
import dev.landfall.workload.Named;
import dev.landfall.workload.Network;
import dev.landfall.workload.Route;
import dev.landfall.workload.Scrutiny;
import dev.landfall.workload.SecretRef;
import dev.landfall.workload.Terms;
import dev.landfall.workload.Workload;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkloadJsonTest {
  private static final Asset ORDERS =
      new Asset.Data(
          "orders",
          "postgres",
          database("postgresql://a/shop", "env:A"),
          database("postgresql://b/shop", "file:/run/b"),
          List.of(),
          true);
  private static final Asset CART =
      new Asset.Service(
          "cart",
          "http",
          Endpoint.of("http://a:1"),
          Endpoint.of("http://b:1"),
          List.of("orders", "cache"),
          Optional.of("/healthz"));
  private static final Route FRONT =
      new Route("front", "router", "cart", "http://r:8401", Optional.of(SecretRef.parse("env:T")));
  private static final Route SIDE =
      new Route("side", "router", "cart", "http://r:8402", Optional.empty());
  private static final Limits LIMITS =
      new Limits(
          Duration.ofSeconds(7),
          Duration.ofMillis(900),
          Duration.ofSeconds(3),
          Duration.ofSeconds(1),
          Duration.ofSeconds(11),
          4,
          Duration.ofDays(2),
          Optional.of(Bandwidth.parse("200 Mbit/s")),
          123_456_789L,
          42);

  @Test
  void whatIsWrittenIsReadBack() {
    var shop = shop(List.of(ORDERS, CART), List.of(FRONT, SIDE), LIMITS);

    assertThat(WorkloadJson.read(WorkloadJson.write(shop))).isEqualTo(shop);
  }

  @Test
  void secretsAreWrittenAsReferences() {
    assertThat(WorkloadJson.write(shop(List.of(ORDERS), List.of(FRONT), LIMITS)))
        .contains("\"password\":\"env:A\"", "\"token\":\"env:T\"");
  }

  @Test
  void aFieldThatAnOlderVersionDidNotWriteReadsAsItsDefault() {
    var read =
        WorkloadJson.read(
            "{\"name\":\"shop\",\"owner\":\"o\",\"model\":\"single-step\",\"later\":[1]}");

    assertThat(read.limits()).isEqualTo(Limits.DEFAULTS);
    assertThat(read.assets()).isEmpty();
  }

  @Test
  void anythingElseIsRefused() {
    for (String text : List.of("", "{", "[]", "{\"name\":\"x\"}")) {
      assertThatThrownBy(() -> WorkloadJson.read(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("from the journal");
    }
  }

  @Test
  void theOrderOfAFileAndTheBandwidthAreNotThePlan() {
    var needsTurned =
        new Asset.Service(
            "cart",
            "http",
            CART.source(),
            CART.target(),
            List.of("cache", "orders"),
            Optional.of("/healthz"));
    var uncapped = with(LIMITS, LIMITS.hold(), Optional.empty());

    assertThat(
            WorkloadJson.planHash(
                shop(List.of(needsTurned, ORDERS), List.of(SIDE, FRONT), uncapped)))
        .matches("[0-9a-f]{64}")
        .isEqualTo(
            WorkloadJson.planHash(shop(List.of(ORDERS, CART), List.of(FRONT, SIDE), LIMITS)));
  }

  @Test
  void flightsAreReadBackAndArePartOfThePlan() {
    var staff =
        new Flight(
            "staff",
            0,
            new Named(List.of("ann"), List.of("staff"), List.of(Network.parse("10.1.0.0/16"))),
            Duration.ofMinutes(30),
            Duration.ofDays(5));
    var all = new Flight("all", Flight.ALL, Named.NOBODY, Duration.ofHours(1), Duration.ofDays(7));
    var plan =
        new FlightPlan(
            new Identity(Optional.of("X-User"), Optional.empty(), Optional.of("X-Groups")),
            new Named(List.of("auditor"), List.of(), List.of()),
            List.of(staff, all),
            0.3,
            0.001,
            FlightPlan.OnFail.PREVIOUS);
    Workload shop = flying(plan);
    assertThat(WorkloadJson.read(WorkloadJson.write(shop))).isEqualTo(shop);

    var another =
        new FlightPlan(
            plan.identity(),
            plan.kept(),
            List.of(staff, with(all, terms(Optional.of(0.5)))),
            0.25,
            0.001,
            FlightPlan.OnFail.PREVIOUS,
            new Scrutiny(
                Scrutiny.Latency.PROVE,
                Duration.ofMillis(70),
                0.2,
                Optional.of(40),
                Optional.of(7)));
    assertThat(WorkloadJson.read(WorkloadJson.write(flying(another)))).isEqualTo(flying(another));
    assertThat(WorkloadJson.planHash(flying(another))).isNotEqualTo(WorkloadJson.planHash(shop));
  }

  @Test
  void whatOneFlightIsJudgedByIsReadBackAndIsAPartOfThePlan() {
    var all = new Flight("all", Flight.ALL, Named.NOBODY, Duration.ofHours(1), Duration.ofDays(7));
    Workload usual = flying(plan(all));
    Workload own = flying(plan(with(all, terms(Optional.of(0.5)))));
    assertThat(WorkloadJson.read(WorkloadJson.write(own))).isEqualTo(own);
    assertThat(WorkloadJson.planHash(own)).isNotEqualTo(WorkloadJson.planHash(usual));
    assertThat(WorkloadJson.planHash(own))
        .isNotEqualTo(WorkloadJson.planHash(flying(plan(with(all, terms(Optional.of(0.6)))))));
  }

  private static FlightPlan plan(Flight flight) {
    return new FlightPlan(
        Identity.NONE, Named.NOBODY, List.of(flight), 0.3, 0.001, FlightPlan.OnFail.ZERO);
  }

  private static Flight with(Flight flight, Terms terms) {
    return new Flight(
        flight.name(), flight.share(), flight.named(), flight.timeMin(), flight.timeMax(), terms);
  }

  private static Terms terms(Optional<Double> margin) {
    return new Terms(
        margin,
        Optional.of(Scrutiny.Latency.IGNORE),
        Optional.of(Duration.ofMillis(5)),
        Optional.of(0.1),
        Optional.of(20),
        Optional.of(3));
  }

  /** What was signed before a key came is signed still. */
  @Test
  void aPlanWithoutTheNewerKeysOfFlightsHasTheHashThatItHad() {
    var all = new Flight("all", Flight.ALL, Named.NOBODY, Duration.ofHours(1), Duration.ofDays(7));
    assertThat(WorkloadJson.planHash(flying(plan(all))))
        .isEqualTo("2b52e92dfcca165830c4d4cb17f606641af7be8d0ba6433c1c86d41a195e0f3d");
  }

  @Test
  void whoOwnsTheDataAndWhoseRowARowIsAreAPartOfThePlan() {
    var all = new Flight("all", Flight.ALL, Named.NOBODY, Duration.ofHours(1), Duration.ofDays(7));
    var plan =
        new FlightPlan(
            Identity.NONE,
            Named.NOBODY,
            List.of(all),
            0.3,
            0.001,
            FlightPlan.OnFail.ZERO,
            Scrutiny.STANDARD,
            DataPlan.TWO_WAY,
            3);
    Workload shop = keyed(flying(plan), List.of("customer_id"));
    assertThat(shop.isTwoWay()).isTrue();
    assertThat(WorkloadJson.read(WorkloadJson.write(shop))).isEqualTo(shop);
    assertThat(WorkloadJson.planHash(keyed(flying(plan), List.of("id"))))
        .isNotEqualTo(WorkloadJson.planHash(shop));
  }

  private static Workload keyed(Workload shop, List<String> columns) {
    var key = new CohortKey(columns, List.of("products"), List.of("visits"));
    return new Workload(
        shop.name(),
        shop.owner(),
        shop.model(),
        shop.assets().stream()
            .map(asset ->
                asset instanceof Asset.Data data
                    ? new Asset.Data(
                        data.name(),
                        data.kind(),
                        data.source(),
                        data.target(),
                        data.needs(),
                        data.schemaGiven(),
                        Optional.of(key))
                    : asset)
            .toList(),
        shop.routes(),
        shop.limits(),
        shop.flights());
  }

  @Test
  void rehearsalAndAccessAreAPartOfThePlan() {
    Workload shop = staged(true, List.of("anna", "ben"));
    assertThat(WorkloadJson.read(WorkloadJson.write(shop))).isEqualTo(shop);

    String hash = WorkloadJson.planHash(shop);
    assertThat(WorkloadJson.planHash(staged(false, List.of("anna", "ben")))).isNotEqualTo(hash);
    assertThat(WorkloadJson.planHash(staged(true, List.of("anna")))).isNotEqualTo(hash);
    assertThat(WorkloadJson.planHash(staged(true, List.of("ben", "anna")))).isEqualTo(hash);
  }

  private static Workload staged(boolean rehearsal, List<String> roles) {
    return new Workload(
        "shop",
        "retail",
        Model.STAGED,
        List.of(ORDERS, CART),
        List.of(FRONT),
        LIMITS,
        Optional.empty(),
        rehearsal,
        List.of(new Access("team", "postgres", "orders", roles)));
  }

  private static Workload flying(FlightPlan plan) {
    return new Workload(
        "shop",
        "retail",
        Model.FLIGHT,
        List.of(ORDERS, CART),
        List.of(FRONT),
        LIMITS,
        Optional.of(plan));
  }

  @Test
  void gatesAreReadBackAndArePartOfThePlan() {
    Workload open = shop(List.of(ORDERS), List.of(), LIMITS);
    GatePlan plan = GateSamples.plan(GateSamples.TESTED, GateSamples.CHECKED);
    Workload shop = open.behind(Optional.of(plan));
    assertThat(WorkloadJson.read(WorkloadJson.write(shop))).isEqualTo(shop);
    assertThat(WorkloadJson.write(open)).doesNotContain("gates");

    String hash = WorkloadJson.planHash(shop);
    GatePlan turned = GateSamples.plan(GateSamples.CHECKED, GateSamples.TESTED);
    assertThat(WorkloadJson.planHash(open.behind(Optional.of(turned)))).isEqualTo(hash);
    var lax = new GatePlan.Policy(Set.of(), List.of(), Duration.ofDays(1), Duration.ofDays(1));
    for (GatePlan other :
        List.of(
            GateSamples.plan(GateSamples.TESTED),
            new GatePlan(plan.gates(), List.of(GateSamples.ANN), plan.policy()),
            new GatePlan(plan.gates(), plan.people(), lax))) {
      assertThat(WorkloadJson.planHash(open.behind(Optional.of(other)))).isNotEqualTo(hash);
    }
    assertThat(WorkloadJson.planHash(open)).isNotEqualTo(hash);
  }

  @Test
  void aCalendarIsReadBackAndIsAPartOfThePlan() {
    Workload open = shop(List.of(ORDERS), List.of(), LIMITS);
    GatePlan plan = GateSamples.plan(GateSamples.TESTED);
    var berlin = ZoneId.of("Europe/Berlin");
    var night =
        new Window(
            Set.of(DayOfWeek.SUNDAY, DayOfWeek.MONDAY), LocalTime.of(22, 0), LocalTime.MIN, berlin);
    var day = new Window(Set.of(DayOfWeek.SUNDAY), LocalTime.MIN, LocalTime.of(9, 30), berlin);
    var repeat =
        new Repeat(
            Unit.MONTH,
            2,
            Optional.of(Instant.parse("2029-01-01T00:00:00Z")),
            Optional.of(3),
            List.of(new Day(-1, DayOfWeek.FRIDAY)),
            DayOfWeek.SUNDAY);
    var freeze =
        new Freeze(
            "year end",
            LocalDateTime.parse("2028-02-29T00:00"),
            ZoneOffset.UTC,
            1,
            Duration.ofHours(2),
            Optional.of(repeat));
    var ended =
        new Freeze(
            "fair",
            LocalDateTime.parse("2028-03-01T10:00"),
            berlin,
            0,
            Duration.ZERO,
            Optional.of(
                new Repeat(
                    Unit.DAY,
                    1,
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    DayOfWeek.MONDAY,
                    Optional.of(LocalDateTime.parse("2028-04-01T10:00")))),
            Optional.of(new Shown(LocalDateTime.parse("2028-03-02T11:30"), ZoneOffset.UTC)));
    Workload fair = timed(open, plan, new Calendar(berlin, List.of(), List.of(ended)));
    assertThat(WorkloadJson.read(WorkloadJson.write(fair))).isEqualTo(fair);
    Workload timed = timed(open, plan, new Calendar(berlin, List.of(night, day), List.of(freeze)));
    assertThat(WorkloadJson.write(timed))
        .as("as it was written before a freeze could have an end of its own")
        .contains(
            "{\"what\":\"year end\",\"start\":\"2028-02-29T00:00\",\"zone\":\"Z\",\"days\":1,")
        .contains("\"days\":[{\"nth\":-1,\"day\":\"FRIDAY\"}],\"weekStart\":\"SUNDAY\"}}");
    assertThat(WorkloadJson.read(WorkloadJson.write(timed))).isEqualTo(timed);
    String hash = WorkloadJson.planHash(timed);
    var turned = new Calendar(berlin, List.of(day, night), List.of(freeze));
    assertThat(WorkloadJson.planHash(timed(open, plan, turned))).isEqualTo(hash);
    var less = new Calendar(berlin, List.of(day, night), List.of());
    assertThat(WorkloadJson.planHash(timed(open, plan, less))).isNotEqualTo(hash);
    assertThat(WorkloadJson.planHash(open.behind(Optional.of(plan)))).isNotEqualTo(hash);
    assertThat(WorkloadJson.write(open.behind(Optional.of(plan)))).doesNotContain("calendar");
  }

  private static Workload timed(Workload open, GatePlan plan, Calendar calendar) {
    var timed = new GatePlan(plan.gates(), plan.people(), plan.policy(), Optional.of(calendar));
    return open.behind(Optional.of(timed));
  }

  @Test
  void everythingElseIsThePlan() {
    var plans =
        List.of(
            shop(List.of(ORDERS, CART), List.of(FRONT), LIMITS),
            shop(List.of(ORDERS), List.of(FRONT), LIMITS),
            shop(List.of(ORDERS, CART), List.of(SIDE), LIMITS),
            shop(List.of(ORDERS, CART), List.of(FRONT), Limits.DEFAULTS),
            shop(
                List.of(ORDERS, CART),
                List.of(FRONT),
                with(LIMITS, Duration.ofSeconds(8), LIMITS.bandwidth())),
            new Workload(
                "s", "o", Model.SINGLE_STEP, List.of(ORDERS, CART), List.of(FRONT), LIMITS),
            shop(
                List.of(
                    new Asset.Data(
                        "orders", "postgres", ORDERS.source(), ORDERS.target(), List.of(), false),
                    CART),
                List.of(FRONT),
                LIMITS));
    var hashes = new HashSet<String>();
    plans.forEach(plan -> hashes.add(WorkloadJson.planHash(plan)));

    assertThat(hashes).hasSameSizeAs(plans);
  }

  private static Limits with(Limits l, Duration hold, Optional<Bandwidth> bandwidth) {
    return new Limits(
        hold,
        l.settle(),
        l.lockWait(),
        l.lagMax(),
        l.retryPause(),
        l.cutoverAttemptsMax(),
        l.soak(),
        bandwidth,
        l.retainedBytesMax(),
        l.sequenceMargin());
  }

  private static Endpoint database(String url, String password) {
    return new Endpoint(
        url,
        Optional.of("migrator"),
        Optional.of(SecretRef.parse(password)),
        Map.of("sslmode", "verify-full", "sslrootcert", "/etc/ca.pem"));
  }

  private static Workload shop(List<Asset> assets, List<Route> routes, Limits limits) {
    return new Workload("shop", "retail", Model.SINGLE_STEP, assets, routes, limits);
  }
}
