package dev.imbrex.registry.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;

/**
 * The head of a request (RFC 9112, sections 3 and 5), read strictly: what two programs could read
 * in two ways is refused.
 *
 * @param method a token
 * @param path begins with a slash; still escaped
 * @param query still escaped; empty if there is none
 * @param minorVersion 0 or 1
 * @param fields the header fields
 */
record RequestHead(String method, String path, String query, int minorVersion, HttpFields fields) {
  static RequestHead parse(byte[] bytes, int length) throws MalformedRequestException {
    String text = new String(bytes, 0, length, ISO_8859_1);
    int end = lineEnd(text, 0);
    String[] parts = line(text, 0, end).split(" ", -1);
    if (parts.length != 3 || !isToken(parts[0])) {
      throw new MalformedRequestException(400, "No request line");
    }
    int minorVersion = minorVersion(parts[2]);
    String target = originForm(parts[1]);
    HttpFields fields = new HttpFields();
    for (int start = end + 1; start < length; start = end + 1) {
      end = lineEnd(text, start);
      String line = line(text, start, end);
      if (!line.isEmpty()) {
        addField(line, fields);
      }
    }
    if (minorVersion > 0 && fields.all("Host").size() != 1) {
      throw new MalformedRequestException(400, "Expected one Host header");
    }
    int question = target.indexOf('?');
    return new RequestHead(
        parts[0],
        question < 0 ? target : target.substring(0, question),
        question < 0 ? "" : target.substring(question + 1),
        minorVersion,
        fields);
  }

  boolean expectsContinue() {
    return minorVersion > 0 && fields.hasWord("Expect", "100-continue");
  }

  /** Whether another request may follow; after one of HTTP/1.0 none does. */
  boolean keepsAlive() {
    return minorVersion > 0 && !fields.hasWord("Connection", "close");
  }

  boolean isChunked() throws MalformedRequestException {
    List<String> codings = fields.all("Transfer-Encoding");
    if (codings.isEmpty()) {
      return false;
    }
    if (codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked")) {
      throw new MalformedRequestException(501, "Only the transfer coding \"chunked\" is known");
    }
    if (minorVersion == 0 || fields.find("Content-Length").isPresent()) {
      throw new MalformedRequestException(400, "Transfer-Encoding beside Content-Length");
    }
    return true;
  }

  /** The Content-Length; 0 if there is none. */
  long contentLength() throws MalformedRequestException {
    List<String> lengths = fields.all("Content-Length");
    if (lengths.isEmpty()) {
      return 0;
    }
    String first = lengths.get(0);
    boolean digits = !first.isEmpty() && first.length() < 19;
    for (int i = 0; i < first.length() && digits; i++) {
      digits = first.charAt(i) >= '0' && first.charAt(i) <= '9';
    }
    // Some programs send the same one twice; they mean one thing.
    if (!digits || !lengths.stream().allMatch(first::equals)) {
      throw new MalformedRequestException(400, "No Content-Length");
    }
    return Long.parseLong(first);
  }

  private static int lineEnd(String text, int start) throws MalformedRequestException {
    int end = text.indexOf('\n', start);
    if (end < 0) {
      throw new MalformedRequestException(400, "A line of the head does not end");
    }
    return end;
  }

  private static String line(String text, int start, int end) {
    return text.substring(start, end > start && text.charAt(end - 1) == '\r' ? end - 1 : end);
  }

  private static int minorVersion(String version) throws MalformedRequestException {
    if (version.length() != 8 || !version.startsWith("HTTP/")) {
      throw new MalformedRequestException(400, "No request line");
    }
    if (!version.startsWith("HTTP/1.")) {
      throw new MalformedRequestException(505, "Only HTTP/1.1 is spoken here");
    }
    return version.charAt(7) == '0' ? 0 : 1;
  }

  /** The path and query, also where a proxy's client sends the whole URL. */
  private static String originForm(String target) throws MalformedRequestException {
    String path = target;
    if (target.startsWith("http://") || target.startsWith("https://")) {
      int slash = target.indexOf('/', target.indexOf("//") + 2);
      path = slash < 0 ? "/" : target.substring(slash);
    }
    if (!path.startsWith("/")) {
      throw new MalformedRequestException(400, "Expected a path");
    }
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) <= ' ' || path.charAt(i) == 0x7f) {
        throw new MalformedRequestException(400, "The path holds control characters");
      }
    }
    return path;
  }

  private static void addField(String line, HttpFields fields) throws MalformedRequestException {
    int colon = line.indexOf(':');
    // White space before the name would continue the line above; before the colon it hides a name.
    if (colon <= 0 || !isToken(line.substring(0, colon))) {
      throw new MalformedRequestException(400, "A header field has no name");
    }
    String value = line.substring(colon + 1).strip();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        throw new MalformedRequestException(400, "A header field holds control characters");
      }
    }
    fields.add(line.substring(0, colon), value);
  }

  private static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> isTokenCharacter((char) c));
  }

  static boolean isTokenCharacter(char c) {
    boolean letterOrDigit =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letterOrDigit || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }
}
