package dev.imbrex.registry.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One connection: reads requests, one after the other, and answers them. */
final class HttpConnection {
  private static final int LARGEST_WRITE = 1 << 17;
  private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1);

  private final Socket plain;
  private final @Nullable TlsServer tls;
  private final HttpHandler handler;
  private final HttpLimits limits;
  private final Watch watch = new Watch();
  private volatile long idleSince;
  private volatile boolean idle;

  /**
   * How connections are secured.
   *
   * @param context keys and trust
   * @param clientCertificate whether clients must show a certificate
   */
  record TlsServer(SSLContext context, boolean clientCertificate) {}

  HttpConnection(Socket plain, @Nullable TlsServer tls, HttpHandler handler, HttpLimits limits) {
    this.plain = plain;
    this.tls = tls;
    this.handler = handler;
    this.limits = limits;
  }

  /** Serves the connection until it ends; closes it. */
  void run() {
    try (Socket open = plain) {
      // An answer of two small packets would wait for the delayed acknowledgement of the first.
      open.setTcpNoDelay(true);
      try (Socket socket = secured()) {
        WireInput in = new WireInput(socket.getInputStream(), watch, limits.stall());
        WireOutput out = new WireOutput(socket.getOutputStream(), watch, limits.stall());
        while (serve(in, out)) {
          // The next request.
        }
      }
    } catch (IOException e) {
      // Whoever was at the other end has gone, or is to think so.
      return;
    }
  }

  /** Closes the connection under whatever it is doing. */
  void cut() {
    idle = false;
    try {
      plain.close();
    } catch (IOException e) {
      // It is gone then.
      return;
    }
  }

  /** Cuts it if it has been blocked for longer than it may. */
  void cutIfOver(long now) {
    if (watch.isOver(now)) {
      cut();
    }
  }

  /** Whether it waits for a request. */
  boolean isIdle() {
    return idle;
  }

  /** Since when it waits, by nanoTime. */
  long idleSince() {
    return idleSince;
  }

  private Socket secured() throws IOException {
    if (tls == null) {
      return plain;
    }
    SSLSocket socket =
        (SSLSocket)
            tls.context.getSocketFactory().createSocket(plain, InputStream.nullInputStream(), true);
    socket.setUseClientMode(false);
    socket.setNeedClientAuth(tls.clientCertificate);
    return socket;
  }

  private boolean serve(WireInput in, WireOutput out) throws IOException {
    RequestHead head;
    HttpBody body;
    try {
      idleSince = System.nanoTime();
      idle = !in.hasMore();
      int length = in.readHead(limits);
      idle = false;
      if (length < 0) {
        return false;
      }
      head = RequestHead.parse(in.head(length), length);
      body = head.isChunked() ? HttpBody.chunked(in) : HttpBody.ofLength(in, head.contentLength());
    } catch (MalformedRequestException e) {
      refuse(e, in, out);
      return false;
    }
    HttpRequest request =
        new HttpRequest(head, tls != null, body, () -> out.writeNow(CONTINUE, CONTINUE.length));
    HttpResponse response;
    try {
      response = handler.handle(request);
    } catch (MalformedRequestException e) {
      refuse(e, in, out);
      return false;
    }
    boolean reusable = head.keepsAlive() && !request.isWaiting() && body.isWorthReading();
    send(response, reusable, head.method().equals("HEAD"), out);
    // A client that is still sending sees the answer only if somebody reads on.
    return !request.isWaiting() && body.discard() && reusable;
  }

  /**
   * Answers what is no request; what else comes is read for a moment, so that the answer arrives.
   */
  private void refuse(MalformedRequestException e, WireInput in, WireOutput out)
      throws IOException {
    send(handler.refuse(e.status(), e.problem()), false, false, out);
    plain.shutdownOutput();
    in.discard(HttpLimits.DISCARDED_BYTES, HttpLimits.LINGER);
  }

  private void send(HttpResponse response, boolean keep, boolean isHead, WireOutput out)
      throws IOException {
    try (InputStream body = response.body()) {
      byte[] head = head(response, keep);
      boolean bodiless = isHead || response.isBodiless() || response.status() == 204;
      long left = bodiless ? 0 : response.length();
      OutputStream wire = response.over(out);
      byte[] buffer = new byte[(int) Math.min(LARGEST_WRITE, head.length + left)];
      System.arraycopy(head, 0, buffer, 0, Math.min(head.length, buffer.length));
      int filled = Math.min(head.length, buffer.length);
      if (filled < head.length) {
        wire.write(head);
        filled = 0;
      }
      while (left > 0) {
        int count = body.read(buffer, filled, (int) Math.min(left, (long) buffer.length - filled));
        if (count < 0) {
          throw new IOException("The body ends " + left + " bytes early");
        }
        left -= count;
        filled += count;
        if (filled == buffer.length) {
          wire.write(buffer, 0, filled);
          filled = 0;
        }
      }
      wire.write(buffer, 0, filled);
      wire.flush();
    }
  }

  private static byte[] head(HttpResponse response, boolean keep) {
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(response.status()).append(' ');
    head.append(StatusText.of(response.status())).append("\r\n");
    for (HttpFields.Field field : response.fields().list()) {
      head.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }
    if (response.status() != 204) {
      head.append("Content-Length: ").append(response.length()).append("\r\n");
    }
    if (!keep) {
      head.append("Connection: close\r\n");
    }
    return head.append("\r\n").toString().getBytes(ISO_8859_1);
  }
}
