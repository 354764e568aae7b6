package dev.landfall.app;

import dev.landfall.problem.ProblemCode;

/** Why a secret could not be had. */
public enum SecretProblem implements ProblemCode {
  /** Nothing is where the reference points. */
  MISSING("secret-missing"),
  /** Something is there and cannot be read. */
  UNREADABLE("secret-unreadable"),
  /** What is there is empty. */
  EMPTY("secret-empty");

  private final String id;

  SecretProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
