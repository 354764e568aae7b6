package dev.landfall.adapter.folder;

import dev.landfall.problem.ProblemCode;

/** What can be wrong with telling values that are people's; see docs/reference/errors.md. */
public enum TellingProblem implements ProblemCode {
  /** The key by which they are told cannot be had. */
  KEY("telling-key");

  private final String id;

  TellingProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
