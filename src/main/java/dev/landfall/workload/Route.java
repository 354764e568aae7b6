package dev.landfall.workload;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A way by which users reach a service, or services reach a database, and the plane that can be
 * ordered to change it.
 *
 * @param name the name in the workload file; unique in it
 * @param kind the product of the plane, {@code router} for Landfall's own
 * @param asset the name of the asset that it leads to. One that holds state makes it a <em>data
 *     route</em>: whoever comes by it is led to the owner of the data
 * @param control where the plane takes orders, in the form that its kind uses
 * @param token what proves that an order comes from Landfall; absent when the plane needs none
 * @param traits what the plane can do
 * @param settings what else its kind has to know, by the keys of the workload file; never a secret
 */
public record Route(
    String name,
    String kind,
    String asset,
    String control,
    Optional<SecretRef> token,
    Traits traits,
    Map<String, String> settings) {

  /**
   * What planes of a kind can do.
   *
   * @param holds whether it can make those who come wait while the data changes owner
   * @param knowsUsers whether it tells users apart, and can lead some of them to the target; one
   *     that does not leads all of them
   * @param slow whether a change takes time to reach everybody, because somebody else remembers
   *     what was said before
   */
  public record Traits(boolean holds, boolean knowsUsers, boolean slow) {
    /** A plane that every request of every user passes. */
    public static final Traits OF_REQUESTS = new Traits(true, true, false);

    /** A plane that databases are reached by: it can hold, and knows no users. */
    public static final Traits OF_DATA = new Traits(true, false, false);

    /** A plane that hands out addresses which others remember. */
    public static final Traits OF_NAMES = new Traits(false, false, true);

    /** A plane that moves an address for everybody at once. */
    public static final Traits OF_ADDRESSES = new Traits(false, false, false);
  }

  public Route {
    settings = Map.copyOf(settings);
  }

  /** A plane that every request passes, and that needs no more than a place for orders. */
  public Route(String name, String kind, String asset, String control, Optional<SecretRef> token) {
    this(name, kind, asset, control, token, Traits.OF_REQUESTS, Map.of());
  }

  /** The settings that say who counts its requests besides the plane; empty when nobody does. */
  public Map<String, String> counting() {
    return settings.entrySet().stream()
        .filter(each -> each.getKey().startsWith("metrics."))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Those of them by which something else would be counted. */
  public Map<String, String> counted() {
    var counted = new HashMap<>(counting());
    counted.keySet().removeAll(Set.of("metrics.token", "metrics.ca", "metrics.timeout"));
    return Map.copyOf(counted);
  }

  /** One of the settings; absent when the file does not have it. */
  public Optional<String> setting(String key) {
    return Optional.ofNullable(settings.get(key));
  }
}
