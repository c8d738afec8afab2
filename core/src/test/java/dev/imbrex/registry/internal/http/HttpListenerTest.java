package dev.imbrex.registry.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 as RFC 9112 has it, byte by byte over a socket. */
class HttpListenerTest {
  private static final HttpLimits LIMITS =
      new HttpLimits(
          4, 4096, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30));

  private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());
  private HttpListener listener;

  /** Echoes the body, or does what the path says. */
  private final HttpHandler handler =
      new HttpHandler() {
        @Override
        public HttpResponse handle(HttpRequest request) throws IOException {
          if (request.rawPath().equals("/unread")) {
            return HttpResponse.of(401).withBody("text/plain", "no".getBytes(ISO_8859_1));
          }
          if (request.rawPath().equals("/short")) {
            return HttpResponse.of(200)
                .withBody("text/plain", new ByteArrayInputStream(new byte[10]), 20);
          }
          if (request.rawPath().equals("/nothing")) {
            return HttpResponse.of(204);
          }
          byte[] body = request.body().readAllBytes();
          bodies.add(request.method() + " " + request.rawPath() + " " + request.rawQuery());
          return HttpResponse.of(200).withBody("text/plain", body);
        }

        @Override
        public HttpResponse refuse(int status, String problem) {
          return HttpResponse.of(status).withBody("text/plain", problem.getBytes(ISO_8859_1));
        }
      };

  @BeforeEach
  void start() throws IOException {
    listener = start(LIMITS);
  }

  private HttpListener start(HttpLimits limits) throws IOException {
    return HttpListener.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        null,
        false,
        handler,
        limits,
        () -> {});
  }

  @AfterEach
  void stop() throws IOException {
    listener.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  /** Reads one answer with its body, or what there is of it. */
  private static String receive(Socket socket, boolean withBody) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        return text + "<end>";
      }
      text.append((char) b);
    }
    int at = text.indexOf("Content-Length: ");
    if (withBody && at >= 0) {
      int length = Integer.parseInt(text.substring(at + 16, text.indexOf("\r", at)));
      text.append(new String(in.readNBytes(length), ISO_8859_1));
    }
    return text.toString();
  }

  private static boolean isClosed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  private String exchange(String request) throws IOException {
    try (Socket socket = connect()) {
      send(socket, request);
      return receive(socket, true);
    }
  }

  @Test
  void keepsTheConnectionForTheNextRequest() throws IOException {
    try (Socket socket = connect()) {
      for (int i = 0; i < 3; i++) {
        send(socket, "PUT /a?b=" + i + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(receive(socket, true))
            .startsWith("HTTP/1.1 200 OK\r\n")
            .contains("\r\nContent-Length: 3\r\n")
            .doesNotContain("Connection")
            .endsWith("\r\n\r\nabc");
      }
    }
    assertThat(bodies).containsExactly("PUT /a b=0", "PUT /a b=1", "PUT /a b=2");
  }

  @Test
  void answersRequestsThatWereSentTogether() throws IOException {
    try (Socket socket = connect()) {
      String one = "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n";
      send(socket, one + "1" + one + "2\r\n" + one + "3");
      for (int i = 1; i <= 3; i++) {
        assertThat(receive(socket, true)).endsWith("\r\n\r\n" + i);
      }
    }
  }

  @Test
  void sendsNoBodyWithHeadAndNoContent() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "HEAD /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
      assertThat(receive(socket, false)).contains("\r\nContent-Length: 3\r\n");
      send(socket, "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(receive(socket, false))
          .startsWith("HTTP/1.1 204 No Content\r\n")
          .doesNotContain("Content-Length");
      send(socket, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(receive(socket, true)).contains("Content-Length: 0");
    }
  }

  @Test
  void closesWhereTheClientWantsIt() throws IOException {
    for (String request :
        List.of(
            "GET /a HTTP/1.1\r\nHost: x\r\nConnection: foo, Close\r\n\r\n",
            "GET /a HTTP/1.0\r\n\r\n")) {
      try (Socket socket = connect()) {
        send(socket, request);
        assertThat(receive(socket, true)).contains("\r\nConnection: close\r\n");
        assertThat(isClosed(socket)).isTrue();
      }
    }
  }

  @Test
  void readsBodiesInChunks() throws IOException {
    try (Socket socket = connect()) {
      String head = "PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
      send(socket, head + "3\r\nabc\r\nA;ext=\"1\"\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n");
      assertThat(receive(socket, true)).endsWith("\r\n\r\nabc0123456789");
      send(socket, head + "0\r\n\r\n");
      assertThat(receive(socket, true)).contains("Content-Length: 0");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"g\r\n", "\r\n", "-1\r\n", "3\r\nabcdef\r\n", "FFFFFFFFFFFFFFFFF\r\n", "3 \nabc"})
  void refusesChunksThatAreNone(String chunks) throws IOException {
    assertThat(
            exchange(
                "PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + chunks
                    + "0\r\n\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
  }

  /** RFC 9110, section 10.1.1. */
  @Test
  void letsAClientGoOnThatWaits() throws IOException {
    try (Socket socket = connect()) {
      String head = " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
      send(socket, "PUT /a" + head);
      assertThat(receive(socket, false)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      send(socket, "abc");
      assertThat(receive(socket, true)).startsWith("HTTP/1.1 200 OK").endsWith("abc");
      send(socket, "PUT /unread" + head);
      assertThat(receive(socket, true)).startsWith("HTTP/1.1 401 ").contains("Connection: close");
      assertThat(isClosed(socket)).isTrue();
    }
  }

  @Test
  void answersWithoutReadingTheBodyAndGoesOn() throws IOException {
    try (Socket socket = connect()) {
      send(
          socket,
          "PUT /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + "x".repeat(200000));
      assertThat(receive(socket, true)).startsWith("HTTP/1.1 401 ");
      send(socket, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(receive(socket, true)).startsWith("HTTP/1.1 200 ");
    }
  }

  /** Many clients look for an answer only when they have sent everything. */
  @Test
  void readsALargeBodyThatNobodyWantsSoThatTheAnswerArrives() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "PUT /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n");
      byte[] part = new byte[1_000_000];
      for (int i = 0; i < 100; i++) {
        socket.getOutputStream().write(part);
      }
      assertThat(receive(socket, true)).startsWith("HTTP/1.1 401 ").contains("Connection: close");
      assertThat(isClosed(socket)).isTrue();
    }
  }

  @Test
  void cutsTheConnectionWhereABodyIsShorterThanItSays() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "GET /short HTTP/1.1\r\nHost: x\r\n\r\n");
      String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      assertThat(answer.length()).isLessThan(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /a\r\n\r\n",
        "GET  /a HTTP/1.1\r\nHost: x\r\n\r\n",
        "G(T /a HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET a HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /a\u0001 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /a HTTP/1.1\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: x\r\nA: b\u0000c\r\n\r\n",
        "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      })
  void refusesWhatIsNoRequest(String request) throws IOException {
    assertThat(exchange(request))
        .startsWith("HTTP/1.1 400 Bad Request\r\n")
        .contains("\r\nConnection: close\r\n");
  }

  @Test
  void refusesWhatItDoesNotSpeak() throws IOException {
    assertThat(exchange("GET /a HTTP/2.0\r\n\r\n")).startsWith("HTTP/1.1 505 ");
    assertThat(exchange("PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n"))
        .startsWith("HTTP/1.1 501 ");
    assertThat(exchange("GET /" + "a".repeat(5000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
  }

  /** Closing with bytes unread would reset the connection, and the answer with it. */
  @Test
  void answersAHeadThatIsTooLargeWhileItStillComes() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "GET /a HTTP/1.1\r\nHost: x\r\n" + "X: y\r\n".repeat(1_000_000));
      assertThat(receive(socket, true)).startsWith("HTTP/1.1 431 ");
      assertThat(isClosed(socket)).isTrue();
    }
  }

  /** Clients try https first, and would wait for an answer to what is no head of a request. */
  @Test
  void tellsATlsClientAtOnceThatThisIsHttp() throws IOException {
    assertThat(exchange("\u0016\u0003\u0001\u0002\u0000\u0001")).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void takesTheWholeUrlAndBareLineEnds() throws IOException {
    assertThat(exchange("\r\n\nGET http://x:1/a?b HTTP/1.1\nHost: x\n\n"))
        .startsWith("HTTP/1.1 200 ");
    assertThat(bodies).containsExactly("GET /a b");
  }

  @Test
  void readsAHeadThatComesByteByByte() throws IOException {
    try (Socket socket = connect()) {
      socket.setTcpNoDelay(true);
      for (byte b : "GET /a HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1)) {
        socket.getOutputStream().write(b);
      }
      assertThat(receive(socket, true)).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void closesWhatWaitsTooLong() throws IOException {
    listener.close();
    Duration soon = Duration.ofMillis(50);
    listener = start(new HttpLimits(4, 4096, soon, soon, soon));
    for (String begun :
        List.of(
            "",
            "GET /a HTTP/1.1\r\nHost",
            "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na")) {
      try (Socket socket = connect()) {
        send(socket, begun);
        assertThat(isClosed(socket)).describedAs(begun).isTrue();
      }
    }
  }

  @Test
  void closesAnIdleConnectionForANewOne() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 5; i++) {
        Socket socket = connect();
        sockets.add(socket);
        send(socket, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(receive(socket, true)).startsWith("HTTP/1.1 200 ");
      }
      // Which one it is depends on when their threads got to wait again.
      int open = 0;
      for (Socket socket : sockets.subList(0, 4)) {
        try {
          send(socket, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
          open += receive(socket, true).startsWith("HTTP/1.1 200 ") ? 1 : 0;
        } catch (SocketException e) {
          assertThat(isClosed(socket)).isTrue();
        }
      }
      assertThat(open).isEqualTo(3);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void leavesNothingBehind() throws IOException {
    try (Socket idle = connect();
        Socket sending = connect()) {
      send(idle, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
      receive(idle, true);
      send(sending, "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na");
      int port = listener.port();
      listener.close();
      assertThat(isClosed(idle)).isTrue();
      assertThat(isClosed(sending)).isTrue();
      assertThat(Thread.getAllStackTraces().keySet())
          .noneMatch(thread -> thread.getName().startsWith("imbrex-registry-" + port));
      listener.close();
    }
  }
}
