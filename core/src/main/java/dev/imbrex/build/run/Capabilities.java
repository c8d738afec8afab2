package dev.imbrex.build.run;

import java.util.List;

/** What root may do in a container of Docker, and in ours. */
final class Capabilities {
  /** Without the prefix {@code CAP_}, in lower case. */
  static final List<String> NAMES =
      List.of(
          "chown",
          "dac_override",
          "fowner",
          "fsetid",
          "kill",
          "setgid",
          "setuid",
          "setpcap",
          "net_bind_service",
          "net_raw",
          "sys_chroot",
          "mknod",
          "audit_write",
          "setfcap");

  private Capabilities() {}
}
