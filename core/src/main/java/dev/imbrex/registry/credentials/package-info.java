/**
 * Who is asking: credentials for registries, and the places they are kept in. Start with {@link
 * dev.imbrex.registry.credentials.Credentials}.
 */
@NullMarked
package dev.imbrex.registry.credentials;

import org.jspecify.annotations.NullMarked;
