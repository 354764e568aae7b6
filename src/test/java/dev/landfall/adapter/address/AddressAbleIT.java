package dev.landfall.adapter.address;

import static dev.landfall.adapter.address.AddressWorld.eventually;
import static dev.landfall.adapter.address.AddressWorld.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import dev.landfall.workload.Side;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts that could not do what they would be ordered say so before users depend on it. */
@Tag("long")
class AddressAbleIT {
  private static final List<String> WITHOUT_THE_RIGHT = without("net_admin");

  @TempDir Path folder;

  private static List<String> without(String right) {
    return List.of("setpriv", "--bounding-set=-" + right, "--inh-caps=-" + right);
  }

  private AddressWorld world() throws Exception {
    return new AddressWorld(folder, AddressWorld.IPV4);
  }

  @Test
  void anAgentThatHasNoRightToTakeTheAddressIsKnownBeforeItIsOrderedTo() throws Exception {
    try (var world = world();
        var plane = world.plane()) {
      world.startAgent(Side.SOURCE);
      world.startAgent(WITHOUT_THE_RIGHT, Side.TARGET);
      plane.order(order(1, Side.SOURCE));
      RouteSeen seen = plane.look();
      assertThat(seen.order()).contains(order(1, Side.SOURCE));
      assertThat(seen.unable(Side.TARGET).orElseThrow())
          .startsWith("the target's host cannot take it")
          .contains("CAP_NET_ADMIN");
      refused(() -> plane.order(order(2, Side.TARGET)));
      assertThat(world.has(Side.SOURCE)).as("it stays where it is").isTrue();
      assertThat(plane.look().order()).contains(order(1, Side.SOURCE));
    }
  }

  @Test
  void anAgentThatHasNoRightToLetTheAddressGoIsKnownToo() throws Exception {
    try (var world = world();
        var plane = world.plane()) {
      world.host(Side.SOURCE).run("ip", "addr", "add", world.address, "dev", "eth0");
      world.startAgent(WITHOUT_THE_RIGHT, Side.SOURCE);
      world.startAgent(Side.TARGET);
      plane.order(order(1, Side.SOURCE));
      assertThat(plane.look().unable(Side.TARGET).orElseThrow())
          .startsWith("the source's host cannot let it go")
          .contains("CAP_NET_ADMIN");
    }
  }

  /** Its users would still send to the other host, and it counted as done at the second time. */
  @Test
  void anOrderOfWhichTheNetworkCouldNotBeToldIsNotCarriedOut() throws Exception {
    try (var world = world();
        var plane = world.plane()) {
      world.startAgent(without("net_raw"), Side.SOURCE);
      world.startAgent(Side.TARGET);
      assertThat(plane.look().unable(Side.SOURCE).orElseThrow()).contains("CAP_NET_RAW");
      for (int i = 0; i < 2; i++) {
        refused(() -> plane.order(order(1, Side.SOURCE)));
        assertThat(plane.look().order()).isEmpty();
      }
    }
  }

  @Test
  void aHostWhoseAgentIsDeadOrWhoseInterfaceIsDownCannotBeLedTo() throws Exception {
    try (var world = world();
        var plane = world.plane()) {
      world.startAgent(Side.SOURCE);
      world.startAgent(Side.TARGET);
      plane.order(order(1, Side.SOURCE));
      assertThat(plane.look().unable()).isEmpty();
      world.killAgent(Side.TARGET);
      assertThat(plane.look().fault()).isEmpty();
      assertThat(plane.look().unable(Side.TARGET).orElseThrow()).contains("is it running");
      world.startAgent(Side.TARGET);
      eventually(() -> plane.look().unable().isEmpty());
      world.host(Side.TARGET).run("ip", "link", "set", "eth0", "down");
      eventually(() ->
          plane.look().unable(Side.TARGET).filter(why -> why.contains("eth0 is down")).isPresent());
      world.host(Side.TARGET).run("ip", "link", "set", "eth0", "up");
      eventually(() -> plane.look().unable().isEmpty());
    }
  }

  @ParameterizedTest
  @CsvSource({
    AddressWorld.IPV4 + ",192.0.2.10/24",
    AddressWorld.IPV6 + ",2001:db8::10/64",
  })
  void anAddressWithAnotherPrefixOrOnAnotherInterfaceIsNoticed(String address, String other)
      throws Exception {
    try (var world = new AddressWorld(folder, address);
        var plane = world.plane()) {
      add(world, Side.SOURCE, other, "eth0");
      world.startAgent(Side.SOURCE);
      world.startAgent(Side.TARGET);
      assertThat(plane.look().unable(Side.SOURCE).orElseThrow()).contains(other + " on eth0");
      refused(() -> plane.order(order(1, Side.SOURCE)));
      assertThat(world.has(Side.SOURCE)).as("it is left to who configured it").isTrue();
      assertThat(plane.look().order()).as("and not taken for the one ordered").isEmpty();

      world.host(Side.SOURCE).run("ip", "addr", "del", other, "dev", "eth0");
      plane.order(order(1, Side.SOURCE));
      assertThat(plane.look().order()).contains(order(1, Side.SOURCE));
      add(world, Side.TARGET, other, "ctl");
      eventually(() -> isFree(world, Side.TARGET));

      add(world, Side.SOURCE, other, "ctl");
      plane.order(order(2, Side.TARGET));
      assertThat(isFree(world, Side.SOURCE)).as("users could come to it still").isTrue();
      assertThat(plane.look().order()).contains(order(2, Side.TARGET));
    }
  }

  private static void add(AddressWorld world, Side side, String address, String device) {
    if (address.contains(":")) {
      world.host(side).run("ip", "addr", "add", address, "dev", device, "nodad");
    } else {
      world.host(side).run("ip", "addr", "add", address, "dev", device);
    }
  }

  private static boolean isFree(AddressWorld world, Side side) {
    String plain = world.address.substring(0, world.address.indexOf('/'));
    return !world.host(side).run("ip", "-o", "addr", "show").contains(" " + plain + "/");
  }

  /** One that does nothing, and one that never ends; both print without end what is left. */
  @ParameterizedTest
  @ValueSource(strings = {"exit 0", "exec sleep 600"})
  void connectionsThatAreNotEndedHoldNothingUpAndAreTold(String instead) throws Exception {
    Path programs = Files.createDirectories(folder.resolve("bin"));
    Path ends = programs.resolve("ss");
    Files.writeString(
        ends,
        "#!/bin/sh\ncase \"$*\" in *-K*) %s;; esac\nexec yes 'ESTAB 0 0 192.0.2.10:8080'\n"
            .formatted(instead));
    Files.setPosixFilePermissions(ends, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (var world = world();
        var plane = world.plane();
        var source = new Agent(Side.SOURCE, world.agent(Side.SOURCE), AddressWorld.TOKEN)) {
      world.startAgent(
          List.of("env", "PATH=" + programs + ":" + System.getenv("PATH")), Side.SOURCE);
      world.startAgent(Side.TARGET);
      plane.order(order(1, Side.SOURCE));
      plane.order(order(2, Side.TARGET));
      assertThat(world.has(Side.SOURCE)).isFalse();
      assertThat(world.has(Side.TARGET)).isTrue();
      assertThat(source.look().trouble().orElseThrow())
          .contains("could not be ended", "ESTAB 0 0 192.0.2.10:8080")
          .hasSizeLessThan(500);
    }
  }

  /** Its database may answer all the same, so that users can come back from it. */
  @ParameterizedTest
  @ValueSource(strings = {AddressWorld.IPV4, AddressWorld.IPV6})
  void usersComeBackFromAHostThatIsLostAndTakenToBeOff(String address) throws Exception {
    try (var world = new AddressWorld(folder, address);
        var careful = world.plane();
        var plane = world.plane(true);
        var user = world.user()) {
      world.startAgent(Side.SOURCE);
      world.startAgent(Side.TARGET);
      plane.order(order(1, Side.SOURCE));
      plane.order(order(2, Side.TARGET));
      user.until(Side.TARGET);
      world.cut(Side.TARGET, true);
      assertThat(careful.look().fault()).isPresent();
      assertThat(plane.look().order()).contains(order(2, Side.TARGET));
      eventually(() ->
          plane
              .look()
              .unable(Side.SOURCE)
              .filter(why -> why.contains("answers for it"))
              .isPresent());

      world.host(Side.TARGET).run("ip", "link", "set", "eth0", "down");
      eventually(() -> plane.look().unable(Side.SOURCE).isEmpty());
      // As when a first attempt to come back is taken back.
      plane.order(order(4, Side.TARGET));
      assertThat(plane.look().order()).contains(order(4, Side.TARGET));
      refusedWith(AddressProblem.UNREACHABLE, () -> careful.order(order(4, Side.TARGET)));
      plane.order(order(5, Side.SOURCE));
      user.until(Side.SOURCE);
      assertThat(plane.look().order()).contains(order(5, Side.SOURCE));
    }
  }

  /**
   * Its owner was moved already, and without an order that is taken nothing could be taken back.
   */
  @Test
  void usersComeBackFromAHostThatWasLostBeforeItCouldBeOrdered() throws Exception {
    try (var world = new AddressWorld(folder, AddressWorld.IPV4);
        var careful = world.plane();
        var plane = world.plane(true);
        var user = world.user()) {
      world.startAgent(Side.SOURCE);
      world.startAgent(Side.TARGET);
      plane.order(order(1, Side.SOURCE));
      user.until(Side.SOURCE);
      world.cut(Side.TARGET, true);
      world.host(Side.TARGET).run("ip", "link", "set", "eth0", "down");
      refusedWith(AddressProblem.UNREACHABLE, () -> careful.order(order(2, Side.TARGET)));
      assertThat(world.has(Side.SOURCE)).as("nobody said that it is off").isTrue();
      refusedWith(AddressProblem.SILENT, () -> plane.order(order(2, Side.TARGET)));
      assertThat(world.has(Side.SOURCE)).as("it may only be started anew").isTrue();
      eventually(() -> takes(plane, order(2, Side.TARGET)));
      assertThat(world.has(Side.SOURCE)).isFalse();
      assertThat(plane.look().order()).contains(order(2, Side.TARGET));
      eventually(() -> plane.look().unable(Side.SOURCE).isEmpty());
      plane.order(order(3, Side.SOURCE));
      user.until(Side.SOURCE);
      assertThat(plane.look().order()).contains(order(3, Side.SOURCE));
    }
  }

  /** Whether an order is taken; else its host is not yet taken to be off. */
  private static boolean takes(Router plane, RouteOrder order) {
    try {
      plane.order(order);
      return true;
    } catch (OutsideException e) {
      assertThat(e.code()).as(e.getMessage()).isEqualTo(AddressProblem.SILENT);
      return false;
    }
  }

  private static void refused(ThrowingCallable call) {
    refusedWith(AddressProblem.HOST, call);
  }

  private static void refusedWith(AddressProblem problem, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            OutsideException.class,
            e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(problem));
  }
}
