package dev.landfall.engine;
public class SimulationMain {
  public static void main(String[] a) throws Exception {
    long from = Long.parseLong(a[0]), n = Long.parseLong(a[1]);
    if (n == 1) {
      var r = Simulation.run(from, Flaw.NONE, true);
      r.trace().forEach(System.out::println);
      System.out.println(r.violation() + " steps " + r.steps());
      return;
    }
    var next = new java.util.concurrent.atomic.AtomicLong(from);
    var steps = new java.util.concurrent.atomic.AtomicLong();
    var counts = new java.util.concurrent.ConcurrentSkipListMap<String, java.util.List<Long>>();
    long t0 = System.nanoTime();
    var ts = new java.util.ArrayList<Thread>();
    for (int i = 0; i < 4; i++) ts.add(Thread.startVirtualThread(() -> {
      for (long s; (s = next.getAndIncrement()) < from + n; ) {
        long seed = s;
        try {
          var r = Simulation.run(s, Flaw.NONE, false);
          steps.addAndGet(r.steps());
          r.violation().ifPresent(v -> counts.computeIfAbsent(v.replaceAll("[0-9]+", "N"), k -> java.util.Collections.synchronizedList(new java.util.ArrayList<>())).add(seed));
        } catch (Throwable e) { e.printStackTrace(); System.out.println("seed " + seed + " " + e); }
      }
    }));
    for (var t : ts) t.join();
    double s = (System.nanoTime() - t0) / 1e9;
    System.out.printf("%d seeds %.1f s, %d steps, %.0f per seed%n", n, s, steps.get(), steps.get() / (double) n);
    counts.forEach((k, v) -> System.out.println(v.size() + "  " + k + "  " + v.stream().sorted().limit(6).toList()));
  }
}
