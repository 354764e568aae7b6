package dev.landfall.cli.file;

import dev.landfall.workload.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/** Routes on a service address that moves between two hosts. */
final class AddressRouteReader {
  static final String KIND = "address";

  private static final List<String> SILENT = List.of("refuse", "take");

  private AddressRouteReader() {}

  static Optional<Route> read(String name, Section section, Optional<String> asset) {
    var source = section.field("source").flatMap(Address::http);
    var target = section.field("target").flatMap(Address::http);
    var token = section.field("token").flatMap(AssetReader::secret);
    var silent = section.field("silent").flatMap(field -> field.word(SILENT));
    if (asset.isEmpty() || source.isEmpty() || target.isEmpty() || token.isEmpty()) {
      return Optional.empty();
    }
    if (source.get().same().equals(target.get().same())) {
      section.wrong(
          "source and target are the same agent", "there is one on each of the two hosts");
      return Optional.empty();
    }
    var settings = new HashMap<String, String>();
    settings.put("target", target.get().url());
    silent.ifPresent(word -> settings.put("silent", word));
    return Optional.of(
        new Route(
            name,
            KIND,
            asset.get(),
            source.get().url(),
            token,
            Route.Traits.OF_ADDRESSES,
            settings));
  }
}
