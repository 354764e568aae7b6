package dev.landfall.adapter.address;

import static dev.landfall.adapter.address.AddressWorld.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.adapter.address.Held.Place;
import dev.landfall.adapter.address.Held.Presence;
import dev.landfall.control.KeptFile;
import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Side;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent without its host. */
class KeeperTest {
  private static final AgentOrder TAKE = new AgentOrder(order(3, Side.SOURCE), true, false);
  private static final AgentOrder LEAVE = new AgentOrder(order(4, Side.TARGET), false, false);

  private static final Held FREE = new Held(Presence.ABSENT, List.of(), Optional.empty());
  private static final Held HERE = new Held(Presence.PRESENT, List.of(), Optional.empty());
  private static final Held ELSEWHERE =
      new Held(Presence.ABSENT, List.of(new Place("192.0.2.10/24", "eth1")), Optional.empty());

  @TempDir Path folder;
  private final Kernel kernel = new Kernel();
  private Keeper keeper;

  @BeforeEach
  void begin() {
    var file = new KeptFile(folder.resolve("kept").resolve("address.json"));
    keeper = new Keeper(ServiceAddress.parse("192.0.2.10/32"), kernel, file);
    keeper.prepare();
  }

  /** A kernel that does what it is told, but for what a test says. */
  private static final class Kernel implements Means {
    private final List<String> done = new ArrayList<>();
    private Held held = FREE;
    private boolean untold;
    private Optional<String> fails = Optional.empty();
    private Optional<String> aftermath = Optional.empty();
    private Optional<String> claimant = Optional.empty();
    private Optional<String> unable = Optional.empty();

    @Override
    public Held held() {
      return held;
    }

    @Override
    public void take(boolean unsure) {
      work("take" + (unsure ? " unsure" : ""));
      held = HERE;
    }

    @Override
    public Optional<String> leave() {
      work("leave");
      held = FREE;
      return aftermath;
    }

    private void work(String what) {
      done.add(what);
      fails.ifPresent(why -> {
        throw new OutsideException(AddressProblem.HOST, why);
      });
    }

    @Override
    public boolean isUntold() {
      return untold;
    }

    @Override
    public void tend() {}

    @Override
    public Optional<String> unable(boolean has, Held held) {
      return unable.filter(_ -> has);
    }

    @Override
    public Optional<String> claimant() {
      return claimant;
    }
  }

  @Test
  void anAddressThatIsElsewhereIsRemovedByWhoIsNotToHaveIt() {
    keeper.take(LEAVE);
    kernel.held = ELSEWHERE;
    assertThat(keeper.look().inForce()).isFalse();
    keeper.tend();
    assertThat(kernel.done).containsExactly("leave", "leave");
    assertThat(keeper.look().inForce()).isTrue();
  }

  @Test
  void anAddressThatIsOnlyElsewhereIsNotTakenForBeingThere() {
    keeper.take(TAKE);
    kernel.held = ELSEWHERE;
    assertThat(keeper.look().present()).isFalse();
    assertThat(keeper.look().inForce()).isFalse();
    keeper.tend();
    assertThat(kernel.done).containsExactly("take", "take unsure");
  }

  /** Its users would still send to the other host. */
  @Test
  void anAddressOfWhichTheNetworkCouldNotBeToldIsNotThereYet() {
    keeper.take(TAKE);
    assertThat(keeper.look().inForce()).isTrue();
    kernel.untold = true;
    assertThat(keeper.look().inForce()).isFalse();
  }

  @Test
  void troubleIsToldUntilItIsGoneAndNoLonger() {
    kernel.fails = Optional.of("the disk is full");
    assertThatThrownBy(() -> keeper.take(TAKE)).hasMessage("the disk is full");
    assertThat(keeper.look().trouble()).contains("the disk is full");
    kernel.fails = Optional.empty();
    kernel.held = HERE;
    keeper.tend();
    assertThat(keeper.look().trouble()).isEmpty();
  }

  @Test
  void whatUsersHaveToBearIsToldUntilTheAddressComesBack() {
    keeper.take(TAKE);
    kernel.aftermath = Optional.of("connections are left");
    keeper.take(LEAVE);
    keeper.tend();
    assertThat(keeper.look().inForce()).isTrue();
    assertThat(keeper.look().trouble().orElseThrow()).endsWith("connections are left");
    keeper.take(new AgentOrder(order(5, Side.SOURCE), true, false));
    assertThat(keeper.look().trouble()).isEmpty();
  }

  @Test
  void whoCouldNotWriteAnOrderDownSaysSoBeforeThereIsOne() throws Exception {
    assertThat(keeper.look().cannotTake()).isEmpty();
    assertThat(keeper.look().cannotLeave()).isEmpty();
    kernel.unable = Optional.of("no right to");
    assertThat(keeper.look().cannotTake()).contains("no right to");
    assertThat(keeper.look().cannotLeave()).isEmpty();
    Files.delete(folder.resolve("kept"));
    assertThat(keeper.look().cannotTake().orElseThrow()).contains("orders cannot be kept");
    assertThat(keeper.look().cannotLeave().orElseThrow()).contains("orders cannot be kept");
  }

  /** Who has to take the address without the other's word knows what the network says to it. */
  @Test
  void whoIsNotSureIsToldWhatTheNetworkSays() {
    keeper.take(LEAVE);
    kernel.claimant = Optional.of("02:00:00:00:0b:02");
    keeper.tend();
    assertThat(keeper.look().cannotTake()).isEmpty();
    assertThat(keeper.lookUnsure().cannotTake().orElseThrow()).contains("not been asked yet");
    keeper.tend();
    assertThat(keeper.lookUnsure().cannotTake())
        .contains("the host 02:00:00:00:0b:02 answers for it");
    kernel.claimant = Optional.empty();
    keeper.tend();
    assertThat(keeper.lookUnsure().cannotTake()).isEmpty();
    assertThat(keeper.lookUnsure().kept()).contains(LEAVE);
  }
}
