package dev.landfall.control;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * A secret of ours taken out of a text of somebody else's: whoever we ask may send back what we
 * sent, in an answer, an error page, or something that a library cannot read and quotes.
 */
public final class Withheld {
  private static final String INSTEAD = "***";

  private Withheld() {}

  /**
   * The text with {@code ***} where the secret was, as it is and as programs write things that they
   * send or quote.
   *
   * @param secret of which nothing is taken out when it is blank
   */
  public static String from(String text, String secret) {
    if (secret.isBlank()) {
      return text;
    }
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    String kept = text;
    for (String form :
        List.of(
            secret,
            secret.replace("/", "\\/"),
            secret.replace("\"", "\\\"").replace("\n", "\\n"),
            URLEncoder.encode(secret, StandardCharsets.UTF_8),
            Base64.getEncoder().withoutPadding().encodeToString(bytes))) {
      kept = kept.replace(form, INSTEAD);
    }
    return kept;
  }
}
