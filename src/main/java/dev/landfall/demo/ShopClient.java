package dev.landfall.demo;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One customer's browser: one connection kept open, a cookie jar, and no second try. A library
 * client would repeat a broken request by itself, and so hide what the demo is there to count.
 */
final class ShopClient implements AutoCloseable {
  private static final int BODY_BYTES_MAX = 4 << 20;

  /** The header by which a shop that knows its customers tells everybody behind it who asks. */
  static final String CUSTOMER_HEADER = "X-Customer";

  private final URI base;
  private final String name;
  private final Duration patience;
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private @Nullable Socket socket;
  private InputStream in = InputStream.nullInputStream();

  /**
   * Makes a client.
   *
   * @param base where the shop is reached, {@code http://host:port}
   * @param name who it says it is
   * @param patience how long it waits for an answer before it gives up
   */
  ShopClient(URI base, String name, Duration patience) {
    this.base = base;
    this.name = name;
    this.patience = patience;
  }

  /**
   * An answer.
   *
   * @param side which side's shop gave it; empty when no shop did
   * @param planted whether a fault struck it that was planted
   */
  record Response(int status, Optional<String> side, boolean planted, String body) {}

  /**
   * Sends one request and waits for its answer.
   *
   * @param body JSON; empty for none
   * @throws IOException when no whole answer came: the request may have been carried out or not
   */
  Response send(String method, String path, String body) throws IOException {
    boolean whole = false;
    try {
      Socket open = socket == null ? connect() : socket;
      open.getOutputStream().write(request(method, path, body));
      Response response = read();
      whole = true;
      return response;
    } finally {
      if (!whole) {
        close();
      }
    }
  }

  /** A cookie that a shop has set; empty when none has. */
  Optional<String> cookie(String name) {
    return Optional.ofNullable(cookies.get(name));
  }

  private Socket connect() throws IOException {
    var opened = new Socket();
    opened.setTcpNoDelay(true);
    opened.setSoTimeout((int) patience.toMillis());
    opened.connect(
        new InetSocketAddress(InetAddress.getByName(base.getHost()), base.getPort()),
        (int) patience.toMillis());
    in = new BufferedInputStream(opened.getInputStream());
    socket = opened;
    return opened;
  }

  private byte[] request(String method, String path, String body) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    var head = new StringBuilder();
    head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: ");
    head.append(base.getAuthority()).append("\r\n");
    head.append(CUSTOMER_HEADER).append(": ").append(name).append("\r\n");
    if (!cookies.isEmpty()) {
      var pairs = cookies.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue());
      head.append("Cookie: ").append(String.join("; ", pairs.toList())).append("\r\n");
    }
    if (content.length > 0) {
      head.append("Content-Type: application/json\r\n");
    }
    if (!method.equals("GET")) {
      head.append("Content-Length: ").append(content.length).append("\r\n");
    }
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    var all = new ByteArrayOutputStream();
    all.writeBytes(start);
    all.writeBytes(content);
    return all.toByteArray();
  }

  private Response read() throws IOException {
    String[] status = line().split(" ", 3);
    if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
      throw new IOException("the answer is not HTTP: " + String.join(" ", status));
    }
    var headers = new LinkedHashMap<String, String>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      String name = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).strip();
      headers.put(name, value);
      if (name.equals("set-cookie")) {
        keep(value);
      }
    }
    String body = new String(body(headers), StandardCharsets.UTF_8);
    if ("close".equalsIgnoreCase(headers.get("connection"))) {
      close();
    }
    return new Response(
        Integer.parseInt(status[1]),
        Optional.ofNullable(headers.get(ShopServer.SIDE_HEADER.toLowerCase(Locale.ROOT))),
        headers.containsKey(ShopServer.PLANTED_HEADER.toLowerCase(Locale.ROOT)),
        body);
  }

  private void keep(String setCookie) {
    String pair = setCookie.split(";", 2)[0];
    int equals = pair.indexOf('=');
    if (equals > 0) {
      cookies.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
    }
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      var all = new ByteArrayOutputStream();
      for (int size = chunkSize(); size > 0; size = chunkSize()) {
        all.writeBytes(exactly(size));
        line();
      }
      line();
      return all.toByteArray();
    }
    return exactly(Integer.parseInt(headers.getOrDefault("content-length", "0")));
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(line().split(";", 2)[0].strip(), 16);
  }

  private byte[] exactly(int size) throws IOException {
    if (size < 0 || size > BODY_BYTES_MAX) {
      throw new IOException("the answer is too long: " + size + " bytes");
    }
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new IOException("the connection broke within an answer");
    }
    return bytes;
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the connection was closed before the answer was whole");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    Socket open = socket;
    socket = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // A connection that cannot even be closed is as gone as one that was.
        in = InputStream.nullInputStream();
      }
    }
  }
}
