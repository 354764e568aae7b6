package dev.landfall.routing;

/** Port: a plane that carries users to one side or the other, and can be ordered to change. */
public interface Router extends AutoCloseable {
  /** The plane as it is now. One that does not answer is reported as such, and is no exception. */
  RouteSeen look();

  /**
   * Gives an order. When it returns, the plane has it, on disk too, and every request that comes
   * later goes by it.
   *
   * @throws dev.landfall.problem.OutsideException when the plane did not take it: it has a newer
   *     one, or did not answer, and then it may have taken it all the same
   */
  void order(RouteOrder order);

  @Override
  void close();
}
