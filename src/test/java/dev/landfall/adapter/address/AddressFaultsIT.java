package dev.landfall.adapter.address;

import static dev.landfall.adapter.address.AddressWorld.eventually;
import static dev.landfall.adapter.address.AddressWorld.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.workload.Side;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of an address when agents and hosts die, hang back or lie; never two have it. */
@Tag("long")
class AddressFaultsIT {
  @TempDir Path folder;
  private AddressWorld world;

  private void begin(String address) throws Exception {
    if (!address.equals(world.address)) {
      world.close();
      world = new AddressWorld(folder, address);
    }
    world.startAgent(Side.SOURCE);
    world.startAgent(Side.TARGET);
    world.plane().order(order(1, Side.SOURCE));
  }

  @BeforeEach
  void start() throws Exception {
    world = new AddressWorld(folder, AddressWorld.IPV4);
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void anOlderOrderIsRefusedByBothAndChangesNothing() throws Exception {
    begin(AddressWorld.IPV4);
    var plane = world.plane();
    plane.order(order(5, Side.TARGET));
    plane.order(order(5, Side.TARGET));
    for (Side side : Side.values()) {
      refused(() -> plane.order(order(4, side)), AddressProblem.STALE_ORDER);
    }
    assertThat(plane.look().order()).contains(order(5, Side.TARGET));
    theAddressIsAt(Side.TARGET);
    // One that went on after its first step finds the second refused as well.
    plane.order(order(7, Side.SOURCE));
    var late = new Agent(Side.TARGET, world.agent(Side.TARGET), AddressWorld.TOKEN);
    refused(
        () -> late.tell(new AgentOrder(order(6, Side.TARGET), true, false)),
        AddressProblem.STALE_ORDER);
    theAddressIsAt(Side.SOURCE);
  }

  @Test
  void whatAnAddressCannotDoIsRefused() throws Exception {
    begin(AddressWorld.IPV4);
    var plane = world.plane();
    RouteOrder given = order(2, Side.SOURCE);
    refused(
        () ->
            plane.order(
                new RouteOrder(
                    2,
                    given.source(),
                    given.target(),
                    Cohort.NOBODY,
                    Optional.of(Duration.ofSeconds(1)),
                    Optional.empty())),
        AddressProblem.REFUSED);
    refused(
        () ->
            plane.order(
                new RouteOrder(
                    2,
                    given.source(),
                    given.target(),
                    Cohort.ofShare(500),
                    Optional.empty(),
                    Optional.empty())),
        AddressProblem.REFUSED);
    try (var stranger =
        new AddressRouter(
            "shop",
            world.agent(Side.SOURCE),
            world.agent(Side.TARGET),
            "not-the-token-of-it",
            true,
            (_, _) -> true)) {
      refused(() -> stranger.order(order(2, Side.TARGET)), AddressProblem.TOKEN);
      assertThat(stranger.look().fault().orElseThrow()).contains("token");
    }
    theAddressIsAt(Side.SOURCE);
  }

  @Test
  void agentsThatDieAtAnyStepLeaveTheAddressWhereItIsAndGoOn() throws Exception {
    begin(AddressWorld.IPV4);
    var plane = world.plane();
    world.killAgent(Side.SOURCE);
    refused(() -> plane.order(order(2, Side.TARGET)), AddressProblem.SILENT);
    theAddressIsAt(Side.SOURCE);
    assertThat(plane.look().fault().orElseThrow()).contains("source's host");
    world.startAgent(Side.SOURCE);
    // Whoever did not answer the last time is hardly waited for.
    eventually(() -> plane.look().order().equals(Optional.of(order(1, Side.SOURCE))));

    world.killAgent(Side.TARGET);
    refused(() -> plane.order(order(2, Side.TARGET)), AddressProblem.UNREACHABLE);
    theAddressIsAt(Side.SOURCE);
    assertThat(plane.look().order()).as("who has it is enough").contains(order(1, Side.SOURCE));
    plane.order(order(2, Side.SOURCE));
    assertThat(plane.look().order()).contains(order(2, Side.SOURCE));
    world.startAgent(Side.TARGET);
    eventually(() -> plane.look().order().isEmpty()); // To be told to both.

    plane.order(order(3, Side.TARGET));
    for (Side side : Side.values()) {
      world.killAgent(side);
      world.startAgent(side);
    }
    assertThat(plane.look().order()).contains(order(3, Side.TARGET));
    theAddressIsAt(Side.TARGET);
  }

  /** As after a crash between writing an order down and carrying it out. */
  @Test
  void whatWasWrittenDownIsCarriedOutAtTheNextStart() throws Exception {
    begin(AddressWorld.IPV4);
    for (Side side : Side.values()) {
      world.killAgent(side);
      Files.writeString(
          folder.resolve(side.word()).resolve("address.json"),
          AgentJson.ofOrder(new AgentOrder(order(2, Side.TARGET), side == Side.TARGET, false)));
    }
    world.startAgent(Side.TARGET);
    Thread.sleep(1_500);
    assertThat(world.has(Side.TARGET)).as("while the source answers for it").isFalse();
    world.startAgent(Side.SOURCE);
    eventually(() -> world.has(Side.TARGET));
    theAddressIsAt(Side.TARGET);
    eventually(() -> world.plane().look().order().equals(Optional.of(order(2, Side.TARGET))));
  }

  @Test
  void whatSomebodyChangesByHandIsPutRight() throws Exception {
    begin(AddressWorld.IPV4);
    world.host(Side.SOURCE).run("ip", "addr", "del", world.address, "dev", "eth0");
    assertThat(world.plane().look().order()).isEmpty();
    eventually(() -> world.has(Side.SOURCE));
    world.host(Side.TARGET).run("ip", "addr", "add", world.address, "dev", "eth0");
    eventually(() -> !world.has(Side.TARGET));
    theAddressIsAt(Side.SOURCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {AddressWorld.IPV4, AddressWorld.IPV6})
  void aHostThatIsSilentLosesTheAddressOnlyWhenToldAndNotWhileItAnswersUsers(String address)
      throws Exception {
    begin(address);
    world.cut(Side.SOURCE, true);
    try (var user = world.user()) {
      user.until(Side.SOURCE);
      refused(() -> world.plane().order(order(2, Side.TARGET)), AddressProblem.SILENT);
      refused(() -> world.plane(true).order(order(2, Side.TARGET)), AddressProblem.CONFLICT);
      theAddressIsAt(Side.SOURCE);

      // Now the host is off for everybody.
      world.host(Side.SOURCE).run("ip", "link", "set", "eth0", "down");
      world.plane(true).order(order(3, Side.TARGET));
      user.until(Side.TARGET);
      assertThat(world.plane().look().order()).contains(order(3, Side.TARGET));
      // An order to the same side needs no answer of it.
      world.plane().order(order(4, Side.TARGET));
    }
    world.cut(Side.SOURCE, false);
    eventually(() -> world.plane().look().order().isEmpty());
    world.plane().order(order(4, Side.TARGET));
    theAddressIsAt(Side.TARGET);
    assertThat(world.plane().look().order()).contains(order(4, Side.TARGET));
  }

  private void theAddressIsAt(Side side) {
    assertThat(world.has(side)).as("%s has it", side).isTrue();
    assertThat(world.has(side.other())).as("%s has it", side.other()).isFalse();
  }

  private static void refused(ThrowingCallable call, AddressProblem problem) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            OutsideException.class,
            e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(problem));
  }
}
