package dev.landfall.adapter.memory;

import dev.landfall.engine.Board;
import dev.landfall.engine.BoardContract;

class MemoryBoardTest extends BoardContract {
  @Override
  protected Board board() {
    return new MemoryBoard();
  }
}
