package dev.imbrex.dockerfile;

import java.util.List;

/** Build arguments that are there without being declared (SN-B14). */
public final class PredefinedArgs {
  /** The arguments for proxies: given to commands, and kept out of history and cache. */
  public static final List<String> PROXY =
      List.of(
          "HTTP_PROXY",
          "http_proxy",
          "HTTPS_PROXY",
          "https_proxy",
          "FTP_PROXY",
          "ftp_proxy",
          "NO_PROXY",
          "no_proxy",
          "ALL_PROXY",
          "all_proxy");

  /** The arguments for platforms and the target: global ones, which stages may declare. */
  public static final List<String> PLATFORM =
      List.of(
          "BUILDPLATFORM",
          "BUILDOS",
          "BUILDOSVERSION",
          "BUILDARCH",
          "BUILDVARIANT",
          "TARGETPLATFORM",
          "TARGETOS",
          "TARGETOSVERSION",
          "TARGETARCH",
          "TARGETVARIANT",
          "TARGETSTAGE");

  private PredefinedArgs() {}
}
