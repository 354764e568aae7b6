package dev.landfall.adapter.ldap;

import java.nio.file.Files;
import java.nio.file.Path;

/** The directory of a small company, by the slapd of Debian, for tests of the whole program. */
public final class CompanyDirectory implements AutoCloseable {
  private static final String GROUP = "cn=web,ou=Groups," + TestDirectory.BASE;
  private static final String SERVER = "cn=shop-web-1,ou=Servers," + TestDirectory.BASE;

  private final Slapd slapd;
  private final Path folder;

  private CompanyDirectory(Slapd slapd, Path folder) {
    this.slapd = slapd;
    this.folder = folder;
  }

  /** Starts it in a folder of its own, which must be empty. */
  public static CompanyDirectory start(Path folder) throws Exception {
    Files.writeString(folder.resolve("password"), TestDirectory.PASSWORD);
    return new CompanyDirectory(Slapd.start(folder, TestDirectory.ldif()), folder);
  }

  /** A check of the one server of the company that is in its group, as in a workload file. */
  public String check() {
    return """
    kind: directory
    url: ldaps://localhost:%d
    user: %s
    password: file:%s
    roots: %s
    base: %s
    under: ou=Servers,%s
    names: [shop-web-1]
    groups: ["%s"]
    """
        .formatted(
            slapd.securePort(),
            TestDirectory.READER,
            folder.resolve("password"),
            slapd.roots(),
            TestDirectory.BASE,
            TestDirectory.BASE,
            GROUP);
  }

  /** Takes the server out of its group, or puts it there again. */
  public void member(boolean now) throws Exception {
    Path ldif = folder.resolve("change.ldif");
    Files.writeString(
        ldif,
        "dn: %s\nchangetype: modify\n%s: member\nmember: %s\n"
            .formatted(GROUP, now ? "add" : "delete", SERVER));
    slapd.change(ldif);
  }

  @Override
  public void close() throws Exception {
    slapd.close();
  }
}
