package dev.imbrex.build;

import dev.imbrex.image.Image;
import dev.imbrex.image.Layer;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.platform.Platform;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command to run, with all that a {@link RunExecutor} needs to know.
 *
 * @param image the image so far; none for a step on scratch
 * @param files the files of the image
 * @param platform what the image is for
 * @param command the program and its arguments, the shell included
 * @param environment the variables, in order: {@code ENV}, build arguments in scope, proxies
 * @param user the user as the image has it: a name or a number, with a group behind a colon
 *     perhaps; empty for root
 * @param workingDirectory where to run it; absolute
 * @param mounts what is there besides, in the order to mount
 * @param network which network it has
 * @param privileged whether it asks for all privileges: {@code --security=insecure}
 * @param timeLimit how long it may take, if there is a limit
 * @param output takes what it writes to its standard output and error
 * @param progress is asked whether to go on
 */
public record RunRequest(
    Optional<Image> image,
    FileTree files,
    Platform platform,
    List<String> command,
    Map<String, String> environment,
    String user,
    String workingDirectory,
    List<RunMountPoint> mounts,
    Network network,
    boolean privileged,
    Optional<Duration> timeLimit,
    OutputStream output,
    Progress progress) {
  /** The networks a command can have. */
  public enum Network {
    /** Whatever the runner gives. */
    DEFAULT,
    /** None but the loopback. */
    NONE,
    /** That of the machine. */
    HOST
  }

  /** Copies the lists, and the environment in its order. */
  public RunRequest {
    command = List.copyOf(command);
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    mounts = List.copyOf(mounts);
  }

  /** The layers of the image, lowest first; those of an image on scratch are none. */
  public List<Layer> layers() {
    return image.map(Image::layers).orElse(List.of());
  }
}
