package dev.landfall.cli.file;

import dev.landfall.workload.Access;
import dev.landfall.workload.Asset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** The mapping {@code access}. The result counts only when there is no mistake. */
final class AccessReader {
  private static final int ACCESS_MAX = 100;
  private static final int ROLES_MAX = 1000;
  private static final int ROLE_LENGTH_MAX = 63;
  private static final List<String> KINDS = List.of("postgres");

  private AccessReader() {}

  static List<Access> read(Field field, List<Asset> assets) {
    var access = new ArrayList<Access>();
    List<Asset.Data> data =
        assets.stream().filter(Asset.Data.class::isInstance).map(Asset.Data.class::cast).toList();
    Section.named(field, "a mapping with a kind", ACCESS_MAX)
        .forEach((name, each) -> one(name, each, data).ifPresent(access::add));
    return access;
  }

  private static Optional<Access> one(String name, Field field, List<Asset.Data> data) {
    return Section.of(field, field.where() + ".", Vocabulary.ACCESS)
        .map(section -> {
          section.field("kind").ifPresent(kind -> kind.checkWord(KINDS));
          List<String> names = data.stream().map(Asset.Data::name).toList();
          String asset = section.field("on").flatMap(on -> on.word(names)).orElse("");
          Optional<String> own =
              data.stream()
                  .filter(each -> each.name().equals(asset))
                  .findFirst()
                  .flatMap(each -> each.target().user());
          return new Access(
              name,
              KINDS.getFirst(),
              asset,
              section.field("roles").map(roles -> roles(roles, own)).orElse(List.of()));
        });
  }

  private static List<String> roles(Field field, Optional<String> own) {
    List<Field> elements = field.elements();
    if (elements.isEmpty() || elements.size() > ROLES_MAX) {
      field.wrong("there are " + elements.size(), "from 1 to " + ROLES_MAX);
      return List.of();
    }
    var roles = new ArrayList<String>();
    var seen = new HashSet<String>();
    for (Field element : elements) {
      element
          .text()
          .ifPresent(role -> {
            if (role.length() > ROLE_LENGTH_MAX) {
              element.wrong(Names.shown(role) + " is too long", "at most " + ROLE_LENGTH_MAX);
            } else if (!seen.add(role)) {
              element.wrong(Names.shown(role) + " stands twice", "keep one");
            } else if (own.filter(role::equals).isPresent()) {
              element.wrong(
                  Names.shown(role) + " is the role that Landfall signs in as",
                  "it needs that until the promotion is completed");
            } else {
              roles.add(role);
            }
          });
    }
    return roles;
  }
}
