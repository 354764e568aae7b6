package dev.landfall.adapter.address;

import dev.landfall.control.ControlClient;
import dev.landfall.control.ControlClient.Answer;
import dev.landfall.control.ControlClient.SilentException;
import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Side;
import java.net.URI;
import java.util.Arrays;

/** The agent of one side's host, as it is reached from here. */
final class Agent implements AutoCloseable {
  private final Side side;
  private final ControlClient client;

  Agent(Side side, URI control, String token) {
    this.side = side;
    this.client = new ControlClient(control, token);
  }

  Side side() {
    return side;
  }

  AgentSeen look() {
    return look(AddressAgent.PATH);
  }

  /** The same, and what the network says about taking the address without the other's word. */
  AgentSeen lookUnsure() {
    return look(AddressAgent.PATH_UNSURE);
  }

  private AgentSeen look(String path) {
    try {
      return seen(client.get(path), "look at");
    } catch (SilentException e) {
      throw unreachable("look at", e);
    }
  }

  /** Gives it an order; when this returns, its kernel is as the order says. */
  AgentSeen tell(AgentOrder order) {
    try {
      AgentSeen seen = seen(client.put(AddressAgent.PATH, AgentJson.ofOrder(order)), "order");
      if (!seen.inForce() || seen.epoch() != order.epoch()) {
        throw problem(
            AddressProblem.HOST, "order", "it took the order, and its kernel is not as it says");
      }
      return seen;
    } catch (SilentException e) {
      throw unreachable("order", e);
    }
  }

  private AgentSeen seen(Answer answer, String verb) {
    if (!answer.isDone()) {
      AddressProblem problem =
          Arrays.stream(AddressProblem.values())
              .filter(each -> each.id().equals(answer.problem()))
              .findFirst()
              .orElse(AddressProblem.REFUSED);
      throw problem(
          problem,
          verb,
          "it answered %s%s"
              .formatted(
                  answer.refusal(),
                  problem == AddressProblem.TOKEN ? "; compare the two tokens" : ""));
    }
    try {
      return AgentJson.seen(answer.body());
    } catch (IllegalArgumentException e) {
      throw problem(
          AddressProblem.REFUSED,
          verb,
          "its answer is not an agent's (%s); is it one, of this version?"
              .formatted(e.getMessage()));
    }
  }

  private OutsideException unreachable(String verb, SilentException seen) {
    return new OutsideException(
        AddressProblem.UNREACHABLE,
        words(verb, seen.getMessage() + "; is it running, and is this its control address?"),
        seen);
  }

  private OutsideException problem(AddressProblem problem, String verb, String seen) {
    return new OutsideException(problem, words(verb, seen));
  }

  private String words(String verb, String seen) {
    return "cannot %s the agent of the %s's host at %s: %s"
        .formatted(verb, side.word(), client, seen);
  }

  @Override
  public void close() {
    client.close();
  }
}
