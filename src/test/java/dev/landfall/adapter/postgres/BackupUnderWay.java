package dev.landfall.adapter.postgres;

import dev.landfall.adapter.backup.BackupProbe;
import dev.landfall.adapter.backup.Tools;
import dev.landfall.adapter.command.ProgramRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A check of a backup in a process of its own, to be ended in the middle of it. */
final class BackupUnderWay {
  private BackupUnderWay() {}

  public static void main(String[] args) {
    Duration hour = Duration.ofHours(1);
    var asked = new BackupProbe.Asked("ended", hour, hour, hour, Path.of(args[2]), Map.of(), hour);
    probe(
            asked,
            BackupIT.Here.of(Integer.parseInt(args[0]), "shop"),
            BackupIT.Here.of(Integer.parseInt(args[1]), "postgres"),
            new Tools(List.of(args[3]), List.of(args[3]), false))
        .look();
  }

  static BackupProbe probe(
      BackupProbe.Asked asked, BackupIT.Here source, BackupIT.Here scratch, Tools tools) {
    return new BackupProbe(
        asked,
        source,
        scratch,
        Map.of("the source of orders", source),
        tools,
        (words, environment, limit) -> {
          ProgramRun run = ProgramRun.of(words, environment, limit);
          return new BackupProbe.Runner.End(run.code(), run.complaint());
        });
  }
}
