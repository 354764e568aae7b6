package dev.landfall.cli.file;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A checked url of the file.
 *
 * @param url as written
 * @param same what two spellings of one address have in common
 */
record Address(String url, String same) {
  private static final Set<String> HTTP = Set.of("http", "https");
  private static final Set<String> POSTGRES = Set.of("postgresql");

  /** One path segment; percent signs would mean different things to different programs. */
  private static final Pattern DATABASE = Pattern.compile("/[^/%]{1,63}");

  /** A control character or a space is never a part of an address. */
  private static final int URL_LENGTH_MAX = 500;

  static Optional<Address> postgres(Field field) {
    return read(field, POSTGRES)
        .flatMap(uri -> {
          if (!DATABASE.matcher(uri.getRawPath()).matches()) {
            field.wrong("the url names no database", "allowed: " + field.form());
            return Optional.empty();
          }
          int port = uri.getPort() < 0 ? 5432 : uri.getPort();
          return Optional.of(of(uri, port, uri.getRawPath()));
        });
  }

  /** One below whose path more is to be asked for. */
  static Optional<Address> httpWithPath(Field field) {
    return read(field, HTTP)
        .map(uri -> new Address(uri.toString(), uri.toString().toLowerCase(Locale.ROOT)));
  }

  static Optional<Address> http(Field field) {
    return read(field, HTTP)
        .flatMap(uri -> {
          if (!uri.getRawPath().isEmpty()) {
            field.wrong("the url has a path", "allowed: " + field.form());
            return Optional.empty();
          }
          int usual = uri.getScheme().equals("https") ? 443 : 80;
          return Optional.of(of(uri, uri.getPort() < 0 ? usual : uri.getPort(), ""));
        });
  }

  private static Address of(URI uri, int port, String path) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return new Address(uri.toString(), host + ":" + port + path);
  }

  /** Nothing of the url but its scheme is ever shown: a password may stand in it by mistake. */
  private static Optional<URI> read(Field field, Set<String> schemes) {
    var text = field.text();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    var fault = fault(text.get(), schemes);
    if (fault.isPresent()) {
      field.wrong(fault.get());
      return Optional.empty();
    }
    return Optional.of(URI.create(text.get()));
  }

  private static Optional<String> fault(String text, Set<String> schemes) {
    if (text.length() > URL_LENGTH_MAX) {
      return Optional.of("the url is longer than " + URL_LENGTH_MAX + " characters");
    }
    // Before anything else, so that no other complaint can repeat what stands before the sign.
    if (text.contains("@")) {
      return Optional.of(
          "the url names a user or a password (not shown); they have keys of their own");
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      return Optional.of("the text is no url");
    }
    String scheme = Optional.ofNullable(uri.getScheme()).orElse("");
    if (!schemes.contains(scheme)) {
      return Optional.of(
          scheme.isEmpty() || !text.contains("://")
              ? "the url does not say how to connect"
              : "the url begins with " + Names.shown(scheme + "://"));
    }
    if (uri.getHost() == null || uri.getHost().isEmpty()) {
      return Optional.of("the url names no host, or one with signs that no host has");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65535) {
      return Optional.of("the url's port is " + uri.getPort() + ", not 1 to 65535");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      return Optional.of("the url has a ? or a # (what follows is not shown)");
    }
    return Optional.empty();
  }
}
