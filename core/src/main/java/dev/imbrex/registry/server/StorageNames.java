package dev.imbrex.registry.server;

import dev.imbrex.image.Storage;
import dev.imbrex.image.StorageEntry;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.reference.InvalidReferenceException;
import dev.imbrex.manifest.reference.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The names of a storage, sorted by repositories. Safe for use by many threads. */
final class StorageNames {
  private static final int REMEMBERED = 100_000;

  private final Storage storage;
  private final Map<String, Optional<Reference>> parsed = new ConcurrentHashMap<>();

  /**
   * A name and what it stands for.
   *
   * @param text the name as the storage has it
   * @param reference the same, read
   * @param target what it stands for
   */
  record Name(String text, Reference reference, Descriptor target) {}

  StorageNames(Storage storage) {
    this.storage = storage;
  }

  /** The names in a repository, in the order of the storage. */
  List<Name> of(RepositoryName repository) throws IOException {
    List<Name> names = new ArrayList<>();
    for (Name name : all()) {
      if (repository.has(name.reference)) {
        names.add(name);
      }
    }
    return names;
  }

  /** The repositories that have a name. */
  NavigableSet<RepositoryName> repositories() throws IOException {
    NavigableSet<RepositoryName> found = new TreeSet<>();
    for (Name name : all()) {
      RepositoryName.find(name.reference.repository()).ifPresent(found::add);
    }
    return found;
  }

  private List<Name> all() throws IOException {
    if (!storage.capabilities().contains(Storage.Capability.LIST_NAMES)) {
      return List.of();
    }
    List<Name> names = new ArrayList<>();
    for (StorageEntry entry : storage.entries()) {
      Optional<String> text = entry.name();
      if (text.isPresent()) {
        parse(text.get())
            .ifPresent(reference -> names.add(new Name(text.get(), reference, entry.target())));
      }
    }
    return names;
  }

  /** A name as a reference with tag or digest; empty if it is none. */
  private Optional<Reference> parse(String name) {
    if (parsed.size() > REMEMBERED) {
      parsed.clear();
    }
    return parsed.computeIfAbsent(
        name,
        text -> {
          try {
            return Optional.of(Reference.parse(text)).filter(r -> !r.isNameOnly());
          } catch (InvalidReferenceException e) {
            return Optional.empty();
          }
        });
  }
}
