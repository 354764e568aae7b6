package dev.landfall.engine;

import dev.landfall.promotion.World;
import java.util.List;
import java.util.Optional;

/**
 * What a controller shows of a promotion that it drives.
 *
 * @param world the outside as it was seen
 * @param waits what the promotion waits for, in sentences; empty when it waits for nothing
 * @param trouble the last order that failed since something else succeeded; absent when none did
 */
public record Sight(World world, List<String> waits, Optional<String> trouble) {
  public Sight {
    waits = List.copyOf(waits);
  }
}
