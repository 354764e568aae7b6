package dev.landfall.adapter.classification;

import static dev.landfall.adapter.classification.Notes.shown;

import dev.landfall.adapter.classification.Place.Kept;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Looks whether files hold nothing more sensitive than is declared, and who may read what is
 * sensitive.
 *
 * @param deadline by the clock of {@link System#nanoTime}
 */
record FileLook(Declared declared, long deadline, Notes notes) {
  /** Lines of evidence about single files; a folder of thousands is told by its first ones. */
  private static final int LINES_MAX = 1_000;

  void look(List<Path> roots) {
    roots.forEach(this::look);
  }

  private void look(Path root) {
    String name = root.toString();
    var scan = new FileScan(root, deadline);
    scan.run();
    scan.ended()
        .ifPresent(
            why -> notes.incomplete("%s cannot be looked at to the end: %s".formatted(name, why)));
    var tallies = scan.tallies();
    int values = tallies.values().stream().mapToInt(Tally::values).sum();
    notes.line(
        "%s: %d files of texts, %d values; at most %d KiB of a file"
            .formatted(name, tallies.size(), values, Sample.BYTES_MAX / 1024));
    if (scan.ended().isEmpty() && values == 0 && scan.closed().isEmpty()) {
      notes.fault("no value was read in " + name + ", so nothing was looked at; is it empty?");
    }
    besides(name, scan);
    closed(name, scan);
    var told = new Notes();
    var all = new LinkedHashMap<>(tallies);
    all.putAll(scan.closed());
    Map<Kept, DataClass> sensitive = new Judging(declared, told).sensitive(name, "file", all);
    told.lines().stream().limit(LINES_MAX).forEach(notes::line);
    if (told.lines().size() > LINES_MAX) {
      notes.line(name + ": %d more findings".formatted(told.lines().size() - LINES_MAX));
    }
    told.faults().forEach(notes::fault);
    notes.places(told.places());
    protect(name, sensitive);
  }

  private void besides(String name, FileScan scan) {
    if (!scan.besides().isEmpty()) {
      notes.line(
          "%s: %d links, pipes and the like are not looked into: %s"
              .formatted(name, scan.besides().size(), shown(scan.besides())));
    }
  }

  /**
   * Of a file in which nothing can be seen a person has to say what it is; where all counts as
   * restricted, that is said already.
   */
  private void closed(String name, FileScan scan) {
    if (!scan.closed().isEmpty()) {
      notes.line(
          "%s: %d files are no texts and not looked into: %s"
              .formatted(name, scan.closed().size(), shown(scan.closed().keySet())));
    }
    List<Kept> unsaid =
        scan.closed().keySet().stream()
            .filter(file -> declared.of(file) != DataClass.RESTRICTED && !declared.names(file))
            .toList();
    if (!unsaid.isEmpty()) {
      notes.fault(
          "%d %s of %s cannot be looked into, and no class names them: %s"
              .formatted(
                  unsaid.size(), unsaid.size() == 1 ? "file" : "files", name, shown(unsaid)));
    }
  }

  private void protect(String name, Map<Kept, DataClass> sensitive) {
    if (sensitive.isEmpty()) {
      return;
    }
    notes.line(name + ": whether its disk is encrypted is not visible from here");
    var open = new TreeSet<String>();
    var groups = new TreeMap<String, TreeSet<String>>();
    for (var each : sensitive.entrySet()) {
      try {
        var rights = FileRights.of(each.getKey().path());
        if (rights.everybody()) {
          open.add(each.getKey().shown());
        } else if (each.getValue() == DataClass.RESTRICTED) {
          rights.groups().stream()
              .filter(group -> !declared.readers().contains(group))
              .forEach(group ->
                  groups.computeIfAbsent(group, _ -> new TreeSet<>()).add(each.getKey().shown()));
        }
      } catch (IOException e) {
        notes.fault(
            "who may read %s cannot be seen (%s)"
                .formatted(each.getKey(), e.getClass().getSimpleName()));
      }
    }
    if (!open.isEmpty()) {
      notes.fault("everybody on this machine may read " + shown(open));
    }
    groups.forEach((group, files) ->
        notes.fault(
            "%s can be read by the group %s, which readers does not name"
                .formatted(shown(files), group)));
    notes.line(
        "%s: %d files are confidential or restricted; %d are open to everybody, %d to groups that nothing names"
            .formatted(
                name,
                sensitive.size(),
                open.size(),
                groups.values().stream().mapToInt(TreeSet::size).sum()));
  }
}
