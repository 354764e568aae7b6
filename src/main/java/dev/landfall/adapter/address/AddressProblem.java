package dev.landfall.adapter.address;

import dev.landfall.problem.ProblemCode;

/** What can be wrong with an address plane. Each code is in docs/reference/errors.md. */
public enum AddressProblem implements ProblemCode {
  /** The agent of a host does not answer, or not in time. */
  UNREACHABLE("address-unreachable"),
  /** An agent does not know the token. */
  TOKEN("address-token"),
  /** An agent has an order of a newer epoch. */
  STALE_ORDER("address-stale-order"),
  /** Nobody knows whether a host that does not answer has the address. */
  SILENT("address-silent"),
  /** Somebody else on the network answers for the address. */
  CONFLICT("address-conflict"),
  /** The host could not add or remove the address, or tell the network. */
  HOST("address-host"),
  /** The order asks for what an address cannot do, or an agent cannot read it. */
  REFUSED("address-refused"),
  /** The settings of an agent do not allow it to start. */
  OPTIONS("address-options"),
  /** An agent cannot read or write the file with its last order. */
  STATE("address-state"),
  /** An agent cannot listen where it was told to. */
  LISTEN("address-listen");

  private final String id;

  AddressProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public boolean refuses() {
    return this == OPTIONS;
  }
}
