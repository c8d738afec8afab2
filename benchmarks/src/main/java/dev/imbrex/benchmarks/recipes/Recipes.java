package dev.imbrex.benchmarks.recipes;

import java.util.List;

/** Ten jobs. Each method can be read alone: what it needs, it makes. */
interface Recipes {
  /** Puts files on a base image at a registry, and pushes the image. */
  void baseAndFiles(Workplace place) throws Exception;

  /** Makes an image of files and nothing else, and pushes it. */
  void fromScratch(Workplace place) throws Exception;

  /**
   * Puts files on a base, one of them with a mode and an owner of its own, and pushes the image.
   */
  void modesAndOwners(Workplace place) throws Exception;

  /** Puts files on a base, and saves the image for {@code docker load}. */
  void saveDockerArchive(Workplace place) throws Exception;

  /** Puts files on a base that is in an archive of {@code docker save}, and pushes the image. */
  void baseFromArchive(Workplace place) throws Exception;

  /**
   * Lets an image have another name in another repository.
   *
   * @return the digest there
   */
  String copyToAnotherName(Workplace place) throws Exception;

  /** The variables of an image's environment, {@code NAME=value}. */
  List<String> environment(Workplace place) throws Exception;

  /** A file as an image shows it, whichever layer it is in; the layers may hide it. */
  byte[] readFile(Workplace place) throws Exception;

  /** The layers of an image: digest and stored size. */
  List<String> layers(Workplace place) throws Exception;

  /** Puts files on a base, and pushes the image, with what is done so far shown in percent. */
  void progress(Workplace place) throws Exception;
}
