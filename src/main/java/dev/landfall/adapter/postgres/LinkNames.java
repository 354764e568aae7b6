package dev.landfall.adapter.postgres;

import dev.landfall.workload.Side;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What our publications, subscriptions and slots are called. Slots are shared by all databases of a
 * server, so the name tells assets apart; it is the same in every process.
 *
 * @param base letters, digits and underscores only, so it needs no quoting
 */
record LinkNames(String base) {
  private static final int READABLE_MAX = 30;

  /**
   * The names for one asset. The databases count too: a test and the production of one workload,
   * each from its own data folder, may share a server.
   */
  static LinkNames of(String workload, String asset, String source, String target) {
    String readable = asset.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    if (readable.length() > READABLE_MAX) {
      readable = readable.substring(0, READABLE_MAX);
    }
    return new LinkNames(
        "landfall_" + readable + "_" + hash(String.join("\n", workload, asset, source, target)));
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The publication of the tables; whether it publishes says whose writes are carried. */
  String tables() {
    return base;
  }

  /** The publication of the side's own marker row; it always publishes. */
  String marker() {
    return base + "_marker";
  }

  /** The slot and the publication by which the changes of a side are watched. */
  String watch(Side side) {
    return base + "_watch_" + side.word();
  }

  /** The slot on a side, and the subscription on the other that reads it. */
  String link(Side from) {
    return base + "_from_" + from.word();
  }

  /** The slot of a copy that goes on from an earlier one, until it takes the name of the link's. */
  String next() {
    return base + "_next";
  }
}
