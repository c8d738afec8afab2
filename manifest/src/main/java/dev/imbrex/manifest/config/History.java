package dev.imbrex.manifest.config;

import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One step in the making of an image (OCI image-spec 1.1, "history"; SN-C7, SN-C8).
 *
 * <p>Immutable; {@code with…} returns a copy in which members this library does not know survive.
 */
public final class History {
  private static final String CREATED = "created";
  private static final String CREATED_BY = "created_by";
  private static final String AUTHOR = "author";
  private static final String COMMENT = "comment";
  private static final String EMPTY_LAYER = "empty_layer";
  private static final List<String> ORDER =
      List.of(CREATED, CREATED_BY, AUTHOR, COMMENT, EMPTY_LAYER);

  private final JsonObject json;

  private History(JsonObject json) {
    this.json = json;
  }

  /** A step of which nothing is known, and which made a layer. */
  public static History empty() {
    return new History(JsonObject.empty());
  }

  /** A step that made a layer. */
  public static History createdBy(Instant created, String command) {
    return empty().withCreated(created).withCreatedBy(command);
  }

  static History from(JsonObject json) throws MalformedContentException {
    for (String text : List.of(CREATED, CREATED_BY, AUTHOR, COMMENT)) {
      json.findString(text);
    }
    json.findBoolean(EMPTY_LAYER);
    return new History(json);
  }

  /** When it was done; empty if that is not known, or not written as RFC 3339 wants. */
  public Optional<Instant> created() {
    return createdText().flatMap(Timestamps::findKnown);
  }

  /** When it was done, as it is written. */
  public Optional<String> createdText() {
    return text(CREATED);
  }

  /** The command that did it; may be empty. */
  public String createdBy() {
    return text(CREATED_BY).orElse("");
  }

  /** Who did it; may be empty. */
  public String author() {
    return text(AUTHOR).orElse("");
  }

  /** A remark; may be empty. */
  public String comment() {
    return text(COMMENT).orElse("");
  }

  /** Whether it changed the config only, and made no layer. */
  public boolean isEmptyLayer() {
    return Checked.again(() -> json.findBoolean(EMPTY_LAYER)).orElse(false);
  }

  /**
   * A copy done at another time.
   *
   * @throws IllegalArgumentException if the year is not within 0 to 9999
   */
  public History withCreated(Instant created) {
    return created().equals(Optional.of(created)) ? this : with(CREATED, Timestamps.print(created));
  }

  /** A copy that does not say when. */
  public History withoutCreated() {
    return new History(json.without(CREATED));
  }

  /** A copy with another command. */
  public History withCreatedBy(String createdBy) {
    return with(CREATED_BY, createdBy);
  }

  /** A copy with another author; an empty one is left out. */
  public History withAuthor(String author) {
    return withOptional(AUTHOR, author);
  }

  /** A copy with another remark; an empty one is left out. */
  public History withComment(String comment) {
    return withOptional(COMMENT, comment);
  }

  /** A copy that made no layer, or one that did. The member is left out rather than false. */
  public History withEmptyLayer(boolean emptyLayer) {
    if (emptyLayer == isEmptyLayer()) {
      return this;
    }
    return emptyLayer
        ? new History(Checked.placed(json, json.with(EMPTY_LAYER, true), EMPTY_LAYER, ORDER))
        : new History(json.without(EMPTY_LAYER));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof History that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  /** The step as JSON. */
  @Override
  public String toString() {
    return json.toString();
  }

  JsonObject json() {
    return json;
  }

  private Optional<String> text(String name) {
    return Checked.again(() -> json.findString(name));
  }

  private History withOptional(String name, String value) {
    if (value.equals(text(name).orElse(""))) {
      return this;
    }
    return value.isEmpty() ? new History(json.without(name)) : with(name, value);
  }

  private History with(String name, String value) {
    return new History(Checked.placed(json, json.with(name, value), name, ORDER));
  }
}
