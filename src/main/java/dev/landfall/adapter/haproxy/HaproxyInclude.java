package dev.landfall.adapter.haproxy;

import dev.landfall.routing.Cohort;
import dev.landfall.workload.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * What the configuration of an HAProxy 2.6 or later needs for one route: three backends that any
 * frontend may use, and how they tell users apart. All else, sides and shares and names, comes with
 * the orders and needs no reload.
 *
 * <p>Requests are counted by HAProxy itself, from the moment in which they come to a backend; so
 * those that may write have one of their own, and so have those that ask for an upgrade and may
 * stay for hours.
 *
 * @param route the name of the route: letters, digits, dashes and underscores
 * @param script where {@code landfall.lua} lies
 * @param folder where HAProxy keeps its orders; its user must be able to write there
 * @param chroot the folder that HAProxy locks itself into, in which the other folder must lie;
 *     absent when it does not
 * @param identity how users are told apart; an order may use a part of it, and nothing else
 * @param heldMost how many requests may wait in a hold at once, 1 to {@link #HELD_MOST_MAX}
 */
public record HaproxyInclude(
    String route,
    String script,
    String folder,
    Optional<String> chroot,
    Identity identity,
    int heldMost) {
  /** More would keep a processor busy with asking whether they may go on. */
  public static final int HELD_MOST_MAX = 1_000;

  private static final String GLOBAL =
      """
      global
          setenv LANDFALL "@ROUTE @FOLDER @CHROOT @HEADER @COOKIE @GROUPS @HELD"
          lua-load @SCRIPT
      """;

  private static final String RULES =
      """
      defaults landfall_@ROUTE
          mode http
          timeout connect 5s
          timeout server 2m
          timeout tunnel 1h
          balance roundrobin
          option abortonclose
          # A side is never exchanged for the other, even when it is down.
          option persist
          no option redispatch
          retries 2

          # What is in force: epoch|held until|rule. Whether a hold still lasts is for Lua to say, by one clock.
          http-request set-var(txn.lf_now) str(now),map_str(@FOLDER/@ROUTE.state.map)
          http-request deny deny_status 503 if !{ var(txn.lf_now) -m found }
          http-request set-var(txn.lf_until) var(txn.lf_now),field(2,|)
          http-request set-var(txn.lf_rule) var(txn.lf_now),field(3,|)
          http-request lua.landfall_hold @ROUTE if { var(txn.lf_until) -m int gt 0 }
          http-request deny deny_status 503 hdr Retry-After 5 if { var(txn.lf_rule) -m str full }

          # Who asks, where that matters: mode!share!flags!tag!salt!source!port!target!port.
          http-request set-var(txn.lf_mode) var(txn.lf_rule),field(1,!)
          http-request set-var(txn.lf_share) var(txn.lf_rule),field(2,!)
          http-request set-var(txn.lf_flags) var(txn.lf_rule),field(3,!)
          http-request set-var(txn.lf_tag) var(txn.lf_rule),field(4,!)
          acl lf_partial var(txn.lf_mode) -m str p
          acl lf_known var(txn.lf_user) -m found
      @WHO
          http-request set-var(txn.lf_user) req.cook(landfall_user) if lf_partial !lf_known { req.cook(landfall_user) -m len gt 0 }
          http-request set-var(txn.lf_new) uuid() if lf_partial !lf_known
          http-request set-var(txn.lf_user) var(txn.lf_new) if lf_partial !lf_known
          http-request set-var(txn.lf_drawn) var(txn.lf_user) if lf_partial
          http-request set-var(txn.lf_drawn) req.cook(landfall_user) if lf_partial { req.cook(landfall_user) -m len gt 0 }

          # Where to: the share first, then who is moved, then who is kept.
          http-request set-var(txn.lf_over) var(txn.lf_rule),field(5,!),ub64dec,concat(,txn.lf_drawn),xxh32(0),mod(@ALL),sub(txn.lf_share) if lf_partial
          http-request set-var(txn.lf_named) var(txn.lf_user),ub64enc,concat(/u/,txn.lf_tag),map_str(@FOLDER/@ROUTE.lists.map) if lf_partial
          http-request set-var(txn.lf_src) src,hex if lf_partial { var(txn.lf_flags) -m sub n }
          http-request lua.landfall_networks @ROUTE if lf_partial { var(txn.lf_flags) -m sub n }
          http-request set-var(txn.lf_side) str(source)
          http-request set-var(txn.lf_side) str(target) if { var(txn.lf_mode) -m str e }
          http-request set-var(txn.lf_side) str(target) if lf_partial { var(txn.lf_over) -m int lt 0 }
      @MOVED
      @KEPT
          acl lf_target var(txn.lf_side) -m str target
          http-request set-var(txn.lf_ip) var(txn.lf_rule),field(6,!)
          http-request set-var(txn.lf_port) var(txn.lf_rule),field(7,!)
          http-request set-var(txn.lf_ip) var(txn.lf_rule),field(8,!) if lf_target
          http-request set-var(txn.lf_port) var(txn.lf_rule),field(9,!) if lf_target
          http-request set-dst var(txn.lf_ip)
          http-request set-dst-port var(txn.lf_port)
          http-request set-var(txn.lf_half) var(txn.lf_rule),field(5,!),ub64dec,concat(half/,txn.lf_drawn),xxh32(0),and(1) if lf_partial
          http-request set-var(txn.lf_mark) var(txn.lf_rule),field(5,!),ub64dec,concat(mark/,txn.lf_drawn),xxh32(0) if lf_partial
          http-response add-header Set-Cookie "landfall_user=%[var(txn.lf_new)]; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax" if { var(txn.lf_new) -m found }
      """;

  private static final String BACKEND =
      """

      backend landfall_@ROUTE_@KIND from landfall_@ROUTE
      @COUNT
          use-server target if { var(txn.lf_side) -m str target }
          use-server source if { var(txn.lf_side) -m str source }
          server source 0.0.0.0:0 weight 0
          server target 0.0.0.0:0 weight 0
      """;

  /** What became of requests, while not all users are on the source. */
  private static final String COUNT =
      """
          http-request set-var(txn.lf_began) date(0,us) if !{ var(txn.lf_mode) -m str n }
          http-response set-var(txn.lf_status) status
          http-after-response set-var(txn.lf_took) date(0,us),sub(txn.lf_began) if { var(txn.lf_began) -m found }
          http-after-response set-var(txn.lf_counted) lua.landfall_count(@ROUTE) if { var(txn.lf_began) -m found }
      """;

  private static final String USER_HEADER =
      "    http-request set-var(txn.lf_user) req.fhdr(@HEADER,1) if lf_partial"
          + " { var(txn.lf_flags) -m sub h } { req.fhdr(@HEADER,1) -m len gt 0 }\n";

  private static final String USER_COOKIE =
      "    http-request set-var(txn.lf_user) req.cook(@COOKIE) if lf_partial !lf_known"
          + " { var(txn.lf_flags) -m sub c } { req.cook(@COOKIE) -m len gt 0 }\n";

  private static final String NAMED =
      "    http-request set-var(txn.lf_side) str(@SIDE) if lf_partial { var(txn.lf_named) -m str"
          + " @LETTER } or lf_partial { var(txn.lf_net) -m str @LETTER }";

  /** A group that is in no list has a value too, as HAProxy looks at no further ones otherwise. */
  private static final String GROUPED =
      " or lf_partial { var(txn.lf_flags) -m sub g }"
          + " { req.hdr(@GROUPS),ub64enc,concat(/g/,txn.lf_tag),map_str(@FOLDER/@ROUTE.lists.map,-)"
          + " -m str @LETTER }";

  public HaproxyInclude {
    if (!route.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException(
          "a route of HAProxy is letters, digits, dashes and underscores, not \"" + route + "\"");
    }
    for (String path : new String[] {script, folder, chroot.orElse("/")}) {
      if (!path.matches("/[A-Za-z0-9_./-]*")) {
        throw new IllegalArgumentException(
            "\"" + path + "\" is no whole path of letters, digits, dots, dashes and underscores");
      }
    }
    if (heldMost < 1 || heldMost > HELD_MOST_MAX) {
      throw new IllegalArgumentException(
          "1 to %d requests may wait, not %d".formatted(HELD_MOST_MAX, heldMost));
    }
    RouteRecord.identity(identity);
  }

  /** The text of a configuration file of its own, given to HAProxy after the others. */
  public String text() {
    var text = new StringBuilder(GLOBAL).append('\n').append(RULES);
    for (String kind : new String[] {"reads", "writes", "upgrades"}) {
      text.append(
          BACKEND.replace("@KIND", kind).replace("@COUNT\n", kind.equals("upgrades") ? "" : COUNT));
    }
    String who =
        identity.userHeader().map(name -> USER_HEADER).orElse("")
            + identity.userCookie().map(name -> USER_COOKIE).orElse("");
    return text.toString()
        .replace("@WHO\n", who)
        .replace("@MOVED", named("target", "m"))
        .replace("@KEPT", named("source", "k"))
        .replace("@ROUTE", route)
        .replace("@SCRIPT", script)
        .replace("@FOLDER", folder)
        .replace("@CHROOT", chroot.orElse("-"))
        .replace("@HEADER", identity.userHeader().orElse("-"))
        .replace("@COOKIE", identity.userCookie().orElse("-"))
        .replace("@GROUPS", identity.groupHeader().orElse("-"))
        .replace("@HELD", String.valueOf(heldMost))
        .replace("@ALL", String.valueOf(Cohort.ALL));
  }

  private String named(String side, String letter) {
    return (NAMED + identity.groupHeader().map(name -> GROUPED).orElse(""))
        .replace("@SIDE", side)
        .replace("@LETTER", letter);
  }

  /** The file of Lua that the include loads: what goes on inside HAProxy. */
  public static String lua() {
    try (var lua = HaproxyInclude.class.getResourceAsStream("landfall.lua")) {
      return new String(
          Objects.requireNonNull(lua, "landfall.lua is a part of this program").readAllBytes(),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read landfall.lua of this program", e);
    }
  }

  /** The lines by which a frontend leads requests to this route. */
  public String frontendLines() {
    return """
        # At a reload no connection is closed that a user may be about to use.
        option idle-close-on-response
        use_backend landfall_@ROUTE_upgrades if { req.hdr(upgrade) -i -m str websocket }
        use_backend landfall_@ROUTE_reads if { method GET HEAD OPTIONS }
        default_backend landfall_@ROUTE_writes
    """
        .replace("@ROUTE", route);
  }
}
