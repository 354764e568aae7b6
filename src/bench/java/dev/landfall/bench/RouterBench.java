package dev.landfall.bench;

import dev.landfall.LastingFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the router carries, against HAProxy and nginx on the same machine in the same run, in turn:
 * small answers of an nginx behind each, as many as one wrk can ask for over 64 kept connections.
 * All share the same cores with the load and the service, so it is the ratio that tells; and, where
 * other programs are at work as well, the time of processors that a proxy needs for a request.
 *
 * <p>Budget: at least 0.6 times HAProxy. The router is for a first try and for small sites, which
 * it must not slow down; who needs all that a machine can carry puts HAProxy there, which Landfall
 * steers as well.
 *
 * <p>Options: {@code --rounds N} (default 5), {@code --seconds N} each (default 5), {@code
 * --connections N} (default 64).
 */
final class RouterBench {
  private static final double OVER_HAPROXY_MIN = 0.6;
  private static final double WARM_REQUESTS = 1_000_000;
  private static final long WARM_SECONDS = 5;
  private static final int WARM_STEPS_MAX = 20;
  private static final String TOKEN = "a token of the bench";
  private final Options options;
  private final Path folder;
  private final Map<String, List<Double>> rates = new LinkedHashMap<>();
  private final Map<String, List<Double>> tails = new LinkedHashMap<>();
  private final Map<String, List<Double>> costs = new LinkedHashMap<>();

  private RouterBench(Options options, Path folder) {
    this.options = options;
    this.folder = folder;
  }

  static void run(Options options, Findings findings) throws Exception {
    Path folder = LastingFolders.make("landfall-bench-router");
    var bench = new RouterBench(options, folder);
    int service = Child.freePort();
    int haproxy = Child.freePort();
    int nginx = Child.freePort();
    int ours = Child.freePort();
    int control = Child.freePort();
    try (var behind = Doors.nginx("service", folder, service(service, folder));
        var first = bench.haproxy(haproxy, service);
        var second = Doors.nginx("nginx", folder, proxy(nginx, service, folder));
        var router = Doors.router(folder, ours, control, TOKEN)) {
      String url = "http://127.0.0.1:" + service;
      Routing.begin(control, TOKEN, url, url, "/");
      double[] idle = router.memory();
      var proxies = new LinkedHashMap<String, Proxy>();
      proxies.put("HAProxy", new Proxy(haproxy, first));
      proxies.put("Landfall", new Proxy(ours, router));
      proxies.put("nginx", new Proxy(nginx, second));
      proxies.put("no proxy", new Proxy(service, behind));
      bench.warm(ours);
      for (int round = 0; round < options.number("rounds", 5); round++) {
        for (Map.Entry<String, Proxy> each : proxies.entrySet()) {
          bench.measure(each.getKey(), each.getValue());
        }
      }
      bench.tell(findings);
      findings.say("");
      findings.say(
          "Memory (resident): the router %.0f MB idle, %.0f MB right after the load, at most %.0f"
              + " MB; HAProxy %.0f MB.",
          idle[0], router.memory()[0], router.memory()[1], first.memory()[0]);
      if (!behind.alive() || !second.alive()) {
        throw new IllegalStateException("a server ended meanwhile");
      }
    }
  }

  /** What is measured, and where it listens. */
  private record Proxy(int port, Child program) {}

  /** A program is compiled while it runs, by how often it has done what it does. */
  private void warm(int port) {
    double done = 0;
    for (int i = 0; i < WARM_STEPS_MAX && done < WARM_REQUESTS; i++) {
      done += wrk(port, WARM_SECONDS).rate() * WARM_SECONDS;
    }
    Findings.tell("warm after %.0f requests", done);
  }

  private void measure(String name, Proxy proxy) {
    long seconds = options.number("seconds", 5);
    double before = proxy.program().cpuSeconds();
    Wrk said = wrk(proxy.port(), seconds);
    double used = proxy.program().cpuSeconds() - before;
    said.bad().ifPresent(bad -> Findings.tell("%s: %s", name, bad));
    double rate = said.rate();
    rates.computeIfAbsent(name, _ -> new ArrayList<>()).add(rate);
    tails.computeIfAbsent(name, _ -> new ArrayList<>()).add(said.p99Millis());
    double micros = used * 1e6 / (rate * seconds);
    costs.computeIfAbsent(name, _ -> new ArrayList<>()).add(micros);
    Findings.tell("%s: %.0f/s, %.1f us each, load %s", name, rate, micros, Findings.load());
  }

  private void tell(Findings findings) {
    findings.head(
        "through",
        "requests/s, median (min to max)",
        "p99 ms, median (max)",
        "of HAProxy's rate",
        "processor time a request, µs");
    List<Double> haproxy = rates.getOrDefault("HAProxy", List.of());
    rates.forEach((name, all) -> {
      Sample rate = Sample.of(all);
      Sample tail = Sample.of(tails.getOrDefault(name, List.of()));
      Sample ratio = ratio(all, haproxy);
      findings.row(
          name,
          String.format(
              Locale.ROOT, "%,.0f (%,.0f to %,.0f)", rate.median(), rate.min(), rate.max()),
          String.format(Locale.ROOT, "%.1f (%.1f)", tail.median(), tail.max()),
          String.format(
              Locale.ROOT, "%.2f (%.2f to %.2f)", ratio.median(), ratio.min(), ratio.max()),
          Sample.of(costs.getOrDefault(name, List.of())).median());
    });
    double ours = ratio(rates.getOrDefault("Landfall", List.of()), haproxy).median();
    findings.say("");
    findings.say(
        "Budget: %.1f times HAProxy (%.2f): %s.",
        OVER_HAPROXY_MIN, ours, ours >= OVER_HAPROXY_MIN ? "met" : "not met");
  }

  private static Sample ratio(List<Double> those, List<Double> others) {
    var ratios = new ArrayList<Double>();
    for (int round = 0; round < those.size(); round++) {
      ratios.add(those.get(round) / others.get(round));
    }
    return Sample.of(ratios);
  }

  private Wrk wrk(int port, long seconds) {
    return Wrk.on(port, seconds, options.number("connections", 64), "");
  }

  private Child haproxy(int port, int service) throws IOException {
    Path file = folder.resolve("haproxy.cfg");
    Files.writeString(
        file,
        """
        global
          nbthread %d
          maxconn 4096
        defaults
          mode http
          option forwardfor
          http-reuse always
          timeout connect 2s
          timeout client 60s
          timeout server 60s
        frontend front
          bind 127.0.0.1:%d
          default_backend back
        backend back
          server one 127.0.0.1:%d
        """
            .formatted(Runtime.getRuntime().availableProcessors(), port, service));
    return Child.start(
        "haproxy", folder, Map.of(), "/usr/sbin/haproxy", "-db", "-f", file.toString());
  }

  private static String service(int port, Path folder) {
    return """
    daemon off;
    worker_processes 1;
    pid %s/service.pid;
    events { worker_connections 4096; }
    http {
      access_log off;
      keepalive_requests 1000000000;
      server { listen 127.0.0.1:%d backlog=1024; location / { default_type text/plain; return 200 "%s"; } }
    }
    """
        .formatted(folder, port, "x".repeat(512));
  }

  private static String proxy(int port, int service, Path folder) {
    return """
    daemon off;
    worker_processes %d;
    pid %s/nginx.pid;
    events { worker_connections 4096; }
    http {
      access_log off;
      keepalive_requests 1000000000;
      upstream service { server 127.0.0.1:%d; keepalive 256; keepalive_requests 1000000000; }
      server {
        listen 127.0.0.1:%d backlog=1024;
        location / {
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_set_header X-Forwarded-For $remote_addr;
          proxy_pass http://service;
        }
      }
    }
    """
        .formatted(Runtime.getRuntime().availableProcessors(), folder, service, port);
  }
}
