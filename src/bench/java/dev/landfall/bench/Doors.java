package dev.landfall.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Programs that requests come in by, or end at. */
final class Doors {
  private Doors() {}

  /** Landfall's router, which has no order yet. */
  static Child router(Path folder, int port, int control, String token) {
    return Child.start(
        "router",
        folder,
        Map.of("ROUTER_TOKEN", token),
        Child.landfall(
            "router",
            "--listen",
            "127.0.0.1:" + port,
            "--control",
            "127.0.0.1:" + control,
            "--state",
            folder.resolve("router.json").toString(),
            "--token",
            "env:ROUTER_TOKEN"));
  }

  static Child nginx(String name, Path folder, String configuration) throws IOException {
    Path file = folder.resolve(name + ".conf");
    Files.writeString(file, configuration);
    return Child.start(
        name,
        folder,
        Map.of(),
        "/usr/sbin/nginx",
        "-e",
        folder.resolve(name + ".errors").toString(),
        "-c",
        file.toString());
  }
}
