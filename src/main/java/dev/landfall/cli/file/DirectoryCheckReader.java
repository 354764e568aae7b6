package dev.landfall.cli.file;

import dev.landfall.workload.GateCheck;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/** Checks that ask a directory. */
final class DirectoryCheckReader {
  private static final int COUNT_MAX = 100;
  private static final int USERS_MAX = 10_000;
  private static final Set<String> SCHEMES = Set.of("ldap", "ldaps");
  private static final Pattern ATTRIBUTE = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,63}");

  private DirectoryCheckReader() {}

  static GateCheck directory(Section section) {
    return door(section)
        .text("under", DirectoryCheckReader::entry)
        .list("names", Field::line, 1, COUNT_MAX)
        .list("groups", DirectoryCheckReader::entry, 1, COUNT_MAX)
        .check("directory");
  }

  /** Where a directory is, who asks, and what users or accounts are known by. */
  private static CheckSettings door(Section section) {
    signIn(section);
    return new CheckSettings(section)
        .text("url", DirectoryCheckReader::url)
        .text("user", DirectoryCheckReader::entry)
        .text("password", DirectoryCheckReader::secret)
        .text("roots", AssetReader::absolutePath)
        .text("base", DirectoryCheckReader::entry)
        .text("attribute", DirectoryCheckReader::attribute);
  }

  static GateCheck identity(Section section) {
    if (section.field("databases").isEmpty() && section.field("directory").isEmpty()) {
      section.wrong("there is nothing to compare", "add databases:, directory: or both");
    }
    if (section.field("users").isPresent() && section.field("flight").isPresent()) {
      section.wrong("there are users and a flight", "keep one");
    }
    if (section.field("target-only").isPresent()
        && (section.field("users").isPresent() || section.field("flight").isPresent())) {
      section.wrong("users are named, and others do not matter", "take target-only: away");
    }
    var settings =
        new CheckSettings(section)
            .list("databases", Field::name, 1, COUNT_MAX)
            .list("users", Field::line, 1, USERS_MAX)
            .list("target-only", Field::line, 1, USERS_MAX)
            .text("flight", Field::name);
    section
        .field("directory")
        .flatMap(field -> Section.of(field, field.where() + ".", Vocabulary.IDENTITY_DIRECTORY))
        .ifPresent(sides -> {
          for (String side : List.of("source", "target")) {
            sides
                .field(side)
                .flatMap(field -> Section.of(field, field.where() + ".", Vocabulary.DIRECTORY_SIDE))
                .ifPresent(each -> settings.inner(side + ".", door(each)));
          }
        });
    return settings.check("identity");
  }

  /** Who signs in needs a password, and without anybody there is none. */
  private static void signIn(Section section) {
    for (List<String> pair : List.of(List.of("user", "password"), List.of("password", "user"))) {
      if (section.field(pair.get(0)).isPresent() && section.field(pair.get(1)).isEmpty()) {
        section.wrong(
            "there is a " + pair.get(0) + " and no " + pair.get(1), "give both, or neither");
      }
    }
  }

  /** Nothing of what stands before the host is ever shown: a password may stand there. */
  private static Optional<String> url(Field field) {
    Optional<String> text = field.text();
    if (text.isEmpty()) {
      return text;
    }
    try {
      var url = new URI(text.get());
      boolean fits =
          SCHEMES.contains(String.valueOf(url.getScheme()))
              && url.getHost() != null
              && url.getRawUserInfo() == null
              && url.getPort() != 0
              && url.getPort() <= 65_535
              && String.valueOf(url.getRawPath()).isEmpty()
              && url.getRawQuery() == null
              && url.getRawFragment() == null;
      if (fits) {
        return text;
      }
    } catch (URISyntaxException _) {
      // Told below, as every other text that is none.
    }
    field.wrong("the text is no url of a directory");
    return Optional.empty();
  }

  /** The name of an entry (RFC 4514). Not shown: a password may stand in its place. */
  private static Optional<String> entry(Field field) {
    Optional<String> text = field.line();
    try {
      if (text.isPresent() && new LdapName(text.get()).isEmpty()) {
        field.wrong("it names no entry");
      }
      return text;
    } catch (InvalidNameException | IllegalArgumentException _) {
      // The JDK throws the second where a backslash stands before what cannot be escaped.
      field.wrong("the text is no name of an entry");
      return Optional.empty();
    }
  }

  private static Optional<String> attribute(Field field) {
    return field.text(ATTRIBUTE, text -> Names.shown(text) + " is no name of an attribute");
  }

  private static Optional<String> secret(Field field) {
    return AssetReader.secret(field).map(Object::toString);
  }
}
