package dev.landfall.adapter.dns;

import java.nio.file.Path;

/** Updates of PowerDNS. */
class PowerDnsUpdateIT extends DnsUpdateContract {
  @Override
  DnsWorld start(Path folder, int ttlSeconds) throws Exception {
    return LonePrimary.powerdns(folder, ttlSeconds);
  }

  @Override
  DnsProblem denial() {
    return DnsProblem.REFUSED;
  }

  @Override
  DnsProblem strangeKey() {
    return DnsProblem.REFUSED;
  }
}
