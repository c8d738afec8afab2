package dev.imbrex.registry.server;

import dev.imbrex.registry.internal.http.ClientGoneException;
import dev.imbrex.registry.internal.http.HttpRequest;
import dev.imbrex.registry.internal.http.HttpResponse;
import dev.imbrex.registry.internal.wire.ErrorCode;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The faults of answers that are not true, and of header fields. */
final class FaultAnswers {
  private FaultAnswers() {}

  /** Makes an answer. */
  private interface Answer {
    HttpResponse to(HttpRequest request, Endpoints endpoints) throws ClientGoneException;
  }

  static Fault.Effect status(int status, String header, String value) {
    return instead(
        (request, endpoints) -> {
          HttpResponse response =
              status < 400
                  ? HttpResponse.of(status)
                  : Refusal.answer(status, code(status), "A fault");
          return header.isEmpty() ? response : response.with(header, value);
        });
  }

  static Fault.Effect body(int status, String contentType, byte[] body) {
    return instead(
        (request, endpoints) -> HttpResponse.of(status).withBody(contentType, body.clone()));
  }

  static Fault.Effect unauthorized() {
    return instead((request, endpoints) -> endpoints.unauthorized(request).answer());
  }

  static Fault.Effect redirect(int status, String base) {
    Fault.requireBase(base);
    return instead(
        (request, endpoints) -> {
          String query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
          return HttpResponse.of(status).with("Location", base + request.rawPath() + query);
        });
  }

  static Fault.Effect drop() {
    return instead(
        (request, endpoints) -> {
          throw new ClientGoneException("A fault");
        });
  }

  static Fault.Effect withoutRequestHeader(String name) {
    return new Fault.Effect() {
      @Override
      public void before(HttpRequest request) {
        request.fields().remove(name);
      }
    };
  }

  static Fault.Effect header(String name, String value) {
    return after(response -> response.with(name, value));
  }

  static Fault.Effect withoutHeader(String name) {
    return after(
        response -> {
          response.fields().remove(name);
          return response;
        });
  }

  static Fault.Effect locationAt(String base) {
    Fault.requireBase(base);
    return after(
        response ->
            response
                .fields()
                .find("Location")
                .map(path -> response.with("Location", base + path))
                .orElse(response));
  }

  private static ErrorCode code(int status) {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.status() == status) {
        return code;
      }
    }
    return ErrorCode.UNKNOWN;
  }

  private static Fault.Effect instead(Answer answer) {
    return new Fault.Effect() {
      @Override
      public Optional<HttpResponse> instead(HttpRequest request, Endpoints endpoints)
          throws ClientGoneException {
        return Optional.of(answer.to(request, endpoints));
      }
    };
  }

  private static Fault.Effect after(UnaryOperator<HttpResponse> change) {
    return new Fault.Effect() {
      @Override
      public HttpResponse after(HttpResponse response, RegistryFaults faults) {
        return change.apply(response);
      }
    };
  }
}
