package dev.landfall.adapter.dns;

import java.nio.file.Path;

/** Updates of Knot DNS. */
class KnotUpdateIT extends DnsUpdateContract {
  @Override
  DnsWorld start(Path folder, int ttlSeconds) throws Exception {
    return LonePrimary.knot(folder, ttlSeconds);
  }

  @Override
  DnsProblem denial() {
    return DnsProblem.KEY;
  }
}
