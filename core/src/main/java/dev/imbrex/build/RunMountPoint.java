package dev.imbrex.build;

import dev.imbrex.dockerfile.RunMount;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.TreePath;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A mount of a command, with what is mounted found already.
 *
 * @param mount the mount as it is written, variables put in
 * @param target where it is mounted; absolute. For a secret that is a variable only, empty
 * @param files the files of a bind, or those a cache begins with
 * @param source which file or directory of them
 * @param id which cache, secret or agent
 * @param secret the content of a secret, if the build has it
 * @param agent the socket of an agent, if the build has one
 */
public record RunMountPoint(
    RunMount mount,
    Optional<String> target,
    Optional<FileTree> files,
    TreePath source,
    String id,
    Optional<FileContent> secret,
    Optional<Path> agent) {
  /** What is mounted. */
  public RunMount.Kind kind() {
    return mount.kind();
  }

  /** Whether the command may not write to it. What it writes to a bind is thrown away. */
  public boolean isReadOnly() {
    return mount.isReadOnly();
  }

  /** The name of the variable a secret is given as. */
  public Optional<String> variable() {
    return mount.option("env");
  }

  /** The owning user of a cache, a secret or a socket: 0 unless it says otherwise. */
  public long uid() {
    return number("uid");
  }

  /** The owning group of a cache, a secret or a socket: 0 unless it says otherwise. */
  public long gid() {
    return number("gid");
  }

  /**
   * The permissions: 0755 of a cache, 0400 of a secret, 0600 of a socket unless it says otherwise.
   */
  public int mode() {
    return mount
        .option("mode")
        .map(octal -> Integer.parseInt(octal, 8) & 07777)
        .orElseGet(
            () ->
                switch (kind()) {
                  case SECRET -> 0400;
                  case SSH -> 0600;
                  case BIND, CACHE, TMPFS -> 0755;
                });
  }

  /** How builds share a cache: {@code shared}, {@code private} or {@code locked}. */
  public String sharing() {
    return mount.option("sharing").orElse("shared");
  }

  private long number(String name) {
    return mount.option(name).map(Long::parseLong).orElse(0L);
  }
}
