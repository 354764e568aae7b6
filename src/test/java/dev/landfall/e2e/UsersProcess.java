package dev.landfall.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/**
 * Users in a process of their own, where the test itself cannot ask for them. Each writes, and
 * reads what it wrote once that was acknowledged. They say all that becomes of it, a line each, and
 * repeat what they are told.
 */
final class UsersProcess {
  private static final Duration THINK = Duration.ofMillis(40);

  /** Far beyond any cutover: nobody who can be answered is given up. */
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI front;

  private UsersProcess(URI front) {
    this.front = front;
  }

  /** The process itself: where they ask, how many they are. */
  public static void main(String[] args) throws Exception {
    var users = new UsersProcess(URI.create(args[0]));
    for (int id = 1; id <= Integer.parseInt(args[1]); id++) {
      int user = id;
      Thread.ofPlatform().daemon().start(() -> users.live(user));
    }
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      say(line);
    }
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private void live(int user) {
    try {
      for (int n = 1; ; n++) {
        Thread.sleep(THINK);
        String key = "w" + user + "-" + n;
        say("asked " + key);
        HttpRequest.Builder write = request(user, "/" + user + "/" + key);
        if (answered(user, 201, write.POST(HttpRequest.BodyPublishers.noBody()).build())) {
          say("acknowledged " + key);
          answered(user, 200, request(user, "/" + user + "/" + key + "/read").build());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpRequest.Builder request(int user, String path) {
    return HttpRequest.newBuilder(front.resolve(path))
        .timeout(PATIENCE)
        .header("X-User", "writer-" + user);
  }

  private boolean answered(int user, int status, HttpRequest request) throws InterruptedException {
    Instant began = Instant.now();
    String how;
    try {
      var answer = client.send(request, BodyHandlers.ofString());
      if (answer.statusCode() == status) {
        return true;
      }
      how = "got " + answer.statusCode() + " " + answer.body();
    } catch (IOException e) {
      how = "cut " + e;
    }
    String what = request.method() + request.uri().getPath() + " " + how;
    say("failed %d %s %s %s".formatted(user, began, Instant.now(), what.replace('\n', ' ')));
    return false;
  }
}
