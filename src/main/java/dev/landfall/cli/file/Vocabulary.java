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

  static final String CHECKS =
      "command, certificate, dependency, isolation, junit, directory, identity, routing,"
          + " classification, performance, backup, records or severed";

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
          optional("gates", "what must be so before users move, and who may say it"),
          optional("limits", "a mapping of limits"));

  static final Shape POSTGRES =
      shape(
          "postgres",
          required("kind", "postgres or http"),
          required("source", "where it runs today: url, user, password"),
          required("target", "where it will run: url, user, password"),
          optional("needs", "a list of names of assets"),
          optional("schema", "carried or given"),
          optional("cohort-key", "a mapping of columns, read-only and append-only"));

  static final Shape COHORT_KEY =
      shape(
          "cohortKey",
          required("columns", "a list of columns: customer_id, or customers.id"),
          optional("read-only", "a list of tables: products, or sales.products"),
          optional("append-only", "a list of tables: visits, or sales.visits"));

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
          optional("token", Names.SECRET_FORM),
          optional("metrics", "a mapping: who counts requests besides the plane"));

  static final Shape HAPROXY =
      shape(
          "haproxy",
          required("kind", "haproxy"),
          required("for", "the name of an http asset"),
          required("control", "unix:/path/of/socket or host:port, of HAProxy's master process"),
          optional("metrics", "a mapping: who counts requests besides the plane"));

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
          optional("port", "a port: 53"),
          optional("arrivals", "a mapping: who counts what still comes to the side users left"));

  static final Shape ARRIVALS = Counting.ARRIVALS;
  static final Shape METRICS = Counting.METRICS;
  static final Shape QUERIES = Counting.QUERIES;

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
          optional("token", Names.SECRET_FORM),
          optional("metrics", "a mapping: who counts requests besides the plane"));

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
          optional("users-max", "a whole number from 1 to 30000"),
          optional("data", "source-first, target-first or two-way"),
          optional("conflicts-max", "a whole number from 0 to 1000"),
          required("steps", "a list of flights, the last with share: 100 %"));

  static final Shape NAMED =
      shape(
          "named",
          optional("users", "a list of users, or file:PATH"),
          optional("groups", "a list of groups, or file:PATH"),
          optional("networks", "a list of networks (10.1.0.0/16), or file:PATH"));

  static final Shape FLIGHT =
      shape(
          "flight",
          required("name", "a name: " + Names.FORM),
          optional("share", "a share of all users: 5 %"),
          optional("users", "a list of users, or file:PATH"),
          optional("groups", "a list of groups, or file:PATH"),
          optional("networks", "a list of networks (10.1.0.0/16), or file:PATH"),
          optional("min", "a time up to 365d"),
          optional("max", "a time up to 365d"),
          optional("margin", "a share: 25 %"),
          optional("latency", "watch, prove or ignore"),
          optional("slower-by", "a time up to 10s"),
          optional("errors-max", "a share of requests: 20 %"),
          optional("excess-max", "a whole number from 1 to 1000000000"),
          optional("users-max", "a whole number from 1 to 30000"));

  static final Shape ACCESS =
      shape(
          "access",
          required("kind", "postgres"),
          required("on", "the name of an asset of kind postgres"),
          required("roles", "a list of roles that may sign in on its target"));

  static final Shape GATES =
      shape(
          "gates",
          optional("catalogue", "full or chosen"),
          required("people", "a mapping of names to people"),
          optional("policy", "who may not be whom, and how long things count"),
          optional("calendar", "when users may be moved"),
          optional("each", "a mapping of names to gates"));

  private static final String ZONE = "a time zone: Europe/Berlin";

  static final Shape CALENDAR =
      shape(
          "calendar",
          required("zone", ZONE),
          optional("windows", "a list of windows"),
          optional("freezes", "a list of iCalendar files beside this one: [freezes.ics]"));

  static final Shape WINDOW =
      shape(
          "window",
          required("days", "a list of days: [saturday, sunday]"),
          required("from", "a time of day in quotes: \"22:00\""),
          required("to", "a time of day in quotes: \"04:00\""),
          optional("zone", ZONE));

  static final Shape PERSON =
      shape(
          "person",
          required("roles", "a list of roles"),
          optional("key", "a public key, as landfall key create prints it"),
          optional("accounts", "a list of names that commands come by"));

  static final Shape POLICY =
      shape(
          "policy",
          optional("separate", "a list of pairs of duties: [requester-approver]"),
          optional("waivers", "a list of roles"),
          optional("break-glass", "a list of roles"),
          optional("waiver-max", "a time from 1m to 365d"),
          optional("approval-max", "a time from 1m to 365d"));

  static final Shape GATE =
      shape(
          "gate",
          optional("title", "a sentence"),
          optional("owner", "a role"),
          optional("approvers", "a list of roles"),
          optional("quorum", "a whole number from 1 to 20"),
          optional("needs", "a list of executed, documented, validated"),
          optional("binds", "a list of promote, flight"),
          optional("validity", "a time from 1m to 3650d"),
          optional("about", "plan or target"),
          optional("check", "a mapping with a kind: " + CHECKS));

  static final Shape COMMAND_CHECK =
      shape(
          "commandCheck",
          required("kind", CHECKS),
          required("program", "a list: the whole path of a program, and its arguments"),
          optional("timeout", "a time from 100ms to 10m"));

  static final Shape CERTIFICATE_CHECK =
      shape(
          "certificateCheck",
          required("kind", CHECKS),
          required("at", "host:port, where the server listens"),
          required("names", "a list of names that users ask for"),
          optional("domain", "the name of a domain: shop.example"),
          optional("servers", "a list of DNS servers: 10.0.0.53, or host:port"),
          optional("roots", "the path of a file of PEM certificates, beginning with /"),
          optional("left", "a time up to 365d"),
          optional("tls-min", "TLSv1.2 or TLSv1.3"),
          optional("timeout", "a time from 100ms to 10m"));

  static final Shape DEPENDENCY_CHECK =
      shape(
          "dependencyCheck",
          required("kind", CHECKS),
          optional("also", "a list of host:port"),
          optional("within", "a time from 1ms to 1m"),
          optional("timeout", "a time from 100ms to 10m"));

  static final Shape ISOLATION_CHECK =
      shape(
          "isolationCheck",
          required("kind", CHECKS),
          required("from", "a list of here, or http://host:8403"),
          optional("witness", "here, or http://host:8403"),
          optional("token", Names.SECRET_FORM),
          required("closed", "a list of host:port that must not be reachable"),
          required("open", "a list of host:port that must be reachable"),
          optional("refused", "accepted"),
          optional("wait", "a time from 1s to 1m"),
          optional("timeout", "a time from 100ms to 10m"));

  static final Shape JUNIT_CHECK =
      shape(
          "junitCheck",
          required("kind", CHECKS),
          required("file", "the path of a report, beginning with /"),
          optional("max-age", "a time from 1m to 365d"),
          optional("tests-min", "a whole number from 1 to 1000000"),
          optional("undated", "accepted"));

  static final Shape DIRECTORY_CHECK =
      shape(
          "directoryCheck",
          required("kind", CHECKS),
          required("url", "ldaps://host, or ldap://host with StartTLS"),
          optional("user", "the name of an entry: CN=landfall,DC=corp,DC=example"),
          optional("password", Names.SECRET_FORM),
          optional("roots", "the path of a file of PEM certificates, beginning with /"),
          required("base", "the name of an entry: DC=corp,DC=example"),
          optional("under", "the name of an entry: OU=Servers,DC=corp,DC=example"),
          optional("attribute", "the name of an attribute: sAMAccountName"),
          required("names", "a list of accounts"),
          optional("groups", "a list of names of entries: CN=web,DC=corp,DC=example"),
          optional("timeout", "a time from 100ms to 10m"));

  static final Shape IDENTITY_CHECK =
      shape(
          "identityCheck",
          required("kind", CHECKS),
          optional("databases", "a list of names of assets of kind postgres"),
          optional("directory", "a mapping: source, target"),
          optional("users", "a list of users"),
          optional("flight", "the name of a flight that names users"),
          optional("target-only", "a list of users who may be on the target alone"),
          optional("timeout", "a time from 100ms to 10m"));

  static final Shape IDENTITY_DIRECTORY =
      shape(
          "identityDirectory",
          required("source", "a mapping: url, user, password, roots, base, attribute"),
          required("target", "a mapping: url, user, password, roots, base, attribute"));

  static final Shape DIRECTORY_SIDE =
      shape(
          "directorySide",
          required("url", "ldaps://host, or ldap://host with StartTLS"),
          optional("user", "the name of an entry: CN=landfall,DC=corp,DC=example"),
          optional("password", Names.SECRET_FORM),
          optional("roots", "the path of a file of PEM certificates, beginning with /"),
          required("base", "the name of an entry: DC=corp,DC=example"),
          optional("attribute", "the name of an attribute: sAMAccountName"));

  static final Shape ROUTING_CHECK =
      shape(
          "routingCheck",
          required("kind", CHECKS),
          optional("from", "a list of here, or http://host:8403"),
          optional("token", Names.SECRET_FORM),
          required("names", "a list of names that users ask for"),
          optional("servers", "a list of DNS servers: 10.0.0.53, or host:port"),
          required("leads-to", "a list of addresses: 10.1.0.5"),
          required("source", "host:port, where users reach the source"),
          required("target", "host:port, where users reach the target"),
          optional("tries", "a whole number from 5 to 100"),
          optional("slower-by", "a time up to 1m"),
          optional("loss-max", "a share of connections: 1 %"),
          optional("wait", "a time from 10ms to 1m"),
          optional("timeout", "a time from 100ms to 10m"));

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
      DataCheckVocabulary.behind(
          FILE,
          POSTGRES,
          COHORT_KEY,
          HTTP,
          POSTGRES_ENDPOINT,
          HTTP_ENDPOINT,
          ROUTER,
          HAPROXY,
          DNS,
          ARRIVALS,
          PGBOUNCER,
          COMMAND,
          METRICS,
          QUERIES,
          ADDRESS,
          FLIGHTS,
          FLIGHT,
          NAMED,
          ACCESS,
          GATES,
          CALENDAR,
          WINDOW,
          PERSON,
          POLICY,
          GATE,
          COMMAND_CHECK,
          CERTIFICATE_CHECK,
          DEPENDENCY_CHECK,
          ISOLATION_CHECK,
          JUNIT_CHECK,
          DIRECTORY_CHECK,
          IDENTITY_CHECK,
          IDENTITY_DIRECTORY,
          DIRECTORY_SIDE,
          ROUTING_CHECK,
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
