package dev.landfall.adapter.ldap;

import com.unboundid.asn1.ASN1OctetString;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.LDAPURL;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.RootDSE;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResult;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchResultReference;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.controls.SimplePagedResultsControl;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;
import dev.landfall.control.TrustedRoots;
import dev.landfall.problem.OneLine;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** One directory, signed in to; it is asked one question after the other. */
final class Directory implements AutoCloseable {
  private static final int LDAP_PORT = 389;
  private static final int LDAPS_PORT = 636;

  /** Parts of a forest in which there are no accounts; each search from its root names them. */
  private static final Set<String> BARREN =
      Set.of("dc=domaindnszones", "dc=forestdnszones", "cn=configuration");

  private static final int PAGE = 500;
  private static final int WORDS_MAX = 600;

  /** A server of Active Directory says so in its root (MS-ADTS, 3.1.1.3.4.3). */
  private static final String ACTIVE_DIRECTORY = "1.2.840.113556.1.4.800";

  /** Also members of members: LDAP_MATCHING_RULE_IN_CHAIN (MS-ADTS, 3.1.1.3.4.4.3). */
  private static final String IN_CHAIN = "1.2.840.113556.1.4.1941";

  private final LDAPConnection connection;
  private final boolean active;

  private Directory(LDAPConnection connection, boolean active) {
    this.connection = connection;
    this.active = active;
  }

  /** It could not be asked; the message is why, and has no secret in it. */
  static final class UnaskedException extends Exception {
    private static final long serialVersionUID = 1;

    UnaskedException(String why, Throwable cause) {
      super(why, cause);
    }

    UnaskedException(String why) {
      super(why);
    }
  }

  /**
   * Connects over TLS, and signs in where the door says as whom.
   *
   * @throws UnaskedException when that cannot be done; a password is never sent before the server's
   *     certificate was found to be its own
   */
  static Directory open(DirectoryDoor door) throws UnaskedException {
    LDAPConnection connection = null;
    try {
      connection = connect(door);
      if (door.user().isPresent()) {
        connection.bind(door.user().get(), door.password().orElse(""));
      }
      RootDSE root = connection.getRootDSE();
      boolean active =
          root != null
              && root.getAttributeValues("supportedCapabilities") != null
              && List.of(root.getAttributeValues("supportedCapabilities"))
                  .contains(ACTIVE_DIRECTORY);
      var directory = new Directory(connection, active);
      connection = null;
      return directory;
    } catch (LDAPException | GeneralSecurityException | IOException e) {
      throw new UnaskedException(door.url() + " cannot be asked: " + why(e), e);
    } finally {
      if (connection != null) {
        connection.close();
      }
    }
  }

  private static LDAPConnection connect(DirectoryDoor door)
      throws LDAPException, GeneralSecurityException, IOException {
    int millis = Math.toIntExact(door.timeout().toMillis());
    var options = new LDAPConnectionOptions();
    options.setConnectTimeoutMillis(millis);
    options.setResponseTimeoutMillis(millis);
    options.setFollowReferrals(false);
    URI url = URI.create(door.url());
    boolean secure = "ldaps".equals(url.getScheme());
    int usual = secure ? LDAPS_PORT : LDAP_PORT;
    int port = url.getPort() < 0 ? usual : url.getPort();
    String host = url.getHost().replaceAll("[\\[\\]]", "");
    SSLContext context = TrustedRoots.of(door.roots()).context();
    var sockets = new NamedSockets(context.getSocketFactory(), host);
    if (secure) {
      return new LDAPConnection(sockets, options, host, port);
    }
    var connection = new LDAPConnection(options, host, port);
    try {
      var answer = connection.processExtendedOperation(new StartTLSExtendedRequest(sockets));
      if (!answer.getResultCode().equals(ResultCode.SUCCESS)) {
        throw new LDAPException(answer.getResultCode(), "it takes no StartTLS");
      }
      return connection;
    } catch (LDAPException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Entries below a base; those that were found where there are more than the bound.
   *
   * @throws UnaskedException when the base is not there, or it was not answered
   */
  List<SearchResultEntry> find(
      String base, Filter filter, int countMax, Duration timeMax, String... attributes)
      throws UnaskedException {
    return search(base, SearchScope.SUB, filter, countMax, timeMax, attributes);
  }

  private List<SearchResultEntry> search(
      String base,
      SearchScope scope,
      Filter filter,
      int countMax,
      Duration timeMax,
      String... attributes)
      throws UnaskedException {
    var request = new SearchRequest(base, scope, filter, attributes);
    request.setSizeLimit(countMax);
    request.setTimeLimitSeconds(Math.toIntExact(Math.max(1, timeMax.toSeconds())));
    try {
      SearchResult result = connection.search(request);
      refuseElsewhere(base, result.getSearchReferences());
      return result.getSearchEntries();
    } catch (LDAPSearchException e) {
      if (e.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED)) {
        return e.getSearchEntries();
      }
      throw new UnaskedException("a search below " + base + " failed: " + why(e), e);
    }
  }

  /**
   * Every entry below a base, asked for in pages, as Active Directory gives no more at once.
   *
   * @throws UnaskedException also when the server does not give all of them
   */
  List<SearchResultEntry> all(String base, Filter filter, String... attributes)
      throws UnaskedException {
    var found = new ArrayList<SearchResultEntry>();
    var request = new SearchRequest(base, SearchScope.SUB, filter, attributes);
    ASN1OctetString next = null;
    try {
      do {
        request.setControls(new SimplePagedResultsControl(PAGE, next));
        SearchResult page = connection.search(request);
        refuseElsewhere(base, page.getSearchReferences());
        found.addAll(page.getSearchEntries());
        SimplePagedResultsControl answer = SimplePagedResultsControl.get(page);
        next = answer == null ? null : answer.getCookie();
      } while (next != null && next.getValueLength() > 0);
      return found;
    } catch (LDAPException e) {
      throw new UnaskedException("a search below " + base + " failed: " + why(e), e);
    }
  }

  /** What is kept in another directory would be left out. */
  private void refuseElsewhere(String base, List<SearchResultReference> references)
      throws UnaskedException {
    long elsewhere = references.stream().filter(each -> !isBarren(each)).count();
    if (elsewhere > 0) {
      throw new UnaskedException(
          "a part of what is below %s is in %d other directories, which are not asked; name a base"
                  .formatted(base, elsewhere)
              + " that is in this one, or ask that one");
    }
  }

  private boolean isBarren(SearchResultReference reference) {
    return active
        && Stream.of(reference.getReferralURLs())
            .allMatch(url -> {
              try {
                RDN first = new LDAPURL(url).getBaseDN().getRDN();
                return first != null && BARREN.contains(first.toNormalizedString());
              } catch (LDAPException _) {
                // An address that cannot be read may hide users: it counts as one that does.
                return false;
              }
            });
  }

  /**
   * Whether an account may not be used now: put out of use, or locked after wrong passwords.
   *
   * @throws UnaskedException when that cannot be seen, though each account here has it
   */
  boolean isShut(SearchResultEntry entry) throws UnaskedException {
    // Both are asked, so that neither is left unseen behind the other.
    boolean off = isOff(entry);
    return AccountState.isLocked(entry, active) || off;
  }

  /**
   * Whether an account was put out of use: switched off, locked by a person, or its time is over.
   *
   * @throws UnaskedException when that cannot be seen, though each account here has it
   */
  boolean isOff(SearchResultEntry entry) throws UnaskedException {
    return AccountState.isOff(entry, active, Instant.now());
  }

  /** Whether an entry is there. */
  boolean has(String dn, Duration timeMax) throws UnaskedException {
    try {
      return !search(
              dn, SearchScope.BASE, Filter.createPresenceFilter("objectClass"), 1, timeMax, "1.1")
          .isEmpty();
    } catch (UnaskedException e) {
      if (e.getCause() instanceof LDAPException cause
          && cause.getResultCode().equals(ResultCode.NO_SUCH_OBJECT)) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Whether an entry is a member of a group that is there, which also is so of its primary group,
   * and of each group that this one is in.
   *
   * @param base below which its primary group is looked for
   */
  boolean isMember(
      String group, SearchResultEntry entry, String name, String base, Duration timeMax)
      throws UnaskedException {
    if (matches(group, memberships(entry.getDN(), name), timeMax)) {
      return true;
    }
    Optional<PrimaryGroup> primary = PrimaryGroup.of(entry);
    if (primary.isEmpty()) {
      return false;
    }
    if (matches(group, primary.get().filter(), timeMax)) {
      return true;
    }
    for (SearchResultEntry each : find(base, primary.get().filter(), 1, timeMax, "1.1")) {
      if (matches(group, memberships(each.getDN(), ""), timeMax)) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(String dn, Filter filter, Duration timeMax) throws UnaskedException {
    return !search(dn, SearchScope.BASE, filter, 1, timeMax, "1.1").isEmpty();
  }

  /** What the groups of somebody have in common, in every way in which groups are written. */
  Filter memberships(String dn, String name) {
    return active
        ? Filter.createORFilter(
            Filter.createEqualityFilter("member", dn),
            Filter.createExtensibleMatchFilter("member", IN_CHAIN, false, dn))
        : Filter.createORFilter(
            Filter.createEqualityFilter("member", dn),
            Filter.createEqualityFilter("uniqueMember", dn),
            Filter.createEqualityFilter("memberUid", name));
  }

  static boolean isBelow(String dn, String base) throws UnaskedException {
    try {
      return DN.isDescendantOf(dn, base, true);
    } catch (LDAPException e) {
      throw new UnaskedException(base + " is no name of an entry", e);
    }
  }

  /** By its code: what the server adds may repeat names of people. */
  private static String why(Exception e) {
    if (e instanceof LDAPException ldap) {
      boolean own = ldap.getResultCode().isClientSideResultCode();
      return ldap.getResultCode().getName()
          + (own && ldap.getMessage() != null ? " (" + oneLine(ldap.getMessage()) + ")" : "");
    }
    return e.getClass().getSimpleName() + " (" + oneLine(String.valueOf(e.getMessage())) + ")";
  }

  private static String oneLine(String text) {
    return OneLine.of(text.replaceAll(", ldapSDKVersion=.*", ""), WORDS_MAX);
  }

  @Override
  public void close() {
    connection.close();
  }
}
