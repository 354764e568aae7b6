package dev.landfall.adapter.router;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpMessage;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;

/**
 * Refuses a request that says its length twice, by Content-Length and by Transfer-Encoding. The
 * decoder that comes with the library would drop the first, which is safe here, but whoever sent
 * such a request tried to make two servers see two different requests (RFC 9112, 6.3).
 */
final class StrictDecoder extends VertxHttpRequestDecoder {
  private StrictDecoder(HttpServerOptions options) {
    super(options);
  }

  /** Takes the place of the decoder of a connection that has carried nothing yet. */
  static void install(HttpConnection connection, HttpServerOptions options) {
    if (connection instanceof HttpServerConnection server) {
      server
          .channelHandlerContext()
          .pipeline()
          .replace("httpDecoder", "httpDecoder", new StrictDecoder(options));
    } else {
      throw new IllegalStateException("a connection of an unknown kind: " + connection.getClass());
    }
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    message.setDecoderResult(
        DecoderResult.failure(
            new IllegalArgumentException("both Content-Length and Transfer-Encoding")));
  }
}
