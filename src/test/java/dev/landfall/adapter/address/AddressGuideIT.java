package dev.landfall.adapter.address;

import static dev.landfall.adapter.address.AddressWorld.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.app.Main;
import dev.landfall.workload.Side;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the service of the guide, but for its paths and addresses, moves an address. */
class AddressGuideIT {
  private static final String HEAD = "ExecStart=/opt/landfall/landfall ";

  @TempDir Path folder;

  @Test
  void theCommandOfTheGuideRunsAnAgentThatMovesTheAddress() throws Exception {
    String page = Files.readString(Path.of("docs/guide/plane-address.md"));
    int from = page.indexOf(HEAD) + HEAD.length();
    String command = page.substring(from, page.indexOf('\n', from));
    Path token = folder.resolve("address.token");
    Files.writeString(token, AddressWorld.TOKEN + "\n");
    try (var world = new AddressWorld(folder, AddressWorld.IPV4)) {
      for (Side side : Side.values()) {
        String here =
            command
                .replace("10.1.0.5", world.agent(side).getHost())
                .replace("/etc/landfall/address.token", token.toString())
                .replace("/var/lib/landfall-address", folder.resolve(side.word()).toString());
        Process agent = world.host(side).java(Main.class, here.split(" "));
        var out =
            new BufferedReader(
                new InputStreamReader(agent.getInputStream(), StandardCharsets.UTF_8));
        assertThat(out.readLine())
            .as(Arrays.toString(here.split(" ")))
            .startsWith("taking orders on " + world.agent(side).getHost());
      }
      try (var plane = world.plane();
          var user = world.user()) {
        plane.order(order(1, Side.SOURCE));
        user.until(Side.SOURCE);
        plane.order(order(2, Side.TARGET));
        user.until(Side.TARGET);
        assertThat(plane.look().order()).contains(order(2, Side.TARGET));
      }
    }
  }
}
