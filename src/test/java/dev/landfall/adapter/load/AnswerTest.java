package dev.landfall.adapter.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of where a redirect leads nobody is told more than is compared: no query, nobody's secret. */
class AnswerTest {
  private static final String TICKET = "ST-1856339-aA5Yuvrxzpv8Tau1cYQ7";

  private static Answer led(String location) throws Exception {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Location", location);
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.start();
    try (var client = HttpClient.newHttpClient()) {
      URI side = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
      var answer = client.send(HttpRequest.newBuilder(side).build(), FirstBytes.of(0));
      return Answer.of(answer, URI.create("https://shop.example"), Optional.empty());
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://shop.example/login, /login",
    "https://shop.example, /",
    "/login?ticket=abc#here, /login",
    "/login;jsessionid=abc, /login",
    "http://shop.example/login, http://shop.example/login",
    "https://ann:hunter2@id.example/login?to=/, https://id.example/login",
    "https://ann;x:hunter2@id.example/, https://id.example/",
    "//ann:hunter2@id.example/, //id.example/",
    "https://ann:hunter2@shop.example/login, /login",
    "/reset/" + TICKET + "/now, /reset/*/now",
    "/" + TICKET + ", /*",
    "https://id.example/s/" + TICKET + ", https://id.example/s/*",
    "https://a-host-with-20-letters-or-more.example/a, https://a-host-with-20-letters-or-more.example/a",
    "/a-page-with-a-long-name-of-words, /a-page-with-a-long-name-of-words",
    "/orders/2026, /orders/2026"
  })
  void onlyHostAndPathAreTold(String location, String told) throws Exception {
    assertThat(led(location).word()).isEqualTo("302 " + told);
  }
}
