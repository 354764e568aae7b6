/** Looks at the certificate that a server shows, and at the chain behind it. */
@NullMarked
package dev.landfall.adapter.certificate;

import org.jspecify.annotations.NullMarked;
