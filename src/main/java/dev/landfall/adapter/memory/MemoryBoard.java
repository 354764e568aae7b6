package dev.landfall.adapter.memory;

import dev.landfall.engine.Board;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A board in memory. */
public final class MemoryBoard implements Board {
  private final Map<String, Notice> notices = new ConcurrentHashMap<>();

  @Override
  public void show(String workload, Notice notice) {
    notices.put(workload, notice);
  }

  @Override
  public Optional<Notice> last(String workload) {
    return Optional.ofNullable(notices.get(workload));
  }
}
