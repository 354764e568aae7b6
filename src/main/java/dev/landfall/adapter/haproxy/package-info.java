/**
 * Users led, held and counted by an HAProxy 2.6 or later: the {@link
 * dev.landfall.adapter.haproxy.HaproxyInclude include} that its configuration needs, and the {@link
 * dev.landfall.adapter.haproxy.HaproxyRouter plane} that orders it over its runtime API. What runs
 * inside HAProxy is {@code landfall.lua} among the resources; nothing here passes users' traffic.
 */
@NullMarked
package dev.landfall.adapter.haproxy;

import org.jspecify.annotations.NullMarked;
