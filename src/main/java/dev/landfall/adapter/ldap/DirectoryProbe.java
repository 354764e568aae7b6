package dev.landfall.adapter.ldap;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.SearchResultEntry;
import dev.landfall.engine.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A check that computers or service accounts are in a directory once each, in the right place, not
 * switched off, and members of the groups that they need (R41).
 */
public final class DirectoryProbe implements Probe {
  private static final String[] ASKED =
      Stream.concat(AccountState.ATTRIBUTES.stream(), PrimaryGroup.ATTRIBUTES.stream())
          .toArray(String[]::new);

  private final DirectoryDoor door;
  private final Wanted wanted;

  /**
   * What must be so.
   *
   * @param base below which it is looked for
   * @param under below which each must be
   * @param attribute by which they are known: {@code cn}, {@code sAMAccountName}
   * @param names the accounts, one or more
   * @param groups the names of the entries of groups of which each must be a member
   */
  public record Wanted(
      String base, String under, String attribute, List<String> names, List<String> groups) {
    public Wanted {
      names = List.copyOf(names);
      groups = List.copyOf(groups);
    }
  }

  public DirectoryProbe(DirectoryDoor door, Wanted wanted) {
    this.door = door;
    this.wanted = wanted;
  }

  @Override
  public Observation look() {
    var lines = new ArrayList<String>();
    var faults = new ArrayList<String>();
    lines.add("directory: " + door.url());
    try (Directory directory = Directory.open(door)) {
      var groups = new ArrayList<String>();
      for (String group : wanted.groups()) {
        if (directory.has(group, door.timeout())) {
          groups.add(group);
        } else {
          faults.add("there is no group " + group);
        }
      }
      for (String name : wanted.names()) {
        judge(directory, name, groups, lines, faults);
      }
    } catch (Directory.UnaskedException e) {
      faults.add(String.valueOf(e.getMessage()));
    }
    faults.forEach(fault -> lines.add("fault: " + fault));
    return new Observation(
        faults.isEmpty(), String.join("; ", faults), String.join("\n", lines) + "\n");
  }

  private void judge(
      Directory directory,
      String name,
      List<String> groups,
      List<String> lines,
      List<String> faults)
      throws Directory.UnaskedException {
    List<SearchResultEntry> found =
        directory.find(
            wanted.base(),
            Filter.createEqualityFilter(wanted.attribute(), name),
            2,
            door.timeout(),
            ASKED);
    found.forEach(entry -> lines.add("entry: " + entry.getDN()));
    if (found.size() != 1) {
      faults.add(
          found.isEmpty()
              ? "%s is not below %s".formatted(name, wanted.base())
              : "%s is more than once below %s".formatted(name, wanted.base()));
      return;
    }
    SearchResultEntry entry = found.getFirst();
    if (!Directory.isBelow(entry.getDN(), wanted.under())) {
      faults.add("%s is in another place than %s".formatted(name, wanted.under()));
    }
    if (directory.isShut(entry)) {
      faults.add(name + " is disabled, locked or expired");
    }
    for (String group : groups) {
      boolean member = directory.isMember(group, entry, name, wanted.base(), door.timeout());
      lines.add("  " + (member ? "member of " : "no member of ") + group);
      if (!member) {
        faults.add("%s is no member of %s".formatted(name, group));
      }
    }
  }
}
