package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.engine.Journal.Draft;
import dev.landfall.engine.Journal.Entry;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ChainTest {
  @Test
  void theHashIsTheOneThatTheWrittenDownEncodingGives() {
    // Computed by another program (Python: struct, hashlib) from what Chain tells.
    var draft = new Draft("Registered", "{\"a\":\"€\"}", Instant.ofEpochSecond(1), "ann", "");
    Entry entry = Chain.next(Chain.Head.EMPTY, "shop", 1, draft);
    assertThat(entry.hash())
        .isEqualTo("ff3d98ada1962a236e71eb60470dda84dc830e24e62423b0864575e06883c536");
    assertThat(Chain.holds(entry)).isTrue();
  }

  @Test
  void whereOneTextEndsAndTheNextBeginsMakesADifference() {
    Entry one = Chain.next(Chain.Head.EMPTY, "shop", 1, draft("ab", "c"));
    Entry other = Chain.next(Chain.Head.EMPTY, "shop", 1, draft("a", "bc"));
    assertThat(one.hash()).isNotEqualTo(other.hash());
  }

  private static Draft draft(String by, String why) {
    return new Draft("Paused", "{}", Instant.EPOCH, by, why);
  }
}
