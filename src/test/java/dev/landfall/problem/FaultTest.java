package dev.landfall.problem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FaultTest {
  private static final String MAIL = "jo.doe@mail.example";

  private static RuntimeException fault() {
    try {
      return new IllegalStateException("met " + Integer.parseInt(MAIL));
    } catch (NumberFormatException e) {
      return new IllegalStateException("cannot read " + MAIL, e);
    }
  }

  @Test
  void aFaultIsToldByWhereItWasMetAndNotByWhatItQuotes() {
    assertThat(Fault.words(fault()))
        .matches(
            "IllegalStateException at dev\\.landfall\\.problem\\.FaultTest\\.fault\\(.*:\\d+\\)");
    assertThat(Fault.trace(fault()))
        .contains("java.lang.IllegalStateException", "java.lang.NumberFormatException")
        .anyMatch(line -> line.startsWith("\tat dev.landfall.problem.FaultTest.fault("))
        .noneMatch(line -> line.contains("mail"));
  }

  @Test
  void whatIsWrongOutsideIsToldByItsWords() {
    assertThat(Fault.told(new OutsideException(() -> "x", "cannot do x: it is so; do y")))
        .isEqualTo("cannot do x: it is so; do y");
    assertThat(Fault.told(fault()))
        .startsWith("a fault in Landfall itself: IllegalStateException at ")
        .doesNotContain("mail");
  }

  @Test
  void whatHasNoPlaceIsToldByItsClass() {
    var placeless = new StackOverflowError(MAIL);
    placeless.setStackTrace(new StackTraceElement[0]);
    assertThat(Fault.words(placeless)).isEqualTo("StackOverflowError");
  }
}
