package dev.imbrex.examples.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.project.MavenProject;

/**
 * What of a project goes into an image: layers, those that change least first, and the class path
 * over them, in the order Maven has it.
 *
 * @param layers those with files
 * @param classPath absolute paths in the image
 */
record Application(List<AppLayer> layers, List<String> classPath) {

  static Application of(MavenProject project, String root)
      throws IOException, MojoFailureException {
    List<AppFile> released = new ArrayList<>();
    List<AppFile> snapshots = new ArrayList<>();
    List<String> libraries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Artifact artifact : project.getArtifacts()) {
      boolean needed = Set.of("compile", "runtime").contains(artifact.getScope());
      if (!needed || !artifact.getArtifactHandler().isAddedToClasspath()) {
        continue;
      }
      if (artifact.getFile() == null || !Files.isRegularFile(artifact.getFile().toPath())) {
        throw new MojoFailureException(
            artifact + " has no jar yet: run at least the phase package");
      }
      String name = nameOf(artifact);
      String unique = names.add(name) ? name : artifact.getGroupId() + "-" + name;
      String target = root + "/libs/" + unique;
      libraries.add(target);
      (artifact.isSnapshot() ? snapshots : released)
          .add(new AppFile(artifact.getFile().toPath(), target));
    }
    Path output = Path.of(project.getBuild().getOutputDirectory());
    List<AppFile> classes = filesBelow(output, true, root + "/classes");
    List<AppFile> resources = filesBelow(output, false, root + "/resources");

    List<String> classPath = new ArrayList<>(List.of(root + "/resources", root + "/classes"));
    classPath.addAll(libraries);
    List<AppLayer> layers =
        Stream.of(
                new AppLayer("dependencies", sorted(released)),
                new AppLayer("snapshot dependencies", sorted(snapshots)),
                new AppLayer("resources", resources),
                new AppLayer("classes", classes))
            .filter(layer -> !layer.files().isEmpty())
            .toList();
    return new Application(layers, classPath);
  }

  /**
   * The same for a snapshot from a repository, with a time in its file's name, and for a module.
   */
  private static String nameOf(Artifact artifact) {
    String classifier = artifact.hasClassifier() ? "-" + artifact.getClassifier() : "";
    return artifact.getArtifactId()
        + "-"
        + artifact.getBaseVersion()
        + classifier
        + "."
        + artifact.getArtifactHandler().getExtension();
  }

  private static List<AppFile> filesBelow(Path directory, boolean classes, String target)
      throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return sorted(
          files
              .filter(Files::isRegularFile)
              .filter(file -> file.toString().endsWith(".class") == classes)
              .map(file -> new AppFile(file, target + "/" + slashed(directory.relativize(file))))
              .toList());
    }
  }

  private static List<AppFile> sorted(List<AppFile> files) {
    return files.stream().sorted(Comparator.comparing(AppFile::target)).toList();
  }

  private static String slashed(Path path) {
    return path.toString().replace(path.getFileSystem().getSeparator(), "/");
  }
}
