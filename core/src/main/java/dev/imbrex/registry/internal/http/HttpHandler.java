package dev.imbrex.registry.internal.http;

import java.io.IOException;

/** Answers requests, from many threads at once. */
public interface HttpHandler {
  /**
   * Answers one request. The body need not be read.
   *
   * @throws ClientGoneException if the body ended early; then there is no answer
   * @throws IOException if the request cannot be answered; the connection is closed then
   */
  HttpResponse handle(HttpRequest request) throws IOException;

  /**
   * The answer to something that is no request.
   *
   * @param status 4xx or 5xx
   * @param problem what is wrong with it
   */
  HttpResponse refuse(int status, String problem);
}
