package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.promotion.ModelAdvice.Column;
import dev.landfall.replication.CopySize;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Model;
import dev.landfall.workload.Route;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which model is advised, for workloads of each kind. */
class ModelAdviceTest {
  private static final Estimate.Sizes UNKNOWN = _ -> new Estimate.Size.Unknown("nobody was asked");

  private static ModelAdvice of(Workload workload) {
    return ModelAdvice.of(workload, UNKNOWN, ModelAdvice.Lacking.NOTHING, Promotions.NOW);
  }

  private static Column column(ModelAdvice advice, Model model) {
    return advice.models().stream().filter(each -> each.model() == model).findFirst().orElseThrow();
  }

  private static Workload with(List<Asset> assets, List<Route> routes) {
    return new Workload("shop", "retail", Model.SINGLE_STEP, assets, routes, Samples.SHOP.limits());
  }

  private static Route name() {
    return new Route(
        "name", "dns", "web", "127.0.0.1:3", Optional.empty(), Route.Traits.OF_NAMES, Map.of());
  }

  @Test
  void whoCanBeToldApartIsMovedInParts() {
    ModelAdvice advice = of(Samples.SHOP);
    assertThat(advice.recommended()).isEqualTo(Model.FLIGHT);
    assertThat(advice.why()).contains("met by 1 % of them first");
    assertThat(advice.models()).extracting(Column::model).containsExactly(Model.values());
    assertThat(advice.models()).allMatch(Column::isPossible);
    Column flight = column(advice, Model.FLIGHT);
    Column single = column(advice, Model.SINGLE_STEP);
    assertThat(single.exposed()).isEqualTo(10_000);
    assertThat(flight.exposed()).isEqualTo(100);
    assertThat(flight.judged()).isEqualTo(Duration.ofHours(4));
    assertThat(flight.steps()).isGreaterThan(single.steps());
    assertThat(flight.stepsHeld()).isEqualTo(single.stepsHeld()).isPositive();
  }

  @Test
  void theFlightsOfTheFileCountAndNoOthers() {
    Column flight = column(of(Samples.FLYING), Model.FLIGHT);
    assertThat(flight.judged()).isEqualTo(Duration.ofSeconds(60));
    assertThat(flight.mind()).noneMatch(each -> each.contains("assumed"));
  }

  @Test
  void whereANameLeadsEverybodyTheMoveIsAtLeastRehearsed() {
    ModelAdvice advice = of(with(Samples.SHOP.assets(), List.of(name())));
    assertThat(advice.recommended()).isEqualTo(Model.STAGED);
    assertThat(column(advice, Model.FLIGHT).missing())
        .containsExactly("no plane of name tells users apart; put a router or an HAProxy in front");
    assertThat(advice.why()).contains("no plane of name tells users apart");
    assertThat(column(advice, Model.STAGED).mind())
        .anyMatch(each -> each.startsWith("route name takes the TTL"));
  }

  @Test
  void aDatabaseAloneIsStagedAndAServiceAloneIsMovedInOneStep() {
    var data = List.<Asset>copyOf(Samples.SHOP.data());
    assertThat(of(with(data, List.of())).recommended()).isEqualTo(Model.STAGED);
    var service = Samples.SHOP.assets().stream().filter(Asset.Service.class::isInstance).toList();
    ModelAdvice advice = of(with(service, List.of(name())));
    assertThat(advice.recommended()).isEqualTo(Model.SINGLE_STEP);
    assertThat(column(advice, Model.SINGLE_STEP).copy()).isEmpty();
  }

  @Test
  void oneTeamOnBothSidesIsSaidOfTheSingleStepAndKeptAccessOfTheStaged() {
    ModelAdvice advice = of(Samples.SHOP);
    assertThat(column(advice, Model.SINGLE_STEP).duty()).singleElement().asString().contains("R20");
    assertThat(column(advice, Model.STAGED).duty()).singleElement().asString().contains("R22");
  }

  @Test
  void aServerThatCannotBeFollowedLacksTheSecondMeansOfReplicationThatStagedAndFlightsNeed() {
    var lacking =
        new ModelAdvice.Lacking(
            List.of("orders: source: wal_level is replica; ALTER SYSTEM"),
            List.of("orders: target: the role may not create databases; ALTER ROLE"));
    ModelAdvice advice = ModelAdvice.of(Samples.SHOP, UNKNOWN, lacking, Promotions.NOW);

    assertThat(column(advice, Model.STAGED).missing())
        .containsExactly(
            "a second means of replication, until users have moved: orders: source: wal_level is"
                + " replica; ALTER SYSTEM",
            "a rehearsal: orders: target: the role may not create databases; ALTER ROLE");
    assertThat(column(advice, Model.FLIGHT).missing())
        .singleElement()
        .asString()
        .startsWith("a second means of replication");
    assertThat(column(advice, Model.SINGLE_STEP).missing())
        .singleElement()
        .asString()
        .startsWith("a means of replication");
    assertThat(advice.recommended())
        .as("what is lacking can be made, so it is no reason for another model")
        .isEqualTo(Model.FLIGHT);
  }

  @Test
  void theCopyTakesAsLongAsItsSizeSays() {
    var known = new Estimate.Size.Known(new CopySize(3, 1000, 250_000_000, 0));
    ModelAdvice advice =
        ModelAdvice.of(Samples.SHOP, _ -> known, ModelAdvice.Lacking.NOTHING, Promotions.NOW);
    assertThat(column(advice, Model.STAGED).copy().getFirst().likely())
        .contains(Duration.ofSeconds(11));
  }
}
