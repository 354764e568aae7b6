package dev.landfall.adapter.ldap;

import dev.landfall.problem.ProblemCode;

/** What directories do wrong. */
enum DirectoryProblem implements ProblemCode {
  /** It cannot be reached or trusted, lets nobody in, or does not answer. */
  UNASKED("directory-unasked");

  private final String id;

  DirectoryProblem(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
