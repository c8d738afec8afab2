/**
 * The words of the distribution protocol that a client and a server share: error codes and their
 * JSON, ranges, links, scopes of tokens. Not exported.
 */
@NullMarked
package dev.imbrex.registry.internal.wire;

import org.jspecify.annotations.NullMarked;
