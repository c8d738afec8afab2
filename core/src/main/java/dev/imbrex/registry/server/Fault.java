package dev.imbrex.registry.server;

import dev.imbrex.registry.internal.http.HttpRequest;
import dev.imbrex.registry.internal.http.HttpResponse;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Something a registry does wrong, and when (SN-T14). Immutable; give it to {@link
 * RegistryFaults#add}.
 *
 * <pre>{@code
 * server.faults().add(Fault.dropAfter(1000).on("GET", "/blobs/").times(1));
 * server.faults().add(Fault.tooManyRequests("2").on("PUT", "/manifests/").after(3).times(2));
 * server.faults().add(Fault.status(404).on("GET", "/referrers/"));
 * }</pre>
 *
 * <p>Without {@link #on} it is for all requests, without {@link #times} for ever. Of several faults
 * that fit a request, all take part in the order they were added, until one answers by itself.
 */
public final class Fault {
  /** What is done to a request and its answer. */
  interface Effect {
    /** Changes the request before it is answered. */
    default void before(HttpRequest request) throws IOException {}

    /** An answer in place of the true one. */
    default Optional<HttpResponse> instead(HttpRequest request, Endpoints endpoints)
        throws IOException {
      return Optional.empty();
    }

    /** Changes the true answer. */
    default HttpResponse after(HttpResponse response, RegistryFaults faults) throws IOException {
      return response;
    }
  }

  private final Effect effect;
  private final String name;
  private final Optional<String> method;
  private final Pattern path;
  private final long skipped;
  private final long times;

  private Fault(
      Effect effect, String name, Optional<String> method, Pattern path, long skipped, long times) {
    this.effect = effect;
    this.name = name;
    this.method = method;
    this.path = path;
    this.skipped = skipped;
    this.times = times;
  }

  private static Fault of(String name, Effect effect) {
    return new Fault(effect, name, Optional.empty(), Pattern.compile(""), 0, Long.MAX_VALUE);
  }

  /** A copy for requests of a method whose path and query a regular expression is found in. */
  public Fault on(String newMethod, String pathPattern) {
    return new Fault(
        effect, name, Optional.of(newMethod), Pattern.compile(pathPattern), skipped, times);
  }

  /** A copy for requests of any method whose path and query a regular expression is found in. */
  public Fault on(String pathPattern) {
    return new Fault(effect, name, Optional.empty(), Pattern.compile(pathPattern), skipped, times);
  }

  /** A copy that leaves the first so many requests it fits alone. */
  public Fault after(long requests) {
    return new Fault(effect, name, method, path, requests, times);
  }

  /** A copy that takes part so many times and no more. */
  public Fault times(long count) {
    return new Fault(effect, name, method, path, skipped, count);
  }

  // ---- Answers of its own

  /** Answers with a status, and an error body for 4xx and 5xx. */
  public static Fault status(int status) {
    return of("status " + status, FaultAnswers.status(status, "", ""));
  }

  /** Answers with a status and a header field. */
  public static Fault status(int status, String header, String value) {
    return of("status " + status, FaultAnswers.status(status, header, value));
  }

  /** Answers with a status and any body. */
  public static Fault status(int status, String contentType, byte[] body) {
    return of("status " + status, FaultAnswers.body(status, contentType, body.clone()));
  }

  /** Answers 401 with the challenge of the server, as if the credentials were no good any more. */
  public static Fault unauthorized() {
    return of("401", FaultAnswers.unauthorized());
  }

  /**
   * Answers 429.
   *
   * @param retryAfter the Retry-After header: seconds, or a date; empty for none
   */
  public static Fault tooManyRequests(String retryAfter) {
    return of(
        "429", FaultAnswers.status(429, retryAfter.isEmpty() ? "" : "Retry-After", retryAfter));
  }

  /**
   * Answers with a redirect to the same path and query elsewhere.
   *
   * @param status 301, 302, 303, 307 or 308
   * @param base scheme, host and port: {@code http://localhost:5001}
   */
  public static Fault redirect(int status, String base) {
    return of("redirect", FaultAnswers.redirect(status, base));
  }

  /** Does not answer, and cuts the connection; what was asked for is not done. */
  public static Fault drop() {
    return of("drop", FaultAnswers.drop());
  }

  // ---- Requests

  /** Cuts the connection once so many bytes of the request's body have been read and used. */
  public static Fault dropRequestAfter(long bytes) {
    return of("drop request after " + bytes, FaultBodies.dropRequestAfter(bytes));
  }

  /** Does what was asked for, but cuts the connection in place of an answer. */
  public static Fault dropAnswer() {
    return of("drop answer", FaultBodies.dropAnswer());
  }

  /** Answers as if the client had not asked for a range. */
  public static Fault ignoreRange() {
    return of("ignore range", FaultAnswers.withoutRequestHeader("Range"));
  }

  // ---- Answers gone wrong

  /** Puts a header field into the answer, in place of those of its name. */
  public static Fault header(String name, String value) {
    return of("header " + name, FaultAnswers.header(name, value));
  }

  /** Takes the header fields of a name out of the answer. */
  public static Fault withoutHeader(String name) {
    return of("without header " + name, FaultAnswers.withoutHeader(name));
  }

  /**
   * Names another host in the Location of the answer, which keeps its path and query.
   *
   * @param base scheme, host and port
   */
  public static Fault locationAt(String base) {
    return of("location", FaultAnswers.locationAt(base));
  }

  /** Cuts the connection after so many bytes of the answer's head. */
  public static Fault dropInHead(long bytes) {
    return of("drop in head", FaultBodies.dropInHead(bytes));
  }

  /** Cuts the connection after so many bytes of the answer's body, its length as promised. */
  public static Fault dropAfter(long bytes) {
    return of("drop after " + bytes, FaultBodies.dropAfter(bytes));
  }

  /**
   * Sends so many bytes of the answer's body, says that these are all, and keeps the connection.
   */
  public static Fault truncate(long bytes) {
    return of("truncate to " + bytes, FaultBodies.truncate(bytes));
  }

  /** Stops after so many bytes of the answer's body, without cutting the connection. */
  public static Fault stallAfter(long bytes) {
    return of("stall after " + bytes, FaultBodies.stallAfter(bytes));
  }

  /** Sends the answer's body at this speed. */
  public static Fault slow(long bytesPerSecond) {
    if (bytesPerSecond <= 0) {
      throw new IllegalArgumentException("Must be above 0: " + bytesPerSecond);
    }
    return of("slow", FaultBodies.slow(bytesPerSecond));
  }

  /** Changes one byte of the answer's body. */
  public static Fault corrupt(long offset) {
    return of("corrupt at " + offset, FaultBodies.corrupt(offset));
  }

  boolean fits(HttpRequest request) {
    return method.map(m -> m.equals(request.method())).orElse(true)
        && path.matcher(request.rawPath() + '?' + request.rawQuery()).find();
  }

  long skipped() {
    return skipped;
  }

  long times() {
    return times;
  }

  Effect effect() {
    return effect;
  }

  /** What it does, and to which requests. */
  @Override
  public String toString() {
    return name + " on " + method.orElse("any method") + " " + path;
  }

  static String requireBase(String base) {
    if (!Objects.requireNonNull(base).matches("https?://[^/]+")) {
      throw new IllegalArgumentException("Expected scheme, host and port: " + base);
    }
    return base;
  }
}
