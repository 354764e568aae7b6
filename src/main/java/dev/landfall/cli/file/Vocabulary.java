package dev.landfall.cli.file;

import java.util.List;
import java.util.Optional;

/**
 * Every key of the workload file, once: the reader knows no others, and tests compare the JSON
 * Schema and the reference with this list.
 */
final class Vocabulary {
  /**
   * One key.
   *
   * @param form what stands there, as a phrase for messages
   */
  record Key(String name, boolean required, String form) {}

  /** The keys of one kind of mapping. */
  record Shape(String name, List<Key> keys) {
    List<String> names() {
      return keys.stream().map(Key::name).toList();
    }

    Optional<Key> key(String name) {
      return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }
  }

  static final Shape FILE =
      shape(
          "file",
          required("landfall", "the version of this format: 1"),
          required("workload", "a name: " + Names.FORM),
          required("owner", "the team that answers for it"),
          required("model", "single-step, staged or flight"),
          required("assets", "a mapping of names to assets"),
          optional("routes", "a mapping of names to routes"),
          optional("flights", "how users move in flights; in the model flight alone"),
          optional("rehearsal", "required or optional"),
          optional("access", "a mapping of names to what is taken from the adoption team"),
          optional("limits", "a mapping of limits"));

  static final Shape POSTGRES =
      shape(
          "postgres",
          required("kind", "postgres or http"),
          required("source", "where it runs today: url, user, password"),
          required("target", "where it will run: url, user, password"),
          optional("needs", "a list of names of assets"),
          optional("schema", "carried or given"));

  static final Shape HTTP =
      shape(
          "http",
          required("kind", "postgres or http"),
          required("source", "where it runs today: url"),
          required("target", "where it will run: url"),
          optional("needs", "a list of names of assets"),
          optional("health", "a path that answers 2xx when the service can serve: /healthz"));

  static final Shape POSTGRES_ENDPOINT =
      shape(
          "postgresEndpoint",
          required("url", "postgresql://host:5432/database"),
          required("user", "the role that Landfall signs in as"),
          optional("password", Names.SECRET_FORM),
          optional("sslmode", "disable, prefer, require, verify-ca or verify-full"),
          optional("sslrootcert", "the path of a file of PEM certificates, beginning with /"));

  static final Shape HTTP_ENDPOINT =
      shape("httpEndpoint", required("url", "http://host:8080 or https://host"));

  static final Shape ROUTER =
      shape(
          "router",
          required("kind", "router"),
          required("for", "the name of an http asset"),
          required("control", "http://host:8401, the router's control port"),
          optional("token", Names.SECRET_FORM));

  static final Shape HAPROXY =
      shape(
          "haproxy",
          required("kind", "haproxy"),
          required("for", "the name of an http asset"),
          required("control", "unix:/path/of/socket or host:port, of HAProxy's master process"));

  static final Shape DNS =
      shape(
          "dns",
          required("kind", "dns"),
          required("for", "the name of an http asset"),
          required("name", "the name that users ask for: www.shop.example"),
          required("source", "a list of addresses, or of one name"),
          required("target", "a list of addresses, or of one name"),
          required("control", "the zone's primary server: ns1.shop.example or 192.0.2.53:53"),
          required("key", "the name of the key that signs updates: landfall"),
          required("token", Names.SECRET_FORM),
          optional("panel", "a list of resolvers: 192.0.2.1 or [2001:db8::1]:53"),
          optional("ttl", "a time from 1s to 1h, in whole seconds"),
          optional("port", "a port: 53"));

  static final Shape PGBOUNCER =
      shape(
          "pgbouncer",
          required("kind", "pgbouncer"),
          required("for", "the name of a postgres asset"),
          required("control", "host:port, where PgBouncer listens"),
          required("user", "one of PgBouncer's admin_users"),
          optional("password", Names.SECRET_FORM),
          required("file", "the path of the file of the route, beginning with /"));

  static final Shape COMMAND =
      shape(
          "command",
          required("kind", "command"),
          required("for", "the name of an http asset"),
          required("program", "a list: the whole path of a program, and its arguments"),
          required("holds", "true or false"),
          required("users", "true or false"),
          optional("timeout", "a time from 100ms to 60s"),
          optional("token", Names.SECRET_FORM));

  static final Shape ADDRESS =
      shape(
          "address",
          required("kind", "address"),
          required("for", "the name of an http asset"),
          required("source", "http://host:8402, the agent of the source's host"),
          required("target", "http://host:8402, the agent of the target's host"),
          required("token", Names.SECRET_FORM),
          optional("silent", "refuse or take"));

  static final Shape FLIGHTS =
      shape(
          "flights",
          optional("user", "header:NAME or cookie:NAME"),
          optional("group", "header:NAME"),
          optional("keep", "a mapping of users, groups and networks"),
          optional("margin", "a share: 25 %"),
          optional("tolerate", "a share of requests: 0.1 %"),
          optional("on-fail", "zero or previous"),
          optional("latency", "watch, prove or ignore"),
          optional("slower-by", "a time up to 10s"),
          optional("errors-max", "a share of requests: 20 %"),
          optional("excess-max", "a whole number from 1 to 1000000000"),
          optional("data", "source-first or target-first"),
          required("steps", "a list of flights, the last with share: 100 %"));

  static final Shape NAMED =
      shape(
          "named",
          optional("users", "a list of users"),
          optional("groups", "a list of groups"),
          optional("networks", "a list of networks: 10.1.0.0/16"));

  static final Shape FLIGHT =
      shape(
          "flight",
          required("name", "a name: " + Names.FORM),
          optional("share", "a share of all users: 5 %"),
          optional("users", "a list of users"),
          optional("groups", "a list of groups"),
          optional("networks", "a list of networks: 10.1.0.0/16"),
          optional("min", "a time up to 365d"),
          optional("max", "a time up to 365d"));

  static final Shape ACCESS =
      shape(
          "access",
          required("kind", "postgres"),
          required("on", "the name of an asset of kind postgres"),
          required("roles", "a list of roles that may sign in on its target"));

  static final Shape LIMITS =
      shape(
          "limits",
          optional("hold", "a time from 500ms to 5m"),
          optional("settle", "a time"),
          optional("lock-wait", "a time"),
          optional("lag", "a time from 1ms to 1h"),
          optional("retry-pause", "a time from 100ms to 1d"),
          optional("cutover-attempts", "a whole number from 1 to 100"),
          optional("soak", "a time up to 365d"),
          optional("bandwidth", "a rate: 200 Mbit/s"),
          optional("retained", "a size: 10 GiB"),
          optional("sequence-margin", "a whole number from 0 to 1000000000"));

  static final List<Shape> ALL =
      List.of(
          FILE,
          POSTGRES,
          HTTP,
          POSTGRES_ENDPOINT,
          HTTP_ENDPOINT,
          ROUTER,
          HAPROXY,
          DNS,
          PGBOUNCER,
          COMMAND,
          ADDRESS,
          FLIGHTS,
          FLIGHT,
          NAMED,
          ACCESS,
          LIMITS);

  private Vocabulary() {}

  private static Shape shape(String name, Key... keys) {
    return new Shape(name, List.of(keys));
  }

  private static Key required(String name, String form) {
    return new Key(name, true, form);
  }

  private static Key optional(String name, String form) {
    return new Key(name, false, form);
  }
}
