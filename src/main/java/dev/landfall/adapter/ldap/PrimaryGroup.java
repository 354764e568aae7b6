package dev.landfall.adapter.ldap;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.SearchResultEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * The one group of an account of Active Directory that does not name it as a member: it has the
 * domain's identifier, and the number that the account tells (MS-DTYP, 2.4.2; MS-ADTS, 3.1.1.1.6).
 *
 * @param words what is said of it where the group itself cannot be seen
 * @param filter finds the group by its identifier
 */
record PrimaryGroup(String words, Filter filter) {
  private static final String NUMBER = "primaryGroupID";
  private static final String IDENTIFIER = "objectSid";

  /** What has to be asked for of an account. */
  static final List<String> ATTRIBUTES = List.of(NUMBER, IDENTIFIER);

  /** Absent where accounts have none, in every other directory. */
  static Optional<PrimaryGroup> of(SearchResultEntry entry) {
    Integer number = entry.getAttributeValueAsInteger(NUMBER);
    byte[] own = entry.getAttributeValueBytes(IDENTIFIER);
    if (number == null || own == null || own.length < Integer.BYTES) {
      return Optional.empty();
    }
    byte[] group = own.clone();
    ByteBuffer.wrap(group)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(group.length - Integer.BYTES, number);
    return Optional.of(
        new PrimaryGroup(
            "member of its primary group, number " + number,
            Filter.createEqualityFilter(IDENTIFIER, group)));
  }
}
