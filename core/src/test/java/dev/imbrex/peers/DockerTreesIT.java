package dev.imbrex.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.disk.DirectoryScanner;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.layer.TarTree;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What we see in images, and write of them, is what a Docker engine shows in a container; what we
 * take for a change is what it takes for one (LC-F15, LC-B36 to LC-B60).
 */
@ExtendWith(MinimalDebian.Parameter.class)
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class DockerTreesIT {
  /** Steps of every sort: each undoes, hides or replaces something of those before. */
  private static final String DOCKERFILE =
      """
      FROM debian:minimal
      ADD things.tar /things/
      RUN rm -rf /usr/share/doc /etc/issue /var/cache /usr/share/common-licenses/GPL-1
      RUN mkdir -p /t/dir/sub /t/other /t/opaque/in /t/gone/deep/er && \\
          for d in dir dir/sub other opaque opaque/in gone gone/deep; do echo $d >/t/$d/file; done && \\
          ln -s dir /t/to-dir && ln -s /etc/passwd /t/to-file && ln -s nowhere /t/dangling && \\
          echo one >/t/1 && ln /t/1 /t/2 && ln /t/2 /t/dir/3 && ln -s x /t/s1 && ln /t/s1 /t/s2 && \\
          echo two >/t/u1 && ln /t/u1 /t/u2 && \\
          mkfifo /t/pipe && mknod /t/null c 1 3 && mknod /t/block b 7 9
      RUN chmod 6755 /t/1 && chown 12:34 /t/dir && chmod 0711 /t/other && chown -h 5:6 /t/to-dir && \\
          chmod 1777 /opt && chmod 0 /t/pipe
      RUN rm -r /t/dir && echo now-a-file >/t/dir && rm /t/to-dir && mkdir /t/to-dir && \\
          echo in >/t/to-dir/in && rm /t/to-file && ln -s other /t/to-file && \\
          rm -r /t/opaque && mkdir /t/opaque && echo new >/t/opaque/new && rm -rf /t/gone && \\
          mv /usr/share/zoneinfo /t/zones 2>/dev/null || mv /usr/share/common-licenses /t/zones
      RUN rm /t/dir && mkdir -p /t/dir/sub && echo back >/t/dir/sub/file && rm -r /t/to-dir && \\
          ln -s dir /t/to-dir && rm -r /t/other && ln -s dir /t/other && \\
          cp -p /t/2 /t/x && mv /t/x /t/2 && echo more >>/t/u1 && rm /t/pipe && mkdir /t/pipe
      RUN cd /t && mkdir names && cd names && touch -- '-dash' 'a b' "$(printf 'new\\nline')" \\
          "$(printf '\\377\\376')" "$(printf 'e\\314\\201')" "$(printf '\\303\\251')" 'back\\slash' \\
          'c:d' '*' "$(printf 'tab\\t')" .wh && \\
          for n in 99 100 101 155 156 254 255; do touch $(printf "%0${n}d" 1); done && \\
          p=.; for i in 1 2 3 4 5 6; do p=$p/$(printf '%060d' $i); mkdir $p; touch $p/f; done && \\
          touch -d @-2 before && touch -d @4102444800 after && touch -h -d @5 ../dangling && \\
          ln -s $(printf '%0200d' 1) long-target && chown 3000000:4000000 before
      RUN rm -rf /t/names/$(printf '%060d' 1)/$(printf '%060d' 2) /t/zones && \\
          touch /usr/share/perl5 && chmod 700 /srv && rm -rf /home && ln -s /srv /home && \\
          rm /things/*-and-gone
      COPY context /things
      WORKDIR /made/by/workdir
      """;

  /** What an engine puts into every container, and the directories it does that in. */
  private static final Set<String> OF_THE_ENGINE =
      Set.of(
          ".dockerenv",
          "dev/console",
          "dev/pts",
          "dev/shm",
          "etc/hostname",
          "etc/hosts",
          "etc/mtab",
          "etc/resolv.conf",
          "proc",
          "sys");

  private static final Set<String> TOUCHED_BY_THE_ENGINE = Set.of("dev", "etc");

  @TempDir static Path directory;

  private static Path base;
  private static DockerEngine engine;
  private static Program docker;

  @BeforeAll
  static void startEngine(MinimalDebian debian) throws Exception {
    engine = DockerEngine.start(directory.resolve("docker"));
    docker = engine.docker().with("BUILDKIT_PROGRESS", "plain");
    base = debian.tar();
    docker.run("import", base.toString(), "debian:minimal");
  }

  @AfterAll
  static void stopEngine() throws Exception {
    if (engine != null) {
      engine.close();
    }
    Program.find("sh").run("-c", "rm -rf \"$1\"/*", "sh", directory.toString());
  }

  private static Path path(String name) {
    return directory.resolve(name);
  }

  private static void shell(String script, Path argument) throws Exception {
    Program.find("sh").run("-c", script, "sh", argument.toString());
  }

  /** A directory to build in: a tar to be unpacked, with attributes, and files to be copied. */
  private static Path context() throws Exception {
    Path made = Files.createDirectory(path("context"));
    shell(
        """
        set -e
        cd "$1"
        mkdir things context && cd things
        echo capable >capable && echo capable >capable-and-gone && echo x >plain && ln plain linked
        for f in capable capable-and-gone; do
          setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 $f
        done
        chmod 4711 plain && chown 1234:5678 plain && touch -d @1000000000 plain .
        tar --format=pax --xattrs --xattrs-include='*' -cf ../things.tar . && cd .. && rm -r things
        echo copied >context/plain && mkdir context/dir && echo y >context/dir/y
        chmod 600 context/dir/y && ln -s dir/y context/link
        """,
        made);
    Files.writeString(made.resolve("Dockerfile"), DOCKERFILE);
    return made;
  }

  private static Image load(String name, ImageStore store) throws Exception {
    Path saved = path("saved.tar");
    docker.run("save", "--output", saved.toString(), name);
    try (ImageStore archive = ImageStore.on(DockerArchive.open(saved))) {
      return store.add(archive.requireOnly());
    }
  }

  /** What a container of the image holds before anything runs in it. */
  private static FileTree container(String image, String name) throws Exception {
    docker.run("create", "--name", name, image, "sh");
    return export(name);
  }

  private static FileTree export(String container) throws Exception {
    Path tar = Files.createTempFile(directory, container, ".tar");
    docker.run("export", "--output", tar.toString(), container);
    return TarTree.read(tar);
  }

  /** The lines of a tree but for what the engine puts there, and what it does not export. */
  private static List<String> comparable(FileTree tree) throws IOException {
    return TreeListing.of(asExported(withoutEngine(tree)));
  }

  private static FileTree withoutEngine(FileTree tree) {
    TreeEditor editor = tree.edit();
    OF_THE_ENGINE.forEach(path -> editor.remove(TreePath.of(path)));
    for (String name : TOUCHED_BY_THE_ENGINE) {
      TreePath path = TreePath.of(name);
      Metadata metadata = tree.find(path).orElseThrow().metadata();
      editor.setMetadata(path, metadata.withMtime(Instant.EPOCH));
    }
    return editor.toTree();
  }

  /** A tree as the engine exports it: of extended attributes there is one. */
  private static FileTree asExported(FileTree tree) {
    TreeEditor editor = tree.edit();
    ByteString name = ByteString.of("security.capability");
    for (FileTree.Entry entry : tree.walk().toList()) {
      Metadata full = entry.node().metadata();
      ByteString capability = full.xattrs().get(name);
      Metadata kept = full.withXattrs(Map.of());
      kept = capability == null ? kept : kept.withXattr(name, capability);
      if (!kept.equals(full)) {
        editor.setMetadata(entry.path(), kept);
      }
    }
    return withoutEarlyTimes(editor.toTree());
  }

  /** A time before 1970 may have become 1970, by the way on which a layer comes (LC-B63). */
  private static FileTree withoutEarlyTimes(FileTree tree) {
    TreeEditor editor = tree.edit();
    for (FileTree.Entry entry : tree.walk().toList()) {
      Metadata metadata = entry.node().metadata();
      if (metadata.mtime().isBefore(Instant.EPOCH)) {
        editor.setMetadata(entry.path(), metadata.withMtime(Instant.EPOCH));
      }
    }
    return editor.toTree();
  }

  /**
   * A tree as GNU tar archives it in a container: devices are another file system there, as are the
   * kernel's two, which change while they are read, and pipes and devices of several names are
   * archived as several.
   */
  private static FileTree asArchived(FileTree tree) {
    TreeEditor editor = tree.edit();
    editor.removeChildren(TreePath.of("dev"));
    editor.remove(TreePath.of("proc"));
    editor.remove(TreePath.of("sys"));
    for (FileTree.Entry entry : tree.walk().toList()) {
      boolean isSpecial = entry.node() instanceof Node.Fifo || entry.node() instanceof Node.Device;
      if (isSpecial && editor.linksOf(entry.path()).size() > 1) {
        editor.put(entry.path(), entry.node());
      }
    }
    return withoutEarlyTimes(withoutEngine(editor.toTree()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1"})
  void seesInABuiltImageWhatAContainerHas(String buildKit) throws Exception {
    String name = "built:" + buildKit;
    Path context = buildKit.equals("0") ? context() : path("context");
    docker
        .with("DOCKER_BUILDKIT", buildKit)
        .run("build", "--network", "host", "--tag", name, context.toString());

    List<String> expected = comparable(container(name, "built-" + buildKit));

    try (ImageStore store = ImageStore.on(new MemoryStorage())) {
      Image image = load(name, store);
      assertThat(image.layers()).hasSizeGreaterThanOrEqualTo(10);
      assertSame("view", comparable(image.files()), expected);
      Path target = path("extracted-" + buildKit);
      image.extractTo(target, ExtractOptions.trusted());
      assertSame("disk", comparable(DirectoryScanner.scan(target)), expected);
    }
    assertThat(expected)
        .filteredOn(line -> line.startsWith("/things/capable "))
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains("{security.capability=0100000200040000000000000000000000000000}");
  }

  /** Changes of every sort, made by other programs. */
  private static final String CHANGES =
      """
      set -e
      rm -rf /usr/share/doc /etc/issue
      echo x >/etc/new && echo more >>/etc/passwd && echo a >>/usr/share/common-licenses/GPL-2
      chmod 700 /opt && chown 5:6 /usr/bin/env && chown -h 7:8 /bin && touch -d @5 /usr/bin/mount
      rm -rf /var/cache && echo file >/var/cache
      rm -r /usr/share/base-files && mkdir /usr/share/base-files && touch /usr/share/base-files/one
      mkdir -p /new/deep/er && touch /new/deep/file && ln -s x /new/link && ln /new/deep/file /new/too
      ln /usr/bin/find /usr/bin/find-too && ln /usr/bin/xargs /srv/apart
      cp -p /usr/bin/stat /usr/bin/x && mv /usr/bin/x /usr/bin/stat
      rm /etc/debian_version && mkdir /etc/debian_version && touch /etc/debian_version/in
      rm -r /etc/skel && ln -s /usr /etc/skel
      rm /usr/lib/os-release && mkfifo /usr/lib/os-release
      touch /var/spool/x && rm /var/spool/x
      mv /usr/share/bash-completion /usr/share/moved
      """;

  @Test
  void takesForChangesWhatTheEngineDoes() throws Exception {
    FileTree before = container("debian:minimal", "untouched");
    docker.run(
        "run", "--name", "changed", "--network", "host", "debian:minimal", "sh", "-c", CHANGES);
    FileTree after = export("changed");

    List<String> expected = new ArrayList<>(docker.run("diff", "changed").lines().toList());
    // With a new name of an inode we send the old ones again, or the two would not be linked
    // (LC-A21); the engine's layer has them apart.
    expected.addAll(List.of("C /usr/bin/find", "C /usr/bin/xargs"));

    DiffOptions options =
        DiffOptions.standard()
            .withContents(DiffOptions.Contents.BY_BYTES)
            // To the engine the time of a directory alone is no change (LC-A11).
            .withDirectoryTimes(false);
    List<LayerEntry> layer = TreeDiff.between(withoutEngine(before), withoutEngine(after), options);
    List<String> found =
        layer.stream().map(entry -> kind(entry, before) + " " + entry.path()).toList();
    assertThat(found).containsExactlyInAnyOrderElementsOf(expected).hasSizeGreaterThan(100);
  }

  /** The letter that the engine has for it. */
  private static String kind(LayerEntry entry, FileTree before) {
    if (entry instanceof LayerEntry.Removal) {
      return "D";
    }
    return before.find(entry.path()).isPresent() ? "C" : "A";
  }

  @Test
  void showsInAContainerWhatWeWrite() throws Exception {
    long seed = Long.getLong("imbrex.seed", 1L);
    Random random = new Random(seed);
    List<TreePath> within =
        List.of(TreePath.of("usr/share"), TreePath.of("var"), TreePath.of("opt"));
    Path layout = path("written");
    FileTree tree = TarTree.read(base);
    try (ImageStore store = ImageStore.on(LayoutStorage.create(layout))) {
      ImageBuilder image =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .cmd("sh")
              .layer("base", TreeDiff.between(FileTree.empty(), tree));
      for (int i = 0; i < 5; i++) {
        FileTree next = RandomChanges.of(tree, 150, random, within);
        image = image.layer("changes", TreeDiff.between(tree, next));
        tree = next;
      }
      store.tag("written:1", image.build());
    }
    Path archive = path("written.tar");
    Program.find("skopeo")
        .run("copy", "oci:" + layout + ":written:1", "docker-archive:" + archive + ":w:1");
    docker.run("load", "--input", archive.toString());

    assertSame("seed " + seed, comparable(container("w:1", "written")), comparable(tree));
    assertRunning("w:1", tree);
  }

  /** What a program in a running container finds, all attributes included. */
  private static void assertRunning(String image, FileTree expected) throws Exception {
    Path tar = path("running.tar");
    docker.runInto(
        tar,
        ("run --rm --network host " + image + " tar --one-file-system --format=pax --xattrs")
            .concat(
                " --xattrs-include=* --numeric-owner --exclude=./proc --exclude=./sys -C / -c .")
            .split(" "));
    assertSame(
        image, TreeListing.of(asArchived(TarTree.read(tar))), TreeListing.of(asArchived(expected)));
  }

  /** What differs, and not the thousands of lines that do not. */
  private static void assertSame(String what, List<String> found, List<String> expected) {
    List<String> missing = new ArrayList<>(expected);
    missing.removeAll(Set.copyOf(found));
    List<String> surplus = new ArrayList<>(found);
    surplus.removeAll(Set.copyOf(expected));
    assertThat(surplus).as("surplus of %s, while missing is %s", what, missing).isEmpty();
    assertThat(missing).as("missing in %s", what).isEmpty();
    assertThat(found).hasSameSizeAs(expected).hasSizeGreaterThan(5000);
  }
}
