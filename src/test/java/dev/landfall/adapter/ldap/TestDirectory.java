package dev.landfall.adapter.ldap;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A directory of a small company, which tests may ask. */
public interface TestDirectory extends AutoCloseable {
  String BASE = "dc=corp,dc=example";
  String READER = "cn=landfall," + BASE;
  String PASSWORD = "let-me-look";
  Duration SOON = Duration.ofSeconds(5);

  int port();

  int securePort();

  Path roots();

  @Override
  void close() throws Exception;

  default DirectoryDoor door() {
    return door("ldaps://localhost:" + securePort(), PASSWORD, Optional.of(roots()));
  }

  static DirectoryDoor door(String url, String password, Optional<Path> roots) {
    return new DirectoryDoor(url, Optional.of(READER), Optional.of(password), roots, SOON);
  }

  /** The company, in the form of RFC 2849; the domain and the units are there already. */
  static List<String> ldif() {
    return List.of(
        """
        dn: dc=corp,dc=example
        objectClass: domain
        dc: corp
        """,
        unit("Servers"),
        unit("Staging"),
        unit("Groups"),
        unit("People"),
        """
        dn: cn=landfall,dc=corp,dc=example
        objectClass: applicationProcess
        objectClass: simpleSecurityObject
        cn: landfall
        userPassword: let-me-look
        """,
        device("shop-web-1", "Servers"),
        device("shop-web-2", "Staging"),
        device("twice", "Servers"),
        device("twice", "Staging"),
        """
        dn: cn=off,ou=Servers,dc=corp,dc=example
        objectClass: device
        objectClass: user
        cn: off
        userAccountControl: 4098
        """,
        """
        dn: cn=web,ou=Groups,dc=corp,dc=example
        objectClass: groupOfNames
        cn: web
        member: cn=shop-web-1,ou=Servers,dc=corp,dc=example
        member: cn=shop-web-2,ou=Staging,dc=corp,dc=example
        member: uid=ann,ou=People,dc=corp,dc=example
        """,
        """
        dn: cn=backup,ou=Groups,dc=corp,dc=example
        objectClass: groupOfUniqueNames
        cn: backup
        uniqueMember: cn=shop-web-1,ou=Servers,dc=corp,dc=example
        """,
        """
        dn: cn=clerks,ou=Groups,dc=corp,dc=example
        objectClass: posixGroup
        cn: clerks
        gidNumber: 1000
        memberUid: ann
        memberUid: bob
        """,
        person("ann"),
        person("bob"));
  }

  private static String unit(String name) {
    return """
    dn: ou=%s,dc=corp,dc=example
    objectClass: organizationalUnit
    ou: %s
    """
        .formatted(name, name);
  }

  private static String device(String name, String unit) {
    return """
    dn: cn=%s,ou=%s,dc=corp,dc=example
    objectClass: device
    cn: %s
    """
        .formatted(name, unit, name);
  }

  static String person(String name) {
    return """
    dn: uid=%s,ou=People,dc=corp,dc=example
    objectClass: person
    objectClass: organizationalPerson
    objectClass: inetOrgPerson
    uid: %s
    cn: %s
    sn: %s
    """
        .formatted(name, name, name, name);
  }
}
