package dev.landfall.app;

import dev.landfall.cli.Cli;
import dev.landfall.cli.Exit;
import dev.landfall.cli.Operations;
import dev.landfall.cli.Wiring;
import java.nio.file.Path;

/** The program. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(Cli.run(new Parts(), args));
  }

  /** The parts of the program, each made when a verb needs it. */
  private static final class Parts implements Wiring {
    @Override
    public Operations operations(Path data) {
      throw new UnsupportedOperationException("this build has no engine");
    }

    @Override
    public Exit router(RouterOrder order) {
      throw new UnsupportedOperationException("this build has no router");
    }

    @Override
    public Exit demo(DemoOrder order) {
      throw new UnsupportedOperationException("this build has no demo");
    }
  }
}
