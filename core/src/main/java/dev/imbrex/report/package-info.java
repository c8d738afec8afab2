/**
 * Pictures of images: one HTML file that shows what is in an image, or between two, to people.
 *
 * <p>Start with {@link dev.imbrex.report.ImageReport}.
 */
@NullMarked
package dev.imbrex.report;

import org.jspecify.annotations.NullMarked;
