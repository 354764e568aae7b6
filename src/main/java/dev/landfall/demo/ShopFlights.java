package dev.landfall.demo;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The flights of the shop's customers, each of whom is known by a header.
 *
 * <p>What decides how long they take is the first: with nothing but good answers it takes about 740
 * requests of those who moved to prove that fewer than one in a hundred fail. Of 200 customers that
 * is some 20 seconds of a tenth of them.
 */
final class ShopFlights {
  /** What is proven of each flight: fewer requests than this fail. */
  private static final String TOLERATED = "1 %";

  /**
   * By how much longer an answer may take: both sides of the demo share one machine, and whatever
   * else runs there makes a shop wait for its turn.
   */
  private static final Duration SLOWER_BY = Duration.ofMillis(100);

  /** What is neither proven good nor bad by then is called undecided. */
  private static final Duration MOST = Duration.ofMinutes(2);

  static final List<Step> STEPS =
      List.of(new Step("few", 10), new Step("half", 50), new Step("all", 100));

  private ShopFlights() {}

  /** One flight. */
  record Step(String name, int sharePercent) {}

  /** For who looks on. */
  static String announced() {
    return STEPS.stream()
        .map(step -> step.sharePercent() + " %")
        .collect(
            Collectors.joining(
                ", ",
                "They fly in parts of ",
                "; each part goes on when fewer than "
                    + TOLERATED
                    + " of its requests\nfail for sure. Until all have flown, both shops work on"
                    + " the old side's database.\n"));
  }

  /**
   * As it stands in a workload file.
   *
   * @param least how long each is judged at least
   */
  static String yaml(Duration least) {
    String steps =
        STEPS.stream()
            .map(step ->
                "{ name: %s, share: %d %%, min: %ds, max: %ds }"
                    .formatted(
                        step.name(), step.sharePercent(), least.toSeconds(), MOST.toSeconds()))
            .collect(Collectors.joining(", "));
    return "flights: { user: \"header:%s\", tolerate: %s, slower-by: %dms, steps: [%s] }\n"
        .formatted(ShopClient.CUSTOMER_HEADER, TOLERATED, SLOWER_BY.toMillis(), steps);
  }
}
