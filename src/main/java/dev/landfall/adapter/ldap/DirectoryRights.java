package dev.landfall.adapter.ldap;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.SearchResultEntry;
import dev.landfall.access.UserRights;
import dev.landfall.problem.OutsideException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The groups of users in one directory, or below one entry of it. Groups are the same on both sides
 * when their {@code cn} is: the rest of their names is the side's own.
 */
public final class DirectoryRights implements UserRights {
  private static final Filter GROUP =
      Filter.createORFilter(
          Stream.of("group", "groupOfNames", "groupOfUniqueNames", "posixGroup")
              .map(each -> Filter.createEqualityFilter("objectClass", each))
              .toList());

  private final DirectoryDoor door;
  private final String base;
  private final String attribute;

  /**
   * @param base below which users and groups are
   * @param attribute by which users are known, the same on both sides: {@code uid}, {@code
   *     sAMAccountName}
   */
  public DirectoryRights(DirectoryDoor door, String base, String attribute) {
    this.door = door;
    this.base = base;
    this.attribute = attribute;
  }

  @Override
  public Found look(Set<String> users) {
    long until = System.nanoTime() + door.timeout().toNanos();
    try (Directory directory = Directory.open(door)) {
      if (directory.find(base, GROUP, 1, door.timeout(), "1.1").isEmpty()) {
        throw new Directory.UnaskedException(
            "no group can be seen below " + base + ", so everybody would be the same");
      }
      var rights = new HashMap<String, SortedSet<String>>();
      var known = new HashMap<PrimaryGroup, SortedSet<String>>();
      if (users.isEmpty()) {
        Filter everybody =
            Filter.createANDFilter(
                Filter.createEqualityFilter("objectClass", "person"),
                Filter.createPresenceFilter(attribute));
        for (SearchResultEntry entry : directory.all(base, everybody, asked("objectClass"))) {
          // To Active Directory a computer is a person as well.
          if (!entry.hasObjectClass("computer")) {
            add(directory, entry, rights, known, until);
          }
        }
      }
      for (String user : users) {
        Filter one = Filter.createEqualityFilter(attribute, user);
        for (SearchResultEntry entry : directory.all(base, one, asked())) {
          add(directory, entry, rights, known, until);
        }
      }
      return new Groups(rights);
    } catch (Directory.UnaskedException e) {
      throw new OutsideException(
          DirectoryProblem.UNASKED,
          "cannot read the groups of users: " + e.getMessage() + "; mend it, and look again",
          e);
    }
  }

  private String[] asked(String... more) {
    return Stream.of(
            Stream.of(attribute),
            AccountState.ATTRIBUTES.stream(),
            PrimaryGroup.ATTRIBUTES.stream(),
            Stream.of(more))
        .flatMap(each -> each)
        .toArray(String[]::new);
  }

  private void add(
      Directory directory,
      SearchResultEntry entry,
      Map<String, SortedSet<String>> rights,
      Map<PrimaryGroup, SortedSet<String>> known,
      long until)
      throws Directory.UnaskedException {
    if (System.nanoTime() > until) {
      throw new Directory.UnaskedException("the time was over before all were asked for");
    }
    String user = entry.getAttributeValue(attribute);
    if (user == null) {
      return;
    }
    SortedSet<String> mine = rights.computeIfAbsent(user, one -> new TreeSet<>());
    // A lock after wrong passwords is each side's own, and no right that was lost on the way.
    if (!directory.isOff(entry)) {
      mine.add("may sign in");
    }
    directory
        .all(base, directory.memberships(entry.getDN(), user), "cn")
        .forEach(group -> mine.add(words(group)));
    Optional<PrimaryGroup> primary = PrimaryGroup.of(entry);
    if (primary.isPresent()) {
      mine.addAll(byPrimary(directory, primary.get(), known));
    }
  }

  /** What somebody has by the primary group, also by way of it; asked for once for all who do. */
  private SortedSet<String> byPrimary(
      Directory directory, PrimaryGroup primary, Map<PrimaryGroup, SortedSet<String>> known)
      throws Directory.UnaskedException {
    SortedSet<String> before = known.get(primary);
    if (before != null) {
      return before;
    }
    var mine = new TreeSet<String>();
    List<SearchResultEntry> found = directory.all(base, primary.filter(), "cn");
    if (found.isEmpty()) {
      mine.add(primary.words());
    }
    for (SearchResultEntry group : found) {
      mine.add(words(group));
      directory
          .all(base, directory.memberships(group.getDN(), ""), "cn")
          .forEach(above -> mine.add(words(above)));
    }
    known.put(primary, mine);
    return mine;
  }

  private static String words(SearchResultEntry group) {
    String name = group.getAttributeValue("cn");
    return "member of " + (name == null ? group.getDN() : name);
  }

  private record Groups(Map<String, SortedSet<String>> rights) implements Found {
    @Override
    public Set<String> users() {
      return rights.keySet();
    }

    @Override
    public SortedSet<String> of(String user) {
      return rights.getOrDefault(user, new TreeSet<>());
    }
  }
}
