package dev.landfall.adapter.folder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.engine.Board;
import dev.landfall.engine.BoardContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderBoardTest extends BoardContract {
  @TempDir Path data;

  @Override
  protected Board board() {
    return new FolderBoard(data);
  }

  @Test
  void nobodyElseMayReadWhatIsShown() throws Exception {
    board().show("shop", new Board.Notice(Instant.EPOCH, "controller", "{}"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("board"))))
        .isEqualTo("rwx------");
  }

  @Test
  void aFolderThatCannotBeWrittenStopsNothing() throws Exception {
    Path file = Files.createFile(data.resolve("no-folder"));
    Board board = new FolderBoard(file);
    board.show("shop", new Board.Notice(Instant.EPOCH, "controller", "{}"));
    assertThat(board.last("shop")).isEmpty();
  }
}
