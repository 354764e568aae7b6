/**
 * Users whose requests are counted by Prometheus too: the {@link
 * dev.landfall.adapter.prometheus.PrometheusRouter plane} that leads them is another, and what
 * queries tell of their requests stands beside what it counts itself. Nothing here judges.
 */
@NullMarked
package dev.landfall.adapter.prometheus;

import org.jspecify.annotations.NullMarked;
