package dev.imbrex.registry.internal.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.UnaryOperator;

/**
 * An answer: status, header fields, and a body of known length. Belongs to one thread. Whoever has
 * it closes the body; the server does so once it was sent.
 */
public final class HttpResponse {
  private final int status;
  private final HttpFields fields = new HttpFields();
  private InputStream body = InputStream.nullInputStream();
  private long length;
  private boolean bodiless;
  private UnaryOperator<OutputStream> wire = out -> out;

  private HttpResponse(int status) {
    this.status = status;
  }

  /** An answer without fields and body. */
  public static HttpResponse of(int status) {
    return new HttpResponse(status);
  }

  /** Adds a field. */
  public HttpResponse with(String name, String value) {
    fields.set(name, value);
    return this;
  }

  /** Gives it a body of these bytes. */
  public HttpResponse withBody(String contentType, byte[] bytes) {
    return withBody(contentType, new ByteArrayInputStream(bytes), bytes.length);
  }

  /**
   * Gives it a body.
   *
   * @param in the bytes; from here on it belongs to the answer
   * @param size how many there are; if the stream ends earlier, the connection is cut
   */
  public HttpResponse withBody(String contentType, InputStream in, long size) {
    fields.set("Content-Type", contentType);
    body = in;
    length = size;
    return this;
  }

  /** Gives it the length of a body, as an answer to HEAD has it, but no body. */
  public HttpResponse withLength(String contentType, long size) {
    fields.set("Content-Type", contentType);
    length = size;
    bodiless = true;
    return this;
  }

  /** Sends it through another stream, which may do to the bytes what a bad network does. */
  public HttpResponse withWire(UnaryOperator<OutputStream> through) {
    UnaryOperator<OutputStream> before = wire;
    wire = out -> through.apply(before.apply(out));
    return this;
  }

  /** The status. */
  public int status() {
    return status;
  }

  /** The header fields; those that frame the message are added when it is sent. */
  public HttpFields fields() {
    return fields;
  }

  /** How many bytes the body has, or would have. */
  public long length() {
    return length;
  }

  /** The body; empty if it has none. */
  public InputStream body() {
    return body;
  }

  /** Replaces the body, which stays as long as it was, by one that is read through a stream. */
  public HttpResponse readThrough(UnaryOperator<InputStream> stream) {
    body = stream.apply(body);
    return this;
  }

  /** Closes the body without sending it. */
  public void discard() throws IOException {
    body.close();
  }

  boolean isBodiless() {
    return bodiless;
  }

  OutputStream over(OutputStream out) {
    return wire.apply(out);
  }
}
