package dev.imbrex.examples.maven;

import dev.imbrex.image.ImageStore;
import dev.imbrex.manifest.reference.Reference;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.registry.RegistryOptions;
import dev.imbrex.registry.credentials.Credentials;
import dev.imbrex.store.LayoutStorage;
import java.io.File;
import java.io.IOException;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Component;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.crypto.SettingsDecrypter;

/** What the goals share: the name of the image, the store it is in, and the way to registries. */
abstract class ImageMojo extends AbstractMojo {
  @Parameter(defaultValue = "${project}", readonly = true, required = true)
  MavenProject project;

  @Parameter(defaultValue = "${settings}", readonly = true, required = true)
  Settings settings;

  @Component SettingsDecrypter decrypter;

  /**
   * What the image is called, and where it is pushed to: {@code registry.example.com/team/app:1}.
   */
  @Parameter(property = "image.to", required = true)
  String to;

  /**
   * The OCI layout in which images are built and kept. All modules of a build use the same one, at
   * once if there are several threads, and so may other builds.
   */
  @Parameter(
      property = "image.store",
      defaultValue = "${session.executionRootDirectory}/target/images")
  File store;

  @Parameter(property = "image.skip", defaultValue = "false")
  boolean skip;

  @Override
  public final void execute() throws MojoExecutionException, MojoFailureException {
    if (skip) {
      getLog().info("Images are skipped");
      return;
    }
    try (ImageStore images = ImageStore.on(LayoutStorage.openOrCreate(store.toPath()));
        RegistryClient client = RegistryClient.create(registryOptions())) {
      run(images, client);
    } catch (IOException e) {
      throw new MojoExecutionException(e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      // A name, a platform or a port of the configuration that is none.
      throw new MojoFailureException(e.getMessage(), e);
    }
  }

  /** Does what the goal is for. */
  abstract void run(ImageStore images, RegistryClient client)
      throws IOException, MojoFailureException;

  final Reference target() {
    return Reference.parse(to).withDefaultTag();
  }

  private RegistryOptions registryOptions() {
    Credentials ofSettings = new SettingsCredentials(settings, decrypter);
    return RegistryOptions.defaults()
        .withCredentials(ofSettings.or(Credentials.fromEnvironment()))
        .withProduct("image-maven-plugin/1.0");
  }
}
