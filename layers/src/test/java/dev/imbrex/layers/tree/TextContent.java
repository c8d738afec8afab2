package dev.imbrex.layers.tree;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Content for tests; equal to itself only, as contents are that know nothing of their bytes. */
final class TextContent implements FileContent {
  private final String text;

  TextContent(String text) {
    this.text = text;
  }

  @Override
  public long size() {
    return text.length();
  }

  @Override
  public InputStream open() {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public String toString() {
    return text;
  }
}
