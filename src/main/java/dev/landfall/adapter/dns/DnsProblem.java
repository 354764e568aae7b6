package dev.landfall.adapter.dns;

import dev.landfall.problem.ProblemCode;

/** The codes of what DNS servers can answer. Each is described in docs/reference/errors.md. */
public enum DnsProblem implements ProblemCode {
  /** A server does not answer, or not in time. */
  UNREACHABLE("dns-unreachable"),
  /** The primary does not know the key, or the two secrets or clocks differ. */
  KEY("dns-key"),
  /** A controller of a newer epoch has written. */
  STALE_ORDER("dns-stale-order"),
  /** The records are not the ones that were compared with: somebody else changed them. */
  CHANGED("dns-changed"),
  /** The server answered that it does not do as asked. */
  REFUSED("dns-refused"),
  /** No zone is found for the name, or it lists no servers. */
  ZONE("dns-zone"),
  /** The route is described in a way that cannot work. */
  SETTINGS("dns-settings");

  private final String id;

  DnsProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public boolean refuses() {
    return this == SETTINGS;
  }
}
