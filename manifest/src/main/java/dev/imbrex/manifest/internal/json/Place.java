package dev.imbrex.manifest.internal.json;

import org.jspecify.annotations.Nullable;

/** Where a value stands in a document; printed as a JSON pointer (RFC 6901). */
record Place(@Nullable Place parent, String name) {
  /** The whole document. */
  static final Place ROOT = new Place(null, "");

  Place member(String member) {
    return new Place(this, member);
  }

  Place element(int position) {
    return new Place(this, Integer.toString(position));
  }

  @Override
  public String toString() {
    return parent == null ? "" : parent + "/" + escaped();
  }

  private String escaped() {
    return Excerpt.of(name).replace("~", "~0").replace("/", "~1");
  }
}
