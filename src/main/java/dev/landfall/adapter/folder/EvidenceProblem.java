package dev.landfall.adapter.folder;

import dev.landfall.problem.ProblemCode;

/** What can be wrong with kept evidence. Each code is described in docs/reference/errors.md. */
public enum EvidenceProblem implements ProblemCode {
  /** It cannot be written. */
  UNWRITTEN("evidence-unwritten"),
  /** It cannot be read. */
  UNREAD("evidence-unread"),
  /** It is not what was kept. */
  CHANGED("evidence-changed");

  private final String id;

  EvidenceProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
