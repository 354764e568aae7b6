package dev.landfall.engine;

import dev.landfall.promotion.Refusal;

/** A wish that the promotion refuses in its present state; nothing was changed. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Refusal refusal;

  RefusedException(Refusal refusal, String message) {
    super(message);
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
