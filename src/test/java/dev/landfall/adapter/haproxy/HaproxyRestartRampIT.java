package dev.landfall.adapter.haproxy;

/** A whole ramp by an HAProxy that is killed and started again in the middle of each hold. */
class HaproxyRestartRampIT extends HaproxyRampIT {
  @Override
  protected void renew() throws Exception {
    world.haproxy.restart();
  }

  @Override
  protected boolean renewalBreaks() {
    return true;
  }
}
