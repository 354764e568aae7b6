package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What every board does. */
public abstract class BoardContract {
  private static final Instant AT = Instant.parse("2026-03-01T10:00:00.123Z");

  /** A board on which nothing was shown. */
  protected abstract Board board() throws Exception;

  @Test
  void showsTheLastNoticeOfEachWorkloadAndNothingOfOthers() throws Exception {
    Board board = board();
    assertThat(board.last("shop")).isEmpty();
    board.show("shop", new Board.Notice(AT, "controller 1 on host a", "{\"n\":1}"));
    var last = new Board.Notice(AT.plusMillis(500), "controller 2 on host b", "{\"n\":\"x\\n\"}");
    board.show("shop", last);
    assertThat(board.last("shop")).contains(last);
    assertThat(board.last("crm")).isEmpty();
  }
}
