package dev.landfall.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.address.AddressRouter;
import dev.landfall.adapter.command.CommandRouter;
import dev.landfall.engine.Pseudonyms;
import dev.landfall.routing.Router;
import dev.landfall.workload.Route;
import dev.landfall.workload.SecretRef;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** That what the reader of workload files makes of a route is what its adapter is given. */
class ProductsIT {
  private final Products products =
      new Products(new Secrets(Map.of("T", "secret"), _ -> {}), Pseudonyms.withoutKey());

  @Test
  void aProgramIsRunByTheWordsOfTheFileWithinItsTime() {
    try (Router router = products.router(program("/bin/sleep\n30\n0", "PT0.3S"))) {
      assertThat(router).isInstanceOf(CommandRouter.class);
      // "sleep 30 0 get" refuses its last word, and names it.
      assertThat(router.look().fault().orElseThrow()).contains("/bin/sleep", "get");
    }
    try (Router router = products.router(program("/bin/sh\n-c\nsleep 30", "PT0.3S"))) {
      assertThat(router.look().fault().orElseThrow()).contains("300 ms");
    }
  }

  private static Route program(String words, String timeout) {
    return new Route(
        "notes",
        "command",
        "web",
        words,
        Optional.of(new SecretRef("env", "T")),
        Route.Traits.OF_ADDRESSES,
        Map.of("timeout", timeout));
  }

  @Test
  void anAddressIsAskedForAtBothAgents() {
    var route =
        new Route(
            "notes",
            "address",
            "web",
            "http://127.0.0.1:1",
            Optional.of(new SecretRef("env", "T")),
            Route.Traits.OF_ADDRESSES,
            Map.of("target", "http://127.0.0.1:2", "silent", "take"));
    try (Router router = products.router(route)) {
      assertThat(router).isInstanceOf(AddressRouter.class);
      assertThat(router.look().fault().orElseThrow()).contains("http://127.0.0.1:1");
    }
  }
}
