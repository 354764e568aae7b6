package dev.landfall.rehearsal;

/**
 * Port: reads what an asset runs on at the target, so that what was rehearsed can be told from what
 * has changed since. Changes nothing outside.
 */
public interface Inspector extends AutoCloseable {
  /**
   * Everything that may make the asset behave in another way: schema, versions, settings, rights.
   * Nothing that changes by itself, such as data, statistics, or who is connected.
   *
   * @throws dev.landfall.problem.OutsideException when the target did not answer, or refused
   */
  Configuration look();

  @Override
  void close();
}
