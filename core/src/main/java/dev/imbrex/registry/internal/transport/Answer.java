package dev.imbrex.registry.internal.transport;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** An answer whose headers are here and whose body is still to be read. Closed by its user. */
public final class Answer implements Closeable {
  private static final int DRAINED = 64 << 10;

  private final URI uri;
  private final int status;
  private final HttpHeaders headers;
  private final InputStream body;
  private final Runnable onClose;

  Answer(URI uri, int status, HttpHeaders headers, InputStream body, Runnable onClose) {
    this.uri = uri;
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.onClose = onClose;
  }

  /** The same answer, with something more to do when it is closed. */
  public Answer onClose(Runnable more) {
    return new Answer(
        uri,
        status,
        headers,
        body,
        () -> {
          onClose.run();
          more.run();
        });
  }

  /** What was asked. */
  public URI uri() {
    return uri;
  }

  /** The status. */
  public int status() {
    return status;
  }

  /** The first header of a name, without the white space around it. */
  public Optional<String> header(String name) {
    return headers.firstValue(name).map(String::strip);
  }

  /** All headers of a name. */
  public List<String> headers(String name) {
    return headers.allValues(name);
  }

  /** The length of the body, if it was told and is a number. */
  public OptionalLong contentLength() {
    Optional<String> text = header("Content-Length").filter(t -> t.matches("[0-9]{1,18}"));
    return text.isPresent() ? OptionalLong.of(Long.parseLong(text.get())) : OptionalLong.empty();
  }

  /** The body; it is closed with the answer. */
  public InputStream body() {
    return body;
  }

  /** Up to so many bytes of the body. */
  public byte[] bytes(int limit) throws IOException {
    return body.readNBytes(limit);
  }

  /** Reads what little is left of a body, so that the connection can be used again, and closes. */
  public void discard() {
    try (this) {
      body.readNBytes(DRAINED);
    } catch (IOException e) {
      // The connection is gone, which is no loss.
      return;
    }
  }

  @Override
  public void close() {
    try {
      body.close();
    } catch (IOException e) {
      throw new AssertionError("Closing a body does no I/O", e);
    } finally {
      onClose.run();
    }
  }
}
