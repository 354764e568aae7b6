/** Looks into directories that speak LDAP: OpenLDAP, Active Directory. Reads alone, over TLS. */
@NullMarked
package dev.landfall.adapter.ldap;

import org.jspecify.annotations.NullMarked;
