package dev.landfall.adapter.postgres;

import dev.landfall.problem.ProblemCode;

/** The codes of what PostgreSQL can answer. Each is described in docs/reference/errors.md. */
enum PostgresProblem implements ProblemCode {
  UNREACHABLE("postgres-unreachable"),
  SIGN_IN("postgres-sign-in"),
  NO_DATABASE("postgres-no-database"),
  TLS("postgres-tls"),
  REFUSED("postgres-refused"),
  STALE_ORDER("postgres-stale-order"),
  LOCK_WAIT("postgres-lock-wait"),
  COPY("postgres-copy"),
  LINK("postgres-link");

  private final String id;

  PostgresProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
