package dev.landfall.cli.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.engine.WorkloadJson;
import dev.landfall.workload.Access;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Bandwidth;
import dev.landfall.workload.Model;
import dev.landfall.workload.Route;
import dev.landfall.workload.Scrutiny;
import dev.landfall.workload.Terms;
import dev.landfall.workload.Workload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadFileTest {
  @Test
  void theShopIsReadAsWritten() {
    Workload shop = right(WorkloadFile.read(Path.of("examples/shop.yaml")));

    assertThat(shop.name()).isEqualTo("shop");
    assertThat(shop.owner()).isEqualTo("retail-apps");
    assertThat(shop.assets()).extracting(Asset::name).containsExactly("orders", "web");
    assertThat(shop.data().getFirst().source().url()).isEqualTo("postgresql://10.1.0.4:5432/shop");
    assertThat(shop.data().getFirst().source().password().orElseThrow())
        .hasToString("env:SHOP_SOURCE_PASSWORD");
    assertThat(shop.routes().getFirst().token().orElseThrow()).hasToString("env:ROUTER_TOKEN");
    assertThat(shop.assets().getLast())
        .isInstanceOfSatisfying(
            Asset.Service.class, web -> assertThat(web.health()).contains("/healthz"));
    assertThat(shop.limits().bandwidth()).contains(Bandwidth.parse("200 Mbit/s"));
    assertThat(shop.limits().soak()).isEqualTo(Duration.ofMinutes(30));
  }

  @Test
  void whatIsStagedIsRehearsedUnlessTheFileSaysOtherwise() {
    Workload shop = right(WorkloadFile.read(Path.of("examples/staged.yaml")));

    assertThat(shop.model()).isEqualTo(Model.STAGED);
    assertThat(shop.rehearsalRequired()).isTrue();
    assertThat(shop.access())
        .containsExactly(
            new Access("adoption-team", "postgres", "orders", List.of("adopt_anna", "adopt_ben")));
    assertThat(right(plain("model: staged")).rehearsalRequired()).isTrue();
    assertThat(right(plain("model: staged\nrehearsal: optional")).rehearsalRequired()).isFalse();
    assertThat(right(plain("model: single-step")).rehearsalRequired()).isFalse();
    assertThat(right(plain("model: single-step\nrehearsal: required")).rehearsalRequired())
        .isTrue();
  }

  private static WorkloadFile.Read plain(String model) {
    String text =
        """
        landfall: 1
        workload: shop
        owner: retail-apps
        assets:
          web: { kind: http, source: { url: "http://a:1" }, target: { url: "http://b:1" } }
        """;
    return WorkloadFile.parse("x", (text + model + "\n").getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aMarginIsWhatTheMessageAllows() {
    for (String margin : List.of("0.01 %", "25 %", "1000 %")) {
      var read = flights("{ margin: " + margin + ", steps: [{ name: all, share: 100 % }] }");
      assertThat(right(read).flights()).isPresent();
    }
  }

  @Test
  void aStepIsJudgedByItsOwnTermsAndElseByThoseOfThePlan() {
    var plan =
        right(
                flights(
                    "{ margin: 30 %, excess-max: 9, steps: ["
                        + "{ name: a, share: 1 %, margin: 100 %, latency: prove, slower-by: 1s,"
                        + " errors-max: 5 %, users-max: 2 }, { name: b, share: 100 % }] }"))
            .flights()
            .orElseThrow();
    var one = plan.flights().getFirst();
    var other = plan.flights().getLast();

    assertThat(plan.margin(one)).isEqualTo(1.0);
    assertThat(plan.margin(other)).isEqualTo(0.3);
    assertThat(plan.scrutiny(one))
        .isEqualTo(
            new Scrutiny(
                Scrutiny.Latency.PROVE,
                Duration.ofSeconds(1),
                0.05,
                Optional.of(9),
                Optional.of(2)));
    assertThat(plan.scrutiny(other)).isEqualTo(plan.scrutiny());
    assertThat(other.terms()).isEqualTo(Terms.USUAL);
  }

  /**
   * Whatever the file may name, the router must take: 9 bytes of JSON for one of a name at most.
   */
  @Test
  void namesAreAsManyAsAnOrderCarriesAndNoMore() {
    String name = "n".repeat(100);
    var users = IntStream.range(0, 5000).mapToObj(i -> name + i).toList();
    String once =
        "{ user: header:X-User, keep: { users: &all %s }, steps: [{ name: all, share: 100 %% }] }"
            .formatted(users);
    assertThat(right(flights(once)).flights().orElseThrow().kept().users()).hasSize(5000);
    String thrice =
        once.replace(
            "steps: [", "steps: [{ name: a, users: *all }, { name: b, users: *all, share: 1 % }, ");
    assertThat(flights(thrice))
        .isInstanceOfSatisfying(
            WorkloadFile.Wrong.class,
            wrong -> assertThat(wrong.mistakes().toString()).contains("all names together have"));
  }

  @Test
  void aListInAFileOfItsOwnIsReadAndHashedAsIfItStoodInTheWorkloadFile(@TempDir Path folder)
      throws Exception {
    Files.writeString(folder.resolve("pilots.txt"), "# who asked\r\n ann\r\n\r\nben #2\n");
    Files.writeString(folder.resolve("staff.txt"), "\uFEFFstaff");
    Files.writeString(folder.resolve("offices.txt"), "10.1.0.0/16\n2001:db8::/32\n");
    String steps =
        "{ user: header:X-User, group: header:X-Groups, keep: { users: %s }, steps: [{ name: a,"
            + " users: %s, groups: %s, networks: %s }, { name: b, share: 100 %% }] }";
    Path file = folder.resolve("shop.yaml");
    String pilots = "file:" + folder.resolve("pilots.txt");
    Files.writeString(
        file,
        plan(steps.formatted(pilots, "file:pilots.txt", "\"file:staff.txt\"", "file:offices.txt")));
    Workload listed = right(WorkloadFile.read(file));
    Workload written =
        right(
            flights(
                steps.formatted(
                    "[ann, \"ben #2\"]",
                    "[ann, \"ben #2\"]",
                    "[staff]",
                    "[10.1.0.0/16, \"2001:db8::/32\"]")));

    assertThat(listed).isEqualTo(written);
    assertThat(WorkloadJson.planHash(listed)).isEqualTo(WorkloadJson.planHash(written));
    Files.writeString(folder.resolve("pilots.txt"), "ann\n");
    assertThat(WorkloadJson.planHash(right(WorkloadFile.read(file))))
        .as("a plan of other users is another")
        .isNotEqualTo(WorkloadJson.planHash(written));
    Files.writeString(folder.resolve("pilots.txt"), "a".repeat(1 << 20) + "\n");
    assertThat(WorkloadFile.read(file))
        .isInstanceOfSatisfying(
            WorkloadFile.Wrong.class,
            wrong -> assertThat(wrong.mistakes().toString()).contains("has more than 1 MiB"));
  }

  private static WorkloadFile.Read flights(String flights) {
    return WorkloadFile.parse("x", plan(flights).getBytes(StandardCharsets.UTF_8));
  }

  private static String plan(String flights) {
    String text =
        """
        landfall: 1
        workload: shop
        owner: retail-apps
        model: flight
        assets:
          web: { kind: http, source: { url: "http://a:1" }, target: { url: "http://b:1" } }
        routes:
          front: { kind: router, for: web, control: "http://127.0.0.1:8401", token: "env:T" }
        flights:
        """;
    return text.stripTrailing() + " " + flights + "\n";
  }

  @Test
  void anHaproxyIsReachedByASocketOfAFileOrByAPort(@TempDir Path folder) throws Exception {
    String text = Files.readString(Path.of("examples/behind-haproxy.yaml"));
    for (String control : List.of("unix:/run/haproxy-master.sock", "10.0.0.5:9999", "[::1]:9")) {
      Path file = folder.resolve("notes.yaml");
      Files.writeString(file, text.replace("unix:/run/haproxy-master.sock", control));
      Route route = right(WorkloadFile.read(file)).routes().getFirst();
      assertThat(route.kind()).isEqualTo("haproxy");
      assertThat(route.control()).isEqualTo(control);
    }
    for (String control : List.of("unix:run", "http://10.0.0.5:9999", "10.0.0.5", "a b:1")) {
      Path file = folder.resolve("notes.yaml");
      Files.writeString(file, text.replace("unix:/run/haproxy-master.sock", control));
      assertThat(WorkloadFile.read(file)).isInstanceOf(WorkloadFile.Wrong.class);
    }
  }

  @Test
  void whatAProgramCanDoIsWhatTheFileSays(@TempDir Path folder) throws Exception {
    String text = Files.readString(Path.of("examples/behind-command.yaml"));
    Route route =
        right(WorkloadFile.parse("x", text.getBytes(StandardCharsets.UTF_8))).routes().getFirst();
    assertThat(route.traits()).isEqualTo(new Route.Traits(false, false, false));
    assertThat(route.control().lines())
        .containsExactly(
            "/usr/local/lib/landfall/haproxy-map",
            "/var/lib/landfall-notes",
            "/etc/haproxy/notes.map",
            "127.0.0.1",
            "9999");
    Path file = folder.resolve("notes.yaml");
    Files.writeString(
        file,
        text.replace("holds: false", "holds: true\n    timeout: 1m")
            .replace("users: false", "users: true\n    token: \"env:T\""));
    Route able = right(WorkloadFile.read(file)).routes().getFirst();
    assertThat(able.traits()).isEqualTo(new Route.Traits(true, true, false));
    assertThat(able.setting("timeout")).contains("PT1M");
    assertThat(able.token()).isPresent();
  }

  @Test
  void anAddressHasAnAgentOnEachSideAndMovesForEverybody() {
    Route route =
        right(WorkloadFile.read(Path.of("examples/behind-address.yaml"))).routes().getFirst();
    assertThat(route.traits()).isEqualTo(Route.Traits.OF_ADDRESSES);
    assertThat(route.control()).isEqualTo("http://10.1.0.5:8402");
    assertThat(route.setting("target")).contains("http://10.1.0.6:8402");
    assertThat(route.setting("silent")).isEmpty();
  }

  static Workload right(WorkloadFile.Read read) {
    return switch (read) {
      case WorkloadFile.Right(var workload) -> workload;
      case WorkloadFile.Wrong(var mistakes) -> throw new AssertionError(mistakes);
    };
  }
}
