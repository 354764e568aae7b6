package dev.landfall.adapter.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.certificate.CertificateProbe.Wanted;
import dev.landfall.adapter.certificate.TestAuthority.Leaf;
import dev.landfall.engine.Probe.Observation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A real nginx with certificates of a real chain; each way of being wrong is found, and alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NginxCertificateIT {
  private static final String SHOP = "shop.example";
  private static final String OFFICE = "office.example";
  private static final Duration LEFT = Duration.ofDays(14);
  private static final Duration LONG = Duration.ofDays(100);
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final String ANY_CIPHER = "ssl_ciphers ALL:@SECLEVEL=0;";

  private Nginx nginx;
  private Path roots;
  private int right;
  private int expired;
  private int expiring;
  private int expiredAbove;
  private int misnamed;
  private int incomplete;
  private int strange;
  private int strangeWithRoot;
  private int named;
  private int namedBadly;
  private int lenient;
  private int old;
  private int modern;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    var root = TestAuthority.root(folder.resolve("company"), "company-root");
    var issuing = root.below("issuing");
    var stranger = TestAuthority.root(folder.resolve("strangers"), "strange-root");
    roots = root.certificate();
    Leaf bare = issuing.leaf("shop", "DNS:" + SHOP, LONG);
    Leaf shop = shown(bare, issuing);
    Leaf office = shown(issuing.leaf("office", "DNS:" + OFFICE, LONG), issuing);
    Leaf over = shown(issuing.leaf("over", "DNS:" + SHOP, Duration.ofDays(-1)), issuing);
    Leaf soon = shown(issuing.leaf("soon", "DNS:" + SHOP, Duration.ofDays(13)), issuing);
    Leaf both = shown(issuing.leaf("both", "DNS:" + SHOP + ",DNS:" + OFFICE, LONG), issuing);
    Leaf overOffice = shown(issuing.leaf("over-office", "DNS:" + OFFICE, SOON.negated()), issuing);
    var overAuthority = root.below("issuing-before", Duration.ofDays(-2));
    Leaf overAbove = shown(overAuthority.leaf("above", "DNS:" + SHOP, LONG), overAuthority);
    Leaf theirs = stranger.leaf("their-shop", "DNS:" + SHOP, LONG);

    var settings = new Nginx.Settings(folder);
    right = settings.server(shop);
    expired = settings.server(over);
    expiring = settings.server(soon);
    expiredAbove = settings.server(overAbove);
    misnamed = settings.server(office);
    incomplete = settings.server(bare);
    strange = settings.server(theirs);
    strangeWithRoot = settings.server(shown(theirs, stranger));
    named = settings.server(shop);
    settings.also(named, OFFICE, office);
    namedBadly = settings.server(both);
    settings.also(namedBadly, OFFICE, overOffice);
    lenient = settings.server(shop, "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;", ANY_CIPHER);
    old = settings.server(shop, "ssl_protocols TLSv1.1;", ANY_CIPHER);
    modern = settings.server(shop, "ssl_protocols TLSv1.3;");
    nginx = settings.start();
  }

  /** What the server shows: its own certificate and that of whoever signed it. */
  private static Leaf shown(Leaf leaf, TestAuthority by) throws Exception {
    Path chain = Path.of(leaf.certificate() + ".chain");
    Files.writeString(
        chain, Files.readString(leaf.certificate()) + Files.readString(by.certificate()));
    return new Leaf(chain, leaf.key());
  }

  @AfterAll
  void stop() throws Exception {
    nginx.close();
  }

  private Observation look(int port, String... names) {
    return look(port, TlsVersion.TLS_1_2, names);
  }

  private Observation look(int port, TlsVersion tlsMin, String... names) {
    var wanted =
        new Wanted(
            "127.0.0.1",
            port,
            List.of(names),
            Optional.of(roots),
            LEFT,
            tlsMin,
            Optional.empty(),
            List.of());
    return new CertificateProbe(wanted, SOON, InstantSource.system()).look();
  }

  @Test
  void whatIsRightPassesAndIsTheEvidence() {
    Observation seen = look(right, SHOP);
    assertThat(seen.reason()).isEmpty();
    assertThat(seen.passed()).isTrue();
    assertThat(seen.raw())
        .containsSubsequence(
            "asked for: shop.example\n",
            "protocol: TLSv1.3\n",
            "certificate: CN=shop\n",
            "  issued by: CN=issuing\n",
            "certificate: CN=issuing\n",
            "  issued by: CN=company-root\n",
            "  names: shop.example\n",
            "asked for TLSv1.1: refused, alert 70\n",
            "asked for TLSv1: refused, alert 70\n",
            "asked for SSLv3: refused, alert 40\n")
        .doesNotContain("fault");
    assertThat(look(right, SHOP).raw()).isEqualTo(seen.raw());
  }

  @Test
  void oneThatHasExpiredIsFound() {
    assertThat(look(expired, SHOP).reason())
        .startsWith("the certificate of CN=over is valid until ")
        .contains(", and 14 days are wanted; the chain is not trusted: ", "validity check failed");
  }

  @Test
  void oneThatExpiresTooSoonIsFound() {
    assertThat(look(expiring, SHOP).reason())
        .startsWith("the certificate of CN=soon is valid until ")
        .endsWith(", and 14 days are wanted");
  }

  @Test
  void oneAboveThatHasExpiredIsFound() {
    assertThat(look(expiredAbove, SHOP).reason())
        .startsWith("the certificate of CN=issuing-before is valid until ")
        .contains("the chain is not trusted: ");
  }

  @Test
  void oneOfAnotherNameIsFound() {
    assertThat(look(misnamed, SHOP).reason()).isEqualTo("the certificate is not for shop.example");
  }

  @Test
  void aChainThatIsNotWholeIsFound() {
    assertThat(look(incomplete, SHOP).reason())
        .isEqualTo(
            "the chain is not trusted: CN=shop was issued by CN=issuing, which the server does not"
                + " show and which is no root to trust");
  }

  @Test
  void aRootThatNobodyTrustsIsFound() {
    assertThat(look(strange, SHOP).reason())
        .isEqualTo(
            "the chain is not trusted: CN=their-shop was issued by CN=strange-root, which the"
                + " server does not show and which is no root to trust");
    assertThat(look(strangeWithRoot, SHOP).reason())
        .isEqualTo("the chain is not trusted: its root CN=strange-root is none of those to trust");
  }

  @Test
  void eachNameIsAskedForAsUsersAskForIt() {
    Observation seen = look(named, SHOP, OFFICE);
    assertThat(seen.reason()).isEmpty();
    assertThat(seen.raw())
        .containsSubsequence(
            "asked for: shop.example", "CN=shop", "asked for: office.example", "CN=office");
    assertThat(look(right, SHOP, OFFICE).reason())
        .isEqualTo("the certificate is not for office.example");
  }

  @Test
  void aNameWithABadCertificateOfItsOwnIsFoundBehindAGoodOneForBoth() {
    assertThat(look(namedBadly, SHOP).reason()).isEmpty();
    assertThat(look(namedBadly, SHOP, OFFICE).reason())
        .startsWith("the certificate of CN=over-office is valid until ")
        .contains("(asked for office.example)");
  }

  @Test
  void aServerThatAlsoTakesOldVersionsIsFound() {
    Observation seen = look(lenient, SHOP);
    assertThat(seen.reason())
        .isEqualTo("the server agrees to TLSv1.1 and TLSv1, and nothing before TLSv1.2 is wanted");
    assertThat(seen.raw())
        .contains(
            "protocol: TLSv1.3\n",
            "asked for TLSv1.1: TLSv1.1, asked as browsers ask\n",
            "asked for TLSv1: TLSv1, asked as browsers ask\n");
  }

  @Test
  void aServerThatHasNothingButOldVersionsIsFound() {
    assertThat(look(old, SHOP).reason())
        .startsWith("the server cannot be asked: ")
        .endsWith("; the server agrees to TLSv1.1, and nothing before TLSv1.2 is wanted");
  }

  @Test
  void theOldestVersionMayBeANewerOne() {
    assertThat(look(modern, TlsVersion.TLS_1_3, SHOP).reason()).isEmpty();
    assertThat(look(right, TlsVersion.TLS_1_3, SHOP).reason())
        .isEqualTo("the server agrees to TLSv1.2, and nothing before TLSv1.3 is wanted");
  }
}
