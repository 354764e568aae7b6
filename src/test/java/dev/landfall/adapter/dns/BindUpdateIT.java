package dev.landfall.adapter.dns;

import java.nio.file.Path;

/** Updates of BIND 9. */
class BindUpdateIT extends DnsUpdateContract {
  @Override
  DnsWorld start(Path folder, int ttlSeconds) throws Exception {
    return DnsWorld.bind(folder, ttlSeconds);
  }

  @Override
  DnsProblem denial() {
    return DnsProblem.REFUSED;
  }
}
