/**
 * Looks whether databases and files hold more sensitive data than somebody has declared, and
 * whether what is sensitive is protected. Values are read and counted here; none of them leaves
 * this package.
 */
@NullMarked
package dev.landfall.adapter.classification;

import org.jspecify.annotations.NullMarked;
