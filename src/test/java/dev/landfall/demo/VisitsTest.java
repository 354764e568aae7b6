package dev.landfall.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class VisitsTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final Visits visits = new Visits(BEGIN, 1_000);

  @Test
  void usersAreCountedOnceAndRequestsEachTime() {
    visits.note(new Visits.Visit(1, false, false, false), 10);
    visits.note(new Visits.Visit(1, true, false, false), 20);
    visits.note(new Visits.Visit(1, true, true, true), 30);
    visits.note(new Visits.Visit(2, true, true, false), 40);
    visits.note(new Visits.Visit(3, false, false, false), 50);
    assertThat(visits.between(0, 100)).isEqualTo(new Visits.Sum(3, 2, 2, 5, 3, 2, 1));
    assertThat(visits.between(20, 30)).isEqualTo(new Visits.Sum(1, 1, 1, 2, 2, 1, 1));
    assertThat(visits.lastOnTarget()).isEqualTo(40);
  }

  @Test
  void whoComesBackWasExposedAllTheSame() {
    visits.note(new Visits.Visit(7, true, false, false), 10);
    visits.note(new Visits.Visit(7, false, false, false), 20);
    assertThat(visits.between(0, 100).usersOnTarget()).isEqualTo(1);
  }

  @Test
  void manyVisitsAreAllKept() {
    for (int i = 0; i < 10_000; i++) {
      visits.note(new Visits.Visit(i % 200, true, false, false), i);
    }
    assertThat(visits.between(0, 9_999))
        .isEqualTo(new Visits.Sum(200, 200, 0, 10_000, 10_000, 0, 0));
  }

  @Test
  void whatAnotherProcessCallsAMomentIsOneOfOurs() {
    assertThat(visits.nanos(BEGIN.plusNanos(5))).isEqualTo(1_005);
  }
}
