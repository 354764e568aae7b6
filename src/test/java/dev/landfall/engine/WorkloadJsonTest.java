package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.workload.Access;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Bandwidth;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Model;
import dev.landfall.workload.Named;
import dev.landfall.workload.Network;
import dev.landfall.workload.Route;
import dev.landfall.workload.Scrutiny;
import dev.landfall.workload.SecretRef;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
            plan.flights(),
            0.25,
            0.001,
            FlightPlan.OnFail.PREVIOUS,
            new Scrutiny(Scrutiny.Latency.PROVE, Duration.ofMillis(70), 0.2, Optional.of(40)));
    assertThat(WorkloadJson.read(WorkloadJson.write(flying(another)))).isEqualTo(flying(another));
    assertThat(WorkloadJson.planHash(flying(another))).isNotEqualTo(WorkloadJson.planHash(shop));
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
