package dev.imbrex.registry.internal.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** One request, while it is answered. Belongs to the thread that answers it. */
public final class HttpRequest {
  private final RequestHead head;
  private final boolean secure;
  private final HttpBody body;
  private final Continuation continuation;
  private boolean continued;
  private UnaryOperator<InputStream> through = in -> in;

  /** Tells a client that waits with its body to go on. */
  interface Continuation {
    void send() throws IOException;
  }

  HttpRequest(RequestHead head, boolean secure, HttpBody body, Continuation continuation) {
    this.head = head;
    this.secure = secure;
    this.body = body;
    this.continuation = continuation;
    this.continued = !head.expectsContinue();
  }

  /** The method, as it was sent. */
  public String method() {
    return head.method();
  }

  /** The path as it was sent, escapes and all; begins with a slash. */
  public String rawPath() {
    return head.path();
  }

  /** The query as it was sent, without the question mark; empty if there is none. */
  public String rawQuery() {
    return head.query();
  }

  /** The header fields. */
  public HttpFields fields() {
    return head.fields();
  }

  /** Whether it came over TLS. */
  public boolean isSecure() {
    return secure;
  }

  /** The length of the body, where the client says it; 0 if there is none. */
  public OptionalLong length() {
    return body.length();
  }

  /**
   * The body. Reading it lets a client go on that waits for leave to send it. Ends early with a
   * {@link ClientGoneException} if the client does.
   */
  public InputStream body() {
    return through.apply(bodyOnceWanted());
  }

  /** Reads the body through another stream, which may do to the bytes what a bad network does. */
  public void readThrough(UnaryOperator<InputStream> stream) {
    through = stream;
  }

  private InputStream bodyOnceWanted() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        if (!continued) {
          continued = true;
          continuation.send();
        }
        return body.read(bytes, offset, length);
      }
    };
  }

  /** Whether the client waits still for leave to send its body. */
  boolean isWaiting() {
    return !continued && !body.isAtEnd();
  }
}
