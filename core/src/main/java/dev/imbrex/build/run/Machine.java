package dev.imbrex.build.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What this machine has.
 *
 * @param directories where programs are looked for, in order
 * @param uid the user this process is, or -1 where that cannot be told
 * @param gid the group this process is in
 */
record Machine(List<Path> directories, long uid, long gid) {
  private static final List<Path> USUAL =
      List.of(
          Path.of("/usr/local/sbin"),
          Path.of("/usr/local/bin"),
          Path.of("/usr/sbin"),
          Path.of("/usr/bin"),
          Path.of("/sbin"),
          Path.of("/bin"));

  static Machine here() throws IOException {
    Path self = Path.of("/proc/self");
    if (!Files.exists(self)) {
      return new Machine(USUAL, -1, -1);
    }
    return new Machine(
        USUAL,
        Integer.toUnsignedLong((Integer) Files.getAttribute(self, "unix:uid")),
        Integer.toUnsignedLong((Integer) Files.getAttribute(self, "unix:gid")));
  }

  boolean isRoot() {
    return uid == 0;
  }

  Optional<Path> find(String program) {
    return directories.stream()
        .map(directory -> directory.resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Why an isolation cannot be had here, or nothing if it can. */
  Optional<String> obstacle(Isolation isolation) {
    if (uid < 0) {
      return Optional.of("this is no Linux");
    }
    if (isolation.needsRoot() && !isRoot()) {
      return Optional.of("it needs root");
    }
    List<String> missing = new ArrayList<>();
    for (String program : isolation.programs()) {
      if (find(program).isEmpty()) {
        missing.add(program);
      }
    }
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("there is no " + String.join(", no ", missing));
  }

  String require(String program) throws RunnerUnavailableException {
    return find(program)
        .orElseThrow(() -> new RunnerUnavailableException("There is no program " + program))
        .toString();
  }
}
