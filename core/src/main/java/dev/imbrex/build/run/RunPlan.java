package dev.imbrex.build.run;

import dev.imbrex.layers.tree.TreePath;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A command that is ready to be run.
 *
 * @param root where its files are, or will be once they are mounted
 * @param proc where the process file system is mounted
 * @param dev where devices are
 * @param sys where the view of the kernel is
 * @param mounts what else is mounted, in order
 * @param command the program and its arguments
 * @param environment all its variables, in order
 * @param hasNetwork whether it has the network of this machine
 * @param isPrivileged whether it keeps all capabilities
 */
record RunPlan(
    Path root,
    TreePath proc,
    TreePath dev,
    TreePath sys,
    List<Mounted> mounts,
    List<String> command,
    Map<String, String> environment,
    RunUser user,
    String workingDirectory,
    boolean hasNetwork,
    boolean isPrivileged) {}
