package dev.imbrex.build;

import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Fetches files by HTTP. */
final class HttpRemoteSource implements RemoteSource {
  private static final Duration CONNECT = Duration.ofSeconds(30);
  private static final Duration ANSWER = Duration.ofMinutes(2);
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  @Override
  public RemoteFile fetch(URI location) throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(CONNECT)
            .proxy(ProxySelector.getDefault())
            .build();
    HttpRequest request = HttpRequest.newBuilder(location).timeout(ANSWER).GET().build();
    try {
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() != OK) {
        response.body().close();
        throw refused(location, response.statusCode());
      }
      return new RemoteFile(response.body(), lastModified(response));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("Interrupted while fetching " + shown(location));
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  private static ImageException refused(URI location, int status) {
    String message = "Cannot fetch " + shown(location) + ": the server answers " + status;
    return status == NOT_FOUND
        ? new ContentNotFoundException(message)
        : new ImageException(message);
  }

  /** Query and user can hold credentials. */
  static String shown(URI location) {
    return location.getScheme() + "://" + location.getHost() + location.getRawPath();
  }

  private static Optional<Instant> lastModified(HttpResponse<?> response) {
    return response.headers().firstValue("Last-Modified").flatMap(HttpRemoteSource::time);
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      // A server that writes nonsense tells no time.
      return Optional.empty();
    }
  }
}
