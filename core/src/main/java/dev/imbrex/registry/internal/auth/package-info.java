/** What registries and token services say to each other about rights: challenges and scopes. */
@NullMarked
package dev.imbrex.registry.internal.auth;

import org.jspecify.annotations.NullMarked;
