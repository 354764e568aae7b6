package dev.landfall.adapter.haproxy;

import dev.landfall.workload.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The configurations of docs/guide/plane-haproxy.md. */
final class Guide {
  private static final Path PAGE = Path.of("docs/guide/plane-haproxy.md");

  private Guide() {}

  /** The include that the guide shows. */
  static HaproxyInclude include() {
    return new HaproxyInclude(
        "shop",
        "/etc/haproxy/landfall.lua",
        "/var/lib/haproxy/landfall",
        Optional.of("/var/lib/haproxy"),
        new Identity(Optional.of("X-User"), Optional.empty(), Optional.of("X-Groups")),
        1000);
  }

  /** What the guide says a file holds, without the line that names it. */
  static String file(String name) throws IOException {
    String page = Files.readString(PAGE);
    String head = "```haproxy\n# " + name + "\n";
    int from = page.indexOf(head) + head.length();
    return page.substring(from, page.indexOf("```", from));
  }
}
