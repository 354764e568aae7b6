package dev.landfall.adapter.reach;

import dev.landfall.control.ControlClient;
import dev.landfall.control.ControlClient.Answer;
import dev.landfall.control.ControlClient.SilentException;
import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;

/** A machine on which an agent looks on our behalf. */
public final class Elsewhere implements Vantage {
  /** For the way there and back, beyond the time of the look itself. */
  private static final Duration WAY = Duration.ofSeconds(5);

  private final URI agent;
  private final Supplier<String> token;

  /**
   * A vantage.
   *
   * @param agent where the agent listens: {@code http://host:8403}
   * @param token what it asks for; a secret, looked up each time
   */
  public Elsewhere(URI agent, Supplier<String> token) {
    this.agent = agent;
    this.token = token;
  }

  @Override
  public String name() {
    return agent.toString();
  }

  @Override
  public Sight look(Errand errand) throws BlindException {
    try (var client = new ControlClient(agent, token.get(), errand.timeout().plus(WAY))) {
      Answer answer = client.put(ProbeAgent.PATH, ProbeJson.ofErrand(errand));
      if (!answer.isDone()) {
        throw new BlindException(
            "the agent answered %d %s".formatted(answer.status(), answer.problem()).strip());
      }
      Sight sight = ProbeJson.sight(answer.body());
      if (!answers(errand, sight)) {
        throw new BlindException("the agent has not looked at all that it was asked for");
      }
      return sight;
    } catch (SilentException e) {
      throw new BlindException("the agent does not answer (" + e.getMessage() + ")", e);
    } catch (IllegalArgumentException e) {
      throw new BlindException("its answer is not an agent's; is it one, of this version?", e);
    }
  }

  /** What was left out would count as closed. */
  private static boolean answers(Errand errand, Sight sight) {
    return sight.places().stream().map(Sight.Reached::place).toList().equals(errand.places())
        && sight.places().stream().noneMatch(each -> each.attempts().isEmpty())
        && sight.names().size() == errand.names().size() * Math.max(1, errand.servers().size());
  }
}
