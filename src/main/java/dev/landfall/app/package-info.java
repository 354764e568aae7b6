/**
 * Where the parts are put together by constructor calls: the only package that knows adapters.
 * Configuration is read here, and secrets are looked up here.
 */
@NullMarked
package dev.landfall.app;

import org.jspecify.annotations.NullMarked;
