package dev.landfall.adapter.certificate;

import dev.landfall.engine.Probe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLException;

/**
 * A check of what a server shows to whoever asks it by its names: for each of them a certificate
 * that is for it (subject alternative names, RFC 6125), a chain to a root that is trusted, enough
 * time until any of it expires, and no version of TLS that is too old (RFC 9325), not even to a
 * client that has no newer one. Where a domain is given, the names must be of it by the DNS too.
 */
public final class CertificateProbe implements Probe {
  private static final int DNS_NAME = 2;

  private final Wanted wanted;
  private final Duration timeout;
  private final InstantSource clock;

  /**
   * What must be so.
   *
   * @param host where the server listens
   * @param names what users ask for; at least one, and each of them is asked for
   * @param roots a file of PEM certificates to trust; absent for those of this Java
   * @param left how long every certificate must still be valid
   * @param tlsMin the oldest version that the server may agree to: TLS 1.2, or 1.3
   * @param domain in which each name must be, and stay on its way to an address; absent when that
   *     is not asked
   * @param servers of the DNS that are asked for it; one or more where there is a domain
   */
  public record Wanted(
      String host,
      int port,
      List<String> names,
      Optional<Path> roots,
      Duration left,
      TlsVersion tlsMin,
      Optional<String> domain,
      List<String> servers) {
    public Wanted {
      names = List.copyOf(names);
      servers = List.copyOf(servers);
    }

    /** Of names in whatever domain. */
    public Wanted(String host, int port, List<String> names, Optional<Path> roots, Duration left) {
      this(host, port, names, roots, left, TlsVersion.TLS_1_2, Optional.empty(), List.of());
    }
  }

  /**
   * A check of one server.
   *
   * @param timeout for each connection, and again for each answer
   */
  public CertificateProbe(Wanted wanted, Duration timeout, InstantSource clock) {
    this.wanted = wanted;
    this.timeout = timeout;
    this.clock = clock;
  }

  @Override
  public Observation look() {
    var lines = new ArrayList<String>();
    var faults = new ArrayList<String>();
    lines.add("server: " + wanted.host() + ":" + wanted.port());
    wanted
        .domain()
        .ifPresent(domain ->
            new DomainNames(domain, wanted.servers(), timeout)
                .judge(wanted.names(), faults, lines));
    faults.addAll(ask(lines));
    faults.forEach(fault -> lines.add("fault: " + fault));
    String raw = String.join("\n", lines) + "\n";
    return new Observation(faults.isEmpty(), String.join("; ", faults), raw);
  }

  /** The faults; what is wrong for some of the names alone tells which. */
  private List<String> ask(List<String> lines) {
    var faults = new LinkedHashMap<String, List<String>>();
    var before = new HashMap<List<X509Certificate>, String>();
    try {
      int millis = Math.toIntExact(timeout.toMillis());
      var server = new InetSocketAddress(wanted.host(), wanted.port());
      var handshake = new Handshake(server, millis, wanted.roots());
      for (String name : wanted.names()) {
        lines.add("asked for: " + name);
        var mine = new LinkedHashSet<String>();
        try {
          judge(name, handshake.with(name), before, mine, lines);
          askForOld(name, server, millis, mine, lines);
        } catch (SSLException e) {
          mine.add("the server cannot be asked: " + Handshake.oneLine(e));
          askForOld(name, server, millis, mine, lines);
        } finally {
          mine.forEach(fault -> faults.computeIfAbsent(fault, _ -> new ArrayList<>()).add(name));
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      // A server that cannot be reached is not asked again for each of the other names.
      faults.put("the server cannot be asked: " + Handshake.oneLine(e), wanted.names());
    }
    return faults.entrySet().stream()
        .map(each ->
            each.getValue().size() == wanted.names().size()
                    || each.getValue().stream().allMatch(each.getKey()::contains)
                ? each.getKey()
                : each.getKey() + " (asked for " + String.join(", ", each.getValue()) + ")")
        .toList();
  }

  private void askForOld(
      String name, InetSocketAddress server, int millis, Set<String> faults, List<String> lines)
      throws IOException {
    TlsVersion old = wanted.tlsMin().older();
    OldHello.Answer answer = OldHello.ask(server, name, old, millis);
    lines.add("asked for %s or older: %s".formatted(old.word(), answer.words()));
    if (answer.taken()) {
      faults.add(tooOld(answer.words()));
    }
  }

  private String tooOld(String version) {
    return "the server agrees to %s, and nothing before %s is wanted"
        .formatted(version, wanted.tlsMin().word());
  }

  private void judge(
      String name,
      Handshake.Shown shown,
      Map<List<X509Certificate>, String> before,
      Set<String> faults,
      List<String> lines)
      throws CertificateParsingException {
    lines.add("protocol: " + shown.version());
    lines.add("cipher suite: " + shown.suite());
    if (TlsVersion.parse(shown.version()).orElseThrow().isOlderThan(wanted.tlsMin())) {
      faults.add(tooOld(shown.version()));
    }
    String first = before.putIfAbsent(shown.chain(), name);
    if (first != null) {
      lines.add("certificates: as for " + first);
    }
    Instant last = clock.instant().plus(wanted.left());
    for (X509Certificate certificate : shown.chain()) {
      if (first == null) {
        describe(certificate, lines);
      }
      if (certificate.getNotAfter().toInstant().isBefore(last)) {
        faults.add(
            "the certificate of %s is valid until %s, and %d days are wanted"
                .formatted(
                    certificate.getSubjectX500Principal(),
                    certificate.getNotAfter().toInstant(),
                    wanted.left().toDays()));
      }
    }
    shown.fault().ifPresent(why -> faults.add("the chain is not trusted: " + why));
    if (shown.chain().isEmpty()) {
      faults.add("the server showed no certificate");
      return;
    }
    Set<String> names = names(shown.chain().getFirst());
    if (first == null) {
      lines.add("  names: " + String.join(", ", names));
    }
    if (names.stream().noneMatch(each -> covers(each, name))) {
      faults.add("the certificate is not for " + name);
    }
  }

  private static void describe(X509Certificate certificate, List<String> lines) {
    lines.add("certificate: " + certificate.getSubjectX500Principal());
    lines.add("  issued by: " + certificate.getIssuerX500Principal());
    lines.add("  serial: " + certificate.getSerialNumber().toString(16));
    lines.add("  until: " + certificate.getNotAfter().toInstant());
  }

  private static Set<String> names(X509Certificate certificate) throws CertificateParsingException {
    var names = new TreeSet<String>();
    var all = certificate.getSubjectAlternativeNames();
    if (all != null) {
      for (List<?> each : all) {
        if (each.get(0) instanceof Integer kind && kind == DNS_NAME) {
          names.add(String.valueOf(each.get(1)).toLowerCase(Locale.ROOT));
        }
      }
    }
    return names;
  }

  /** A wildcard stands for the whole leftmost label and for nothing more (RFC 6125, 6.4.3). */
  static boolean covers(String pattern, String name) {
    String wantedName = name.toLowerCase(Locale.ROOT);
    if (!pattern.startsWith("*.")) {
      return pattern.equals(wantedName);
    }
    int dot = wantedName.indexOf('.');
    return dot > 0 && wantedName.substring(dot).equals(pattern.substring(1));
  }
}
