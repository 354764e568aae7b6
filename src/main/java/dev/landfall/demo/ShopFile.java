package dev.landfall.demo;

/**
 * The workload file of a shop on two sides: its database, its pages, and a router in front of them,
 * whose token is in {@code ROUTER_TOKEN}.
 *
 * @param owner who answers for the shop
 * @param source where it runs before the migration
 * @param target where it runs after it
 * @param control where the router takes orders: {@code http://host:port}
 * @param limits as they stand in the file: {@code hold: 5s, soak: 1s}
 * @param model {@code single-step}, {@code staged} or {@code flight}
 * @param more what else stands in the file, as whole lines; empty for nothing
 */
public record ShopFile(
    String owner,
    Place source,
    Place target,
    String control,
    String limits,
    String model,
    String more) {
  /** The file of a shop whose users move in a single step. */
  public ShopFile(String owner, Place source, Place target, String control, String limits) {
    this(owner, source, target, control, limits, "single-step", "");
  }

  /**
   * One side of the shop.
   *
   * @param database {@code postgresql://host:port/name}
   * @param user who Landfall signs in as
   * @param password the reference of that user's password: {@code env:NAME}
   * @param pages {@code http://host:port}, with {@code /healthz} among them
   */
  public record Place(String database, String user, String password, String pages) {}

  /** What is written to the file. */
  public String yaml() {
    return """
    landfall: 1
    workload: shop
    owner: %s
    model: %s
    assets:
      orders:
        kind: postgres
        source: { url: "%s", user: %s, password: "%s" }
        target: { url: "%s", user: %s, password: "%s" }
      web:
        kind: http
        source: { url: "%s" }
        target: { url: "%s" }
        health: /healthz
        needs: [orders]
    routes:
      front: { kind: router, for: web, control: "%s", token: "env:ROUTER_TOKEN" }
    limits: { %s }
    %s\
    """
        .formatted(
            owner,
            model,
            source.database(),
            source.user(),
            source.password(),
            target.database(),
            target.user(),
            target.password(),
            source.pages(),
            target.pages(),
            control,
            limits,
            more);
  }
}
