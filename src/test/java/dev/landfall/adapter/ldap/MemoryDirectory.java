package dev.landfall.adapter.ldap;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.OperationType;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The small company in memory. It keeps to no schema. */
public record MemoryDirectory(InMemoryDirectoryServer server, Path roots) implements TestDirectory {
  public static MemoryDirectory start(Path folder, List<String> ldif) throws Exception {
    return start(folder, ldif, false);
  }

  /** One that says of itself, where told to, that it is of Active Directory. */
  static MemoryDirectory start(Path folder, List<String> ldif, boolean active) throws Exception {
    Certificates certificates = Certificates.make(folder);
    InetAddress loopback = InetAddress.getLoopbackAddress();
    var config = new InMemoryDirectoryServerConfig(BASE);
    config.setSchema(null);
    if (active) {
      config.setCustomRootDSEAttributes(
          List.of(new Attribute("supportedCapabilities", "1.2.840.113556.1.4.800")));
    }
    config.setAuthenticationRequiredOperationTypes(Set.of(OperationType.SEARCH));
    config.setListenerConfigs(
        InMemoryListenerConfig.createLDAPConfig(
            "ldap", loopback, 0, certificates.server().getSocketFactory()),
        InMemoryListenerConfig.createLDAPSConfig(
            "ldaps", loopback, 0, certificates.server().getServerSocketFactory(), null));
    var server = new InMemoryDirectoryServer(config);
    for (String entry : ldif) {
      server.add(entry.lines().toArray(String[]::new));
    }
    server.startListening();
    return new MemoryDirectory(server, certificates.certificate());
  }

  @Override
  public int port() {
    return server.getListenPort("ldap");
  }

  @Override
  public int securePort() {
    return server.getListenPort("ldaps");
  }

  @Override
  public void close() {
    server.shutDown(true);
  }
}
