/**
 * DNS as a plane: the address records of one name, changed on the primary server by signed dynamic
 * updates (RFC 2136, RFC 8945) that compare before they set, and watched on every authoritative
 * server and on a panel of recursive resolvers until nobody may answer the old address any more.
 *
 * <p>{@code Choreography} and what it is made of only think: they are told what was seen and when.
 * {@code DnsClient} alone opens sockets.
 */
@NullMarked
package dev.landfall.adapter.dns;

import org.jspecify.annotations.NullMarked;
