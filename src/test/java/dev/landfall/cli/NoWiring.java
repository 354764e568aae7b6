package dev.landfall.cli;

import java.nio.file.Path;

/** Wiring of which only what a test overrides may be asked. */
public class NoWiring implements Wiring {
  @Override
  public Operations operations(Path data) {
    throw unexpected("operations");
  }

  @Override
  public Exit controller(Path data) {
    throw unexpected("a controller");
  }

  @Override
  public Exit router(RouterOrder order) {
    throw unexpected("a router");
  }

  @Override
  public Exit addressAgent(AddressAgentOrder order) {
    throw unexpected("an agent");
  }

  @Override
  public Exit probeAgent(ProbeAgentOrder order) {
    throw unexpected("an agent that looks");
  }

  @Override
  public HaproxyText haproxy(HaproxyOrder order) {
    throw unexpected("an include");
  }

  @Override
  public String haproxyLua() {
    throw unexpected("a file of Lua");
  }

  @Override
  public Exit demo(DemoOrder order) {
    throw unexpected("the demo");
  }

  private static AssertionError unexpected(String part) {
    return new AssertionError(
        "cannot make " + part + ": this test's wiring has none; override it where it is wanted");
  }
}
