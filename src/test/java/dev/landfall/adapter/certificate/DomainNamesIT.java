package dev.landfall.adapter.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.reach.Bind;
import dev.landfall.engine.Probe.Observation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Names of a real BIND: of the domain, and staying in it; or it is told. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DomainNamesIT {
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private Bind bind;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    bind =
        Bind.start(
            folder,
            """
            www A 192.0.2.10
            www AAAA 2001:db8::10
            shop CNAME www
            leaving CNAME www.other.example.
            text TXT "no address"
            """);
  }

  @AfterAll
  void stop() throws Exception {
    bind.close();
  }

  private final List<String> lines = new ArrayList<>();

  private List<String> faults(String... names) {
    var faults = new ArrayList<String>();
    lines.clear();
    new DomainNames("shop.example", List.of(bind.place()), PATIENCE)
        .judge(List.of(names), faults, lines);
    return faults;
  }

  @Test
  void namesOfTheDomainPassAndWhatTheyLeadToIsKept() {
    String by = " by " + bind.place();
    assertThat(faults("www.shop.example", "SHOP.shop.example")).isEmpty();
    assertThat(lines)
        .contains(
            "www.shop.example" + by + ": A 192.0.2.10",
            "SHOP.shop.example" + by + ": CNAME www.shop.example.",
            "SHOP.shop.example" + by + ": AAAA 2001:db8:0:0:0:0:0:10");
  }

  @Test
  void aNameOfAnotherDomainIsFound() {
    assertThat(faults("www.other.example", "notshop.example"))
        .containsExactly(
            "www.other.example is not in the domain shop.example",
            "notshop.example is not in the domain shop.example");
  }

  @Test
  void aNameThatLeavesTheDomainIsFound() {
    assertThat(faults("leaving.shop.example"))
        .contains(
            "leaving.shop.example by %s leads out of the domain, to www.other.example"
                .formatted(bind.place()));
  }

  @Test
  void aNameThatIsNotThereOrHasNoAddressIsFound() {
    assertThat(faults("gone.shop.example", "text.shop.example"))
        .containsExactly(
            "gone.shop.example by " + bind.place() + ": it answers NXDOMAIN",
            "text.shop.example by " + bind.place() + " leads to no address");
  }

  @Test
  void aServerThatDoesNotAnswerHasNotPassed() {
    var faults = new ArrayList<String>();
    new DomainNames("shop.example", List.of("127.0.0.1:1"), PATIENCE)
        .judge(List.of("www.shop.example"), faults, lines);
    assertThat(faults).singleElement().asString().contains("it does not answer");
  }

  @Test
  void theCheckOfACertificateTellsBoth() {
    var wanted =
        new CertificateProbe.Wanted(
            "127.0.0.1",
            1,
            List.of("gone.shop.example"),
            Optional.empty(),
            Duration.ZERO,
            TlsVersion.TLS_1_2,
            Optional.of("shop.example"),
            List.of(bind.place()));
    Observation seen = new CertificateProbe(wanted, PATIENCE, InstantSource.system()).look();
    assertThat(seen.reason()).contains("it answers NXDOMAIN; the server cannot be asked");
  }
}
