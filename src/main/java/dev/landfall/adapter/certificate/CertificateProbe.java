package dev.landfall.adapter.certificate;

import dev.landfall.control.TrustedRoots;
import dev.landfall.engine.Probe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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
 * client that has no newer one. It is so at each address of the server. Where a domain is given,
 * the names must be of it by the DNS too.
 */
public final class CertificateProbe implements Probe {
  private static final int DNS_NAME = 2;

  private final Wanted wanted;
  private final Duration timeout;
  private final InstantSource clock;
  private final Resolver resolver;

  /** Which addresses a host has. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] of(String host) throws UnknownHostException;
  }

  /**
   * What must be so.
   *
   * @param host where the server listens, at every address that it leads to
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
    this(wanted, timeout, clock, InetAddress::getAllByName);
  }

  CertificateProbe(Wanted wanted, Duration timeout, InstantSource clock, Resolver resolver) {
    this.wanted = wanted;
    this.timeout = timeout;
    this.clock = clock;
    this.resolver = resolver;
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

  /**
   * What is found out by one asking.
   *
   * @param lines of the evidence
   * @param agreed the versions of TLS that are older than the oldest that is wanted
   */
  private record Finds(List<String> lines, Set<String> faults, Set<String> agreed) {
    Finds(List<String> lines) {
      this(lines, new LinkedHashSet<>(), new LinkedHashSet<>());
    }
  }

  /** The faults; what is wrong for some of the names, or at some addresses, alone tells which. */
  private List<String> ask(List<String> lines) {
    var faults = new LinkedHashMap<String, List<String>>();
    var all = new ArrayList<String>();
    try {
      List<InetAddress> addresses = addresses();
      TrustedRoots roots = TrustedRoots.of(wanted.roots());
      for (InetAddress address : addresses) {
        String at = addresses.size() == 1 ? "" : " at " + address.getHostAddress();
        wanted.names().forEach(name -> all.add(name + at));
        ask(new InetSocketAddress(address, wanted.port()), at, roots, faults, lines);
      }
    } catch (IOException | GeneralSecurityException e) {
      faults.put("the server cannot be asked: " + Handshake.oneLine(e), all);
    }
    return faults.entrySet().stream()
        .map(each ->
            each.getValue().size() == all.size()
                    || each.getValue().stream().allMatch(each.getKey()::contains)
                ? each.getKey()
                : each.getKey() + " (asked for " + String.join(", ", each.getValue()) + ")")
        .toList();
  }

  /** All of the host, as users come to each of them; in the order of their text. */
  private List<InetAddress> addresses() throws IOException {
    return Arrays.stream(resolver.of(wanted.host()))
        .sorted(Comparator.comparing(InetAddress::getHostAddress))
        .toList();
  }

  private void ask(
      InetSocketAddress server,
      String at,
      TrustedRoots roots,
      Map<String, List<String>> faults,
      List<String> lines) {
    var before = new HashMap<List<X509Certificate>, String>();
    var handshake = new Handshake(server, millis(), roots);
    var unasked = new ArrayList<>(wanted.names());
    try {
      while (!unasked.isEmpty()) {
        String name = unasked.getFirst();
        lines.add("asked for: " + name + at);
        var finds = new Finds(lines);
        try {
          boolean answers = judge(name, handshake, before, finds);
          askForOld(name, server, finds);
          if (answers) {
            askAgain(name, handshake, finds);
          }
        } finally {
          if (!finds.agreed().isEmpty()) {
            finds.faults().add(tooOld(finds.agreed()));
          }
          finds
              .faults()
              .forEach(
                  fault -> faults.computeIfAbsent(fault, _ -> new ArrayList<>()).add(name + at));
        }
        unasked.removeFirst();
      }
    } catch (IOException | GeneralSecurityException e) {
      // A server that cannot be reached is not asked again for each of the other names.
      String fault =
          "the server cannot be asked: "
              + Handshake.oneLine(e)
              + (at.isEmpty() ? "" : "; let this host reach it, or write one address under at");
      unasked.forEach(name -> faults.computeIfAbsent(fault, _ -> new ArrayList<>()).add(name + at));
    }
  }

  private int millis() {
    return Math.toIntExact(timeout.toMillis());
  }

  /** A version counts as refused only where the server was seen to refuse it. */
  private void askForOld(String name, InetSocketAddress server, Finds finds) throws IOException {
    for (TlsVersion old : wanted.tlsMin().older()) {
      OldHello.Answer answer = OldHello.ask(server, name, old, millis());
      finds.lines().add("asked for %s: %s".formatted(old.word(), answer.words()));
      switch (answer) {
        case OldHello.Answer.Taken taken -> finds.agreed().add(taken.version());
        case OldHello.Answer.Refused _ -> {}
        case OldHello.Answer.Unseen unseen -> {
          finds
              .faults()
              .add(
                  "whether the server takes %s or older cannot be seen: %s; have it refuse, as no"
                          .formatted(old.word(), unseen.words())
                      + " answer is no refusal");
          // Who is silent to one of them is not waited for by each that is older.
          return;
        }
      }
    }
  }

  /** Who closes on everybody by now, as too many came, has refused nothing in particular. */
  private static void askAgain(String name, Handshake handshake, Finds finds)
      throws IOException, GeneralSecurityException {
    try {
      handshake.with(name);
    } catch (SSLException | SocketException e) {
      finds
          .faults()
          .add(
              "the server answers nobody any more, so that it proves nothing by refusing old"
                  + " versions: "
                  + Handshake.oneLine(e));
    }
  }

  private String tooOld(Set<String> versions) {
    return "the server agrees to %s, and nothing before %s is wanted"
        .formatted(String.join(" and ", versions), wanted.tlsMin().word());
  }

  /**
   * What it shows to a client of today; that it refuses one is a fault like any other.
   *
   * @return whether it showed anything
   */
  private boolean judge(
      String name, Handshake handshake, Map<List<X509Certificate>, String> before, Finds finds)
      throws IOException, GeneralSecurityException {
    try {
      judge(name, handshake.with(name), before, finds);
      return true;
    } catch (SSLException e) {
      finds.faults().add("the server cannot be asked: " + Handshake.oneLine(e));
      return false;
    }
  }

  private void judge(
      String name, Handshake.Shown shown, Map<List<X509Certificate>, String> before, Finds finds)
      throws CertificateParsingException {
    List<String> lines = finds.lines();
    lines.add("protocol: " + shown.version());
    lines.add("cipher suite: " + shown.suite());
    if (TlsVersion.parse(shown.version()).orElseThrow().isOlderThan(wanted.tlsMin())) {
      finds.agreed().add(shown.version());
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
        finds
            .faults()
            .add(
                "the certificate of %s is valid until %s, and %d days are wanted"
                    .formatted(
                        certificate.getSubjectX500Principal(),
                        certificate.getNotAfter().toInstant(),
                        wanted.left().toDays()));
      }
    }
    shown.fault().ifPresent(why -> finds.faults().add("the chain is not trusted: " + why));
    if (shown.chain().isEmpty()) {
      finds.faults().add("the server showed no certificate");
      return;
    }
    Set<String> names = names(shown.chain().getFirst());
    if (first == null) {
      lines.add("  names: " + String.join(", ", names));
    }
    if (names.stream().noneMatch(each -> covers(each, name))) {
      finds.faults().add("the certificate is not for " + name);
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
