package dev.landfall.adapter.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.workload.Identity;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HaproxyIncludeTest {
  @Test
  void theGuideShowsWhatIsGenerated() throws Exception {
    assertThat(Guide.file("/etc/haproxy/landfall.cfg")).isEqualTo(Guide.include().text());
    assertThat(Guide.file("/etc/haproxy/haproxy.cfg")).endsWith(Guide.include().frontendLines());
  }

  @Test
  void whatWouldTearAConfigurationIsRefused() {
    for (String route : List.of("", "a b", "a\nb", "a;b", "a/b")) {
      refused(route, "/folder", Identity.NONE, 10);
    }
    for (String path : List.of("folder", "/a b", "/a\"", "/a\nb", "/a#b")) {
      refused("shop", path, Identity.NONE, 10);
    }
    for (String name : List.of("", "a b", "a,b", "a)", "-", "a\nb")) {
      refused(
          "shop",
          "/folder",
          new Identity(Optional.of(name), Optional.empty(), Optional.empty()),
          10);
    }
    refused("shop", "/folder", Identity.NONE, 0);
    refused("shop", "/folder", Identity.NONE, 1001);
  }

  @Test
  void whoeverIsToldApartByNothingHasNoRuleForIt() {
    var include =
        new HaproxyInclude("shop", "/lua", "/folder", Optional.empty(), Identity.NONE, 10);
    assertThat(include.text())
        .contains("setenv LANDFALL \"shop /folder - - - - 10\"")
        .doesNotContain("req.fhdr")
        .doesNotContain("@");
  }

  private static void refused(String route, String folder, Identity identity, int heldMost) {
    assertThatThrownBy(
            () -> new HaproxyInclude(route, "/lua", folder, Optional.empty(), identity, heldMost))
        .isInstanceOf(RuntimeException.class);
  }
}
