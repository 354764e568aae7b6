/**
 * Users led by a service address that one of two hosts has: the {@link
 * dev.landfall.adapter.address.AddressAgent agent} on each host, which adds and removes it and
 * tells the network, or lets keepalived do so; and the {@link
 * dev.landfall.adapter.address.AddressRouter plane} that orders both. Nothing here passes users'
 * traffic.
 */
@NullMarked
package dev.landfall.adapter.address;

import org.jspecify.annotations.NullMarked;
