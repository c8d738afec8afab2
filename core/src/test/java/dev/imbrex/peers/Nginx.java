package dev.imbrex.peers;

import static org.assertj.core.api.Assertions.fail;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An nginx that speaks https, in version 2 of HTTP to who can, before a registry. */
final class Nginx implements Closeable {
  private final Process process;
  private final Path directory;
  private final int port;

  private Nginx(Process process, Path directory, int port) {
    this.process = process;
    this.directory = directory;
    this.port = port;
  }

  static Nginx start(Path directory, ServerKeys keys, String registry)
      throws IOException, InterruptedException, GeneralSecurityException {
    Program program = Program.find("nginx");
    Files.createDirectories(directory);
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path config = directory.resolve("nginx.conf");
    Files.writeString(
        config,
        """
        daemon off;
        master_process off;
        error_log DIR/error.log;
        pid DIR/pid;
        events {}
        http {
          log_format told '$server_protocol $request_method $status [$http_proxy_authorization]';
          access_log DIR/access.log told;
          client_body_temp_path DIR/body;
          proxy_temp_path DIR/proxied;
          fastcgi_temp_path DIR/fastcgi;
          uwsgi_temp_path DIR/uwsgi;
          scgi_temp_path DIR/scgi;
          server {
            listen 127.0.0.1:PORT ssl http2;
            ssl_certificate CERTIFICATE;
            ssl_certificate_key KEY;
            client_max_body_size 0;
            location / {
              proxy_pass http://REGISTRY;
              proxy_http_version 1.1;
              proxy_request_buffering off;
              proxy_set_header Host $http_host;
              proxy_set_header X-Forwarded-Proto https;
            }
          }
        }
        """
            .replace("DIR", directory.toString())
            .replace("PORT", Integer.toString(port))
            .replace("CERTIFICATE", keys.certificate().toString())
            .replace("KEY", keys.privateKey().toString())
            .replace("REGISTRY", registry));
    Process process =
        new ProcessBuilder(program.executable().toString(), "-c", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    for (int attempt = 0; attempt < 200 && process.isAlive(); attempt++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        return new Nginx(process, directory, port);
      } catch (IOException e) {
        Thread.sleep(50);
      }
    }
    process.destroyForcibly();
    return fail("nginx did not start:\n" + Files.readString(directory.resolve("log")));
  }

  /** Where it is, as names have it. */
  String host() {
    return "127.0.0.1:" + port;
  }

  /** A line for each request: protocol, method, status, and what was for the proxy. */
  List<String> requests() throws IOException {
    return Files.readAllLines(directory.resolve("access.log"));
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while nginx ends");
    }
  }
}
