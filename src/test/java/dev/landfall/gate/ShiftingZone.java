package dev.landfall.gate;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A zone whose rules are edited while people look, as those of real ones are between releases. */
public final class ShiftingZone extends ZoneRulesProvider {
  /** Put together, as the compiler knows all zones that there are. */
  private static final String ID = String.join("/", "Test", "Shifting");

  private static volatile ZoneRules rules = ZoneRules.of(ZoneOffset.UTC);

  static {
    registerProvider(new ShiftingZone());
  }

  private ShiftingZone() {}

  /** The zone, now with an offset of its own. */
  public static ZoneId at(ZoneOffset offset) {
    rules = ZoneRules.of(offset);
    return ZoneId.of(ID);
  }

  @Override
  protected Set<String> provideZoneIds() {
    return Set.of(ID);
  }

  @Override
  protected @Nullable ZoneRules provideRules(String zone, boolean forCaching) {
    return forCaching ? null : rules;
  }

  @Override
  protected NavigableMap<String, ZoneRules> provideVersions(String zone) {
    return new TreeMap<>();
  }
}
