/**
 * Running the commands of a build with what the machine has. Start with {@link
 * dev.imbrex.build.run.LocalRunner}.
 */
@NullMarked
package dev.imbrex.build.run;

import org.jspecify.annotations.NullMarked;
