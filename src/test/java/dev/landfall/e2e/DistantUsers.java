package dev.landfall.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** What the users of a {@link UsersProcess} tell of themselves. */
final class DistantUsers implements AutoCloseable {
  private final Process process;
  private final int count;
  private final Ledger ledger = new Ledger();
  private final List<Failure> failures = new CopyOnWriteArrayList<>();
  private final Thread reader;
  private volatile int repeated;
  private int told;

  /**
   * A request that was not answered as it should be.
   *
   * @param how begins with {@code cut} when nobody answered it
   */
  record Failure(int user, Instant began, Instant ended, String how) {
    boolean isCut() {
      return how.contains(" cut ");
    }

    private static Failure parse(String[] words) {
      return new Failure(
          Integer.parseInt(words[1]), Instant.parse(words[2]), Instant.parse(words[3]), words[4]);
    }
  }

  /**
   * Listens to them.
   *
   * @param count how many they are
   */
  DistantUsers(Process process, int count) {
    this.process = process;
    this.count = count;
    this.reader = Thread.startVirtualThread(this::listen);
  }

  private void listen() {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", 5);
        switch (words[0]) {
          case "asked" -> ledger.asked(words[1]);
          case "acknowledged" -> ledger.acknowledged(words[1]);
          case "failed" -> failures.add(Failure.parse(words));
          default -> repeated = Integer.parseInt(words[0]);
        }
      }
    } catch (IOException e) {
      failures.add(new Failure(0, Instant.now(), Instant.now(), "cannot be heard: " + e));
    }
  }

  List<Failure> failures() {
    return List.copyOf(failures);
  }

  int acknowledged() {
    return ledger.acknowledged();
  }

  /** Waits until writes that are asked for now are acknowledged. */
  void awaitProgress(Duration timeMax) throws InterruptedException {
    ledger.awaitMore(count + 1, timeMax, this::failures);
  }

  /** What is wrong with the owner's database, given what was acknowledged; empty when nothing. */
  List<String> wrongIn(Connection owner) throws SQLException, IOException, InterruptedException {
    List<String> wrong = ledger.wrongIn(owner);
    // Whoever was not heard yet when the rows were read has been since.
    catchUp();
    return wrong.stream().filter(each -> !isLateNews(each)).toList();
  }

  private boolean isLateNews(String wrong) {
    return ledger.asked().stream().anyMatch(key -> wrong.equals("nobody asked for " + key));
  }

  /** Waits until all is heard that they have said so far. */
  void catchUp() throws IOException, InterruptedException {
    told++;
    process.getOutputStream().write((told + "\n").getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
    World.await("users to be heard", Duration.ofSeconds(10), () -> repeated == told);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
    reader.join();
  }
}
