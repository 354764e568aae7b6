package dev.landfall.workload;

import java.util.Optional;

/**
 * A way by which users reach a service, and the plane that can be ordered to change it.
 *
 * @param name the name in the workload file; unique in it
 * @param kind the product of the plane, {@code router} for Landfall's own
 * @param service the name of the asset that it leads to
 * @param control where the plane takes orders, in the form that its kind uses
 * @param token what proves that an order comes from Landfall; absent when the plane needs none
 */
public record Route(
    String name, String kind, String service, String control, Optional<SecretRef> token) {}
