package dev.imbrex.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.dockerfile.Expansion;
import dev.imbrex.dockerfile.Heredoc;
import dev.imbrex.dockerfile.IgnorePatterns;
import dev.imbrex.dockerfile.Instruction;
import dev.imbrex.dockerfile.Stage;
import dev.imbrex.dockerfile.Statement;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes steps of {@code COPY} and {@code ADD} (SN-B17 to SN-B21). */
final class CopySteps {
  private final BuildSettings settings;
  private final BuildFiles files;
  private final StepKeys keys;

  /** What the two instructions have in common, variables put in. */
  private record Request(
      Statement statement,
      boolean isAdd,
      List<String> sources,
      String destination,
      Optional<String> from,
      Optional<String> owner,
      Optional<String> mode,
      Optional<String> checksum,
      boolean link,
      boolean parents,
      Optional<Boolean> unpack,
      List<String> excludes) {}

  CopySteps(BuildSettings settings, BuildFiles files, StepKeys keys) {
    this.settings = settings;
    this.files = files;
    this.keys = keys;
  }

  /**
   * The step of a {@code COPY}.
   *
   * @param archives keeps what is unpacked until the step is done
   */
  Step copy(Instruction.Copy copy, StageState state, Stage stage, Archives archives)
      throws IOException {
    Expansion expansion = state.expansion(settings.dockerfile().escape());
    Request request =
        new Request(
            copy.statement(),
            false,
            copy.sources(),
            copy.destination(),
            copy.from(),
            copy.owner().map(expansion::word),
            copy.mode().map(expansion::word),
            Optional.empty(),
            copy.link(),
            copy.parents(),
            Optional.empty(),
            copy.excludes().stream().map(expansion::word).toList());
    return step(request, state, stage, archives, expansion);
  }

  /** The step of an {@code ADD}, as {@link #copy}. */
  Step add(Instruction.Add add, StageState state, Stage stage, Archives archives)
      throws IOException {
    Expansion expansion = state.expansion(settings.dockerfile().escape());
    Request request =
        new Request(
            add.statement(),
            true,
            add.sources(),
            add.destination(),
            Optional.empty(),
            add.owner().map(expansion::word),
            add.mode().map(expansion::word),
            add.checksum().map(expansion::word),
            add.link(),
            false,
            add.unpack(),
            add.excludes().stream().map(expansion::word).toList());
    return step(request, state, stage, archives, expansion);
  }

  private Step step(
      Request request, StageState state, Stage stage, Archives archives, Expansion expansion)
      throws IOException {
    boolean classic = settings.style() == HistoryStyle.CLASSIC;
    Optional<Owner> owner = Optional.empty();
    if (request.owner.isPresent()) {
      owner = Optional.of(Owner.parse(request.owner.get(), state.draft(), classic));
    } else if (request.from.isEmpty()) {
      owner = Optional.of(Owner.ROOT);
    }
    CopyRules rules =
        new CopyRules(
            owner, request.mode.map(ModeChange::parse), IgnorePatterns.of(request.excludes));
    List<String> shown = new ArrayList<>();
    List<CopyGroup> groups = groups(request, rules, stage, archives, expansion, shown);
    String destination = expansion.word(request.destination);
    boolean isDirectory = request.parents || saysDirectory(destination);
    if (groups.size() > 1 && !isDirectory) {
      throw new IllegalArgumentException(
          "with several sources the destination must be a directory, and end in /");
    }
    Digest content = keys.content(groups);
    String createdBy =
        keys.text(state)
            .copy(
                request.isAdd ? "ADD" : "COPY",
                flags(request),
                shown,
                hash(groups, content),
                destination);
    History history = keys.history(createdBy);
    Digest key =
        keys.digest("copy", state)
            .add(createdBy)
            .add(absolute(destination, state))
            .add(Boolean.toString(request.link))
            .add(owner.toString())
            .add(content.toString())
            .finish();
    TreePath target =
        TreePath.of(String.join("/", CopySources.names(absolute(destination, state))));
    // Only BuildKit lets the flag for owners have a say in archives.
    boolean onlyArchives = classic && groups.stream().allMatch(CopyGroup::isArchive);
    CopyRules parents = onlyArchives ? archiveRules(request, rules) : rules;
    return new Step(
        key, draft -> write(draft, groups, parents, target, isDirectory, request.link, history));
  }

  private Draft write(
      Draft draft,
      List<CopyGroup> groups,
      CopyRules rules,
      TreePath target,
      boolean isDirectory,
      boolean link,
      History history)
      throws IOException {
    FileTree below = link ? FileTree.empty() : draft.files();
    TreeEditor editor = below.edit();
    new CopyTarget(editor, rules).put(groups, target, isDirectory);
    List<LayerEntry> entries = TreeDiff.between(below, editor.toTree());
    // Whatever a copy changes, it is a layer: an engine sees at least that it was there (SN-B28).
    return draft.withEntries(entries, settings.layerOptions(), history, settings.progress());
  }

  private static boolean saysDirectory(String destination) {
    return destination.isEmpty()
        || destination.equals(".")
        || destination.endsWith("/")
        || destination.endsWith("/.");
  }

  private static String absolute(String path, StageState state) {
    return path.startsWith("/") ? path : state.workingDir() + "/" + path;
  }

  private static List<String> flags(Request request) {
    List<String> flags = new ArrayList<>();
    if (request.parents) {
      flags.add("--parents");
    }
    request.owner.ifPresent(owner -> flags.add("--chown=" + owner));
    request.mode.ifPresent(mode -> flags.add("--chmod=" + mode));
    return flags;
  }

  /** What the classic builder shows for the sources: their kind, and a digest of them. */
  private static String hash(List<CopyGroup> groups, Digest content) {
    boolean several = groups.size() != 1;
    String kind =
        several ? "multi:" : groups.get(0).isFile() || groups.get(0).isArchive() ? "file:" : "dir:";
    return kind + content.encoded();
  }

  // ---- Sources

  private List<CopyGroup> groups(
      Request request,
      CopyRules rules,
      Stage stage,
      Archives archives,
      Expansion expansion,
      List<String> shown)
      throws IOException {
    List<CopyGroup> groups = new ArrayList<>();
    List<Heredoc> heredocs = new ArrayList<>(request.statement.heredocs());
    for (String source : request.sources) {
      if (!heredocs.isEmpty() && source.matches("\\d*<<-?[^<].*")) {
        Heredoc heredoc = heredocs.remove(0);
        shown.add("<<" + heredoc.word());
        groups.add(heredoc(heredoc, rules, expansion));
        continue;
      }
      String path = expansion.word(source);
      shown.add(path);
      if (request.isAdd && RemoteFiles.isGit(path)) {
        throw new UnsupportedContentException("git sources are not supported: " + path);
      } else if (request.isAdd && RemoteFiles.isRemote(path)) {
        groups.addAll(remote(path, request, rules, archives, expansion));
      } else if (request.checksum.isPresent()) {
        throw new IllegalArgumentException("--checksum is for sources from the network");
      } else {
        groups.addAll(local(path, request, rules, stage, archives));
      }
    }
    return groups;
  }

  private static CopyGroup heredoc(Heredoc heredoc, CopyRules rules, Expansion expansion) {
    String text = heredoc.isExpanded() ? expansion.document(heredoc.text()) : heredoc.text();
    Content content = Content.of(text.getBytes(UTF_8));
    return single(heredoc.word(), content, Metadata.forFile(), rules);
  }

  private static CopyGroup single(
      String name, FileContent content, Metadata metadata, CopyRules rules) {
    Node node = new Node.RegularFile(rules.apply(metadata, false), content);
    return new CopyGroup(
        TreePath.root().child(name),
        true,
        false,
        List.of(new CopyItem(TreePath.root(), node, Optional.empty())));
  }

  private List<CopyGroup> remote(
      String location, Request request, CopyRules rules, Archives archives, Expansion expansion)
      throws IOException {
    if (request.checksum.isPresent() && request.sources.size() > 1) {
      throw new IllegalArgumentException("--checksum is for a single source");
    }
    String destination = expansion.word(request.destination);
    RemoteFiles.Fetched fetched =
        new RemoteFiles(settings.remote(), archives)
            .fetch(location, request.checksum, destination.endsWith("/"));
    if (request.unpack.orElse(false)) {
      Optional<FileTree> tree = archives.unpack(fetched.content());
      if (tree.isPresent()) {
        return List.of(new CopyPlanner(tree.get(), archiveRules(request, rules)).archive());
      }
    }
    Metadata metadata = Metadata.ofMode(0600).withMtime(fetched.lastModified());
    return List.of(single(fetched.name(), fetched.content(), metadata, rules));
  }

  private List<CopyGroup> local(
      String path, Request request, CopyRules rules, Stage stage, Archives archives)
      throws IOException {
    BuildFiles.Place place =
        request.from.isPresent() ? files.from(request.from.get(), stage) : files.context();
    CopySources sources = new CopySources(place.files(), place.shown());
    CopyPlanner planner = new CopyPlanner(place.files(), rules);
    if (request.parents) {
      int mark = path.indexOf("/./");
      int pivot = mark < 0 ? 0 : CopySources.names(path.substring(0, mark)).size();
      return List.of(planner.withParents(sources.find(path, true), pivot));
    }
    List<CopyGroup> groups = new ArrayList<>();
    for (CopySources.Found found : sources.find(path, false)) {
      Node node = place.files().find(found.path()).orElseThrow();
      Optional<FileTree> archive = Optional.empty();
      if (request.isAdd && request.unpack.orElse(true) && node instanceof Node.RegularFile file) {
        archive = archives.unpack(file.content());
      }
      if (archive.isPresent()) {
        groups.add(new CopyPlanner(archive.get(), archiveRules(request, rules)).archive());
      } else {
        groups.addAll(planner.plan(found));
      }
    }
    return groups;
  }

  /** What is in an archive keeps its owner; in BuildKit's way {@code --chown} overrides it. */
  private CopyRules archiveRules(Request request, CopyRules rules) {
    boolean owned = request.owner.isPresent() && settings.style() == HistoryStyle.BUILDKIT;
    return new CopyRules(owned ? rules.owner() : Optional.empty(), rules.mode(), rules.excludes());
  }
}
