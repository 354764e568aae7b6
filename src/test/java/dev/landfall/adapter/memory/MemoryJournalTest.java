package dev.landfall.adapter.memory;

import dev.landfall.engine.Journal;
import dev.landfall.engine.JournalContract;

class MemoryJournalTest extends JournalContract {
  private final MemoryJournal journal = new MemoryJournal();

  @Override
  protected Journal open() {
    return journal;
  }
}
