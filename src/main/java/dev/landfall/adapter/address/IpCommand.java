package dev.landfall.adapter.address;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.landfall.adapter.address.Held.Link;
import dev.landfall.adapter.address.Held.Place;
import dev.landfall.adapter.address.Held.Presence;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** The addresses of a host, read and changed by {@code ip} and {@code ss} of iproute2. */
final class IpCommand {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String LEFT = "\nleft:";

  /**
   * Ends the connections to an address, {@code $1}. It may take a second and not more: users are
   * waiting. What it prints is of each connection, and of no use; whether it worked is seen by what
   * {@link #LOOKS} finds.
   */
  private static final String ENDS = "timeout -s KILL 1 ss -K -H -t src \"$1\" >/dev/null 2>&1; ";

  /**
   * Names the first of those that are left and whose users wait for something: where the kernel has
   * no CONFIG_INET_DIAG_DESTROY, {@code ss} says nothing and ends as if all were well.
   */
  private static final String LOOKS =
      "printf '\\nleft:'; { timeout -s KILL 1"
          + " ss -H -t state established state close-wait state fin-wait-1 src \"$1\" 2>&1"
          + " || echo \"ss ended with $?\"; } | head -c 200; ";

  private static final String REMOVES =
      "at=$1; shift; while [ $# -gt 1 ]; do ip addr del \"$1\" dev \"$2\" 2>&1; shift 2; done;"
          + " set -- \"$at\"; ";

  private final String device;
  private final ServiceAddress address;

  /** Whether this process was seen to have the right to change addresses: it does not lose it. */
  private volatile boolean allowed;

  IpCommand(String device, ServiceAddress address) {
    this.device = device;
    this.address = address;
  }

  /** Refuses an interface that there is none of; one that goes later is told as it is. */
  void requireDevice() {
    if (held().link().isEmpty()) {
      throw HostCommand.problem(
          "start the agent", "there is no interface " + device + "; ip addr shows them", null);
    }
  }

  /** What the kernel has of the address, on whichever interface and with whichever prefix. */
  Held held() {
    String said = HostCommand.run("ip", "-j", "addr", "show");
    var presence = Presence.ABSENT;
    var strays = new ArrayList<Place>();
    Optional<Link> found = Optional.empty();
    try {
      for (JsonNode link : JSON.readTree(said)) {
        String on = link.path("ifname").asText();
        if (on.equals(device)) {
          found = Optional.of(link(link));
        }
        for (JsonNode each : link.path("addr_info")) {
          int prefix = each.path("prefixlen").asInt();
          if (!isMine(each.path("local").asText())) {
            continue;
          }
          if (on.equals(device) && prefix == address.prefix()) {
            presence = presence(each);
          } else {
            strays.add(new Place(each.path("local").asText() + "/" + prefix, on));
          }
        }
      }
      return new Held(presence, strays, found);
    } catch (JsonProcessingException e) {
      throw HostCommand.problem("read the addresses of this host", e.getOriginalMessage(), e);
    }
  }

  private static Link link(JsonNode link) {
    var flags = new HashSet<String>();
    link.path("flags").forEach(flag -> flags.add(flag.asText()));
    return new Link(
        link.path("ifindex").asInt(),
        flags.contains("UP") && flags.contains("LOWER_UP"),
        link.path("link_type").asText().equals("ether") ? link.path("address").asText() : "");
  }

  private static Presence presence(JsonNode each) {
    if (each.path("dadfailed").asBoolean()) {
      return Presence.DOUBLED;
    }
    return each.path("tentative").asBoolean() ? Presence.TENTATIVE : Presence.PRESENT;
  }

  /** The same address has more than one way to be written. */
  private boolean isMine(String text) {
    return !text.isEmpty() && InetAddress.ofLiteral(text).equals(address.address());
  }

  /**
   * Gives the interface the address.
   *
   * @param sure whether nobody else can have it, so that an IPv6 one is to be used at once
   */
  void add(boolean sure) {
    var words =
        new ArrayList<>(List.of("ip", "addr", "replace", address.toString(), "dev", device));
    if (address.isIpv6() && sure) {
      words.add("nodad");
    }
    HostCommand.run(words.toArray(String[]::new));
  }

  /**
   * What came of letting an address go.
   *
   * @param said what {@code ip} said to it; empty when it had nothing to say
   * @param left what keeps users waiting for answers that do not come; absent when nothing does
   */
  record Removal(String said, Optional<String> left) {
    static Removal of(String printed) {
      int at = printed.indexOf(LEFT.strip());
      String left = at < 0 ? "" : printed.substring(at + LEFT.strip().length()).strip();
      return new Removal(
          at < 0 ? printed : printed.substring(0, at).strip(),
          left.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  "connections to it could not be ended, and whoever has one waits for an answer"
                      + " until their own patience ends: "
                      + left.lines().findFirst().orElse("")));
    }
  }

  /**
   * Takes the address from wherever it is. Connections that users have to it are ended right
   * before, so that they are told at once and not by their own patience: once an IPv4 address is
   * gone, nothing can be said in its name any more. One shell does all, as each start of a process
   * from here would leave time for more of them. Those that came in between are ended after it:
   * their users are told of it by IPv6, where they would wait for an answer of this host otherwise.
   * Whether the address is gone is for {@link #held} to say.
   */
  Removal delete(Held held) {
    var command =
        new ArrayList<>(List.of("sh", "-c", ENDS + REMOVES + ENDS + LOOKS, "sh", filter()));
    if (held.presence() != Presence.ABSENT) {
      command.addAll(List.of(address.toString(), device));
    }
    held.strays().forEach(each -> command.addAll(List.of(each.address(), each.device())));
    return Removal.of(HostCommand.run(command.toArray(String[]::new)));
  }

  /** Ends connections before another program takes the address away. */
  void endConnections() {
    HostCommand.run("sh", "-c", ENDS + ":", "sh", filter());
  }

  /** Ends those that came in between, once another program has taken the address away. */
  Removal endRest() {
    return Removal.of(HostCommand.run("sh", "-c", ENDS + LOOKS, "sh", filter()));
  }

  /**
   * Why this process may not change addresses; absent when it may. An address that no interface has
   * is removed, which is refused for want of the right before anything else is looked at.
   */
  Optional<String> unable() {
    if (!allowed) {
      String said = HostCommand.end("ip", "addr", "del", "0.0.0.0/32", "dev", "lo").said();
      if (said.contains("not permitted")) {
        return Optional.of(
            "addresses cannot be changed: ip says \""
                + said.lines().findFirst().orElse("")
                + "\"; CAP_NET_ADMIN is needed");
      }
      allowed = true;
    }
    return Optional.empty();
  }

  /** For {@code ss}, which takes what follows the last colon for a port. */
  private String filter() {
    String plain = address.address().getHostAddress();
    return address.isIpv6() ? "[" + plain + "]" : plain;
  }
}
