package dev.landfall.engine;

/** What users come by, and what goes down and comes back with what was on its disk. */
interface Stoppable {
  String name();

  boolean up();

  void stop();

  void start();

  /** For so long it takes no order, though it goes on as ordered before. */
  void refuse(long micros);

  /** For so long it answers nobody who looks or orders before this much time has passed. */
  void slow(long micros, long delay);

  /** Whether users meet it when it is away, so that they may fail. */
  boolean carriesRequests();
}
