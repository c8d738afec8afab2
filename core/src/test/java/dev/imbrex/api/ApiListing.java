package dev.imbrex.api;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a module offers: the types and members that code outside of it can name, a line each, in an
 * order that depends on nothing else.
 */
final class ApiListing {
  private final Path root;
  private final String module;

  /**
   * Looks at a module.
   *
   * @param root the directory of the project
   * @param module its directory in it
   */
  ApiListing(Path root, String module) {
    this.root = root;
    this.module = module;
  }

  /** The packages that are exported to everybody, sorted. */
  Set<String> packages() throws IOException {
    String text = Files.readString(root.resolve(module).resolve("src/main/java/module-info.java"));
    return Pattern.compile("exports ([a-z.]+);")
        .matcher(text)
        .results()
        .map(result -> result.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** All lines. */
  String print() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String name : packages()) {
      lines.add("package " + name);
      for (Class<?> type : types(name)) {
        list(type, lines);
      }
    }
    return String.join("\n", lines) + "\n";
  }

  /** The exported types of a package, sorted by name; those within others after them. */
  List<Class<?>> types(String name) throws IOException {
    List<Class<?>> types = new ArrayList<>();
    for (String type : classNames(name)) {
      try {
        Class<?> loaded = Class.forName(type, false, ApiListing.class.getClassLoader());
        if (isOffered(loaded)) {
          types.add(loaded);
        }
      } catch (ClassNotFoundException e) {
        throw new IOException(e);
      }
    }
    return types;
  }

  private Set<String> classNames(String name) throws IOException {
    // Any class of the package tells where the module is: a directory, or a jar when all is built.
    String place = name.replace('.', '/');
    String first;
    try (Stream<Path> sources =
        Files.list(root.resolve(module).resolve("src/main/java").resolve(place))) {
      first =
          sources
              .map(file -> file.getFileName().toString())
              .filter(file -> file.endsWith(".java") && !file.startsWith("package-info"))
              .sorted()
              .findFirst()
              .orElseThrow()
              .replace(".java", "");
    }
    URI location;
    try {
      location =
          URI.create(
              Class.forName(name + "." + first, false, ApiListing.class.getClassLoader())
                  .getProtectionDomain()
                  .getCodeSource()
                  .getLocation()
                  .toString());
    } catch (ClassNotFoundException e) {
      throw new IOException(e);
    }
    Path found = Path.of(location);
    if (Files.isDirectory(found)) {
      return classNames(found.resolve(place), name);
    }
    try (FileSystem jar = FileSystems.newFileSystem(found)) {
      return classNames(jar.getPath(place), name);
    }
  }

  private static Set<String> classNames(Path directory, String name) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".class") && !file.startsWith("package-info"))
          .map(file -> name + "." + file.replace(".class", ""))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static boolean isOffered(Class<?> type) {
    if (type.isAnonymousClass() || type.isLocalClass() || !isOffered(type.getModifiers())) {
      return false;
    }
    Class<?> outer = type.getDeclaringClass();
    return outer == null || isOffered(outer);
  }

  private static boolean isOffered(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static void list(Class<?> type, List<String> lines) {
    lines.add(deprecated(type) + "  " + head(type));
    Set<String> members = new TreeSet<>();
    for (Field field : type.getDeclaredFields()) {
      add(field, field.toGenericString(), members);
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      add(constructor, constructor.toGenericString(), members);
    }
    for (Method method : type.getDeclaredMethods()) {
      add(method, method.toGenericString(), members);
    }
    members.forEach(member -> lines.add("    " + member));
  }

  private static <M extends Member & AnnotatedElement> void add(
      M member, String text, Set<String> members) {
    boolean open = !Modifier.isFinal(member.getDeclaringClass().getModifiers());
    boolean offered =
        Modifier.isPublic(member.getModifiers())
            || (open && Modifier.isProtected(member.getModifiers()));
    if (offered && !member.isSynthetic()) {
      String type = member.getDeclaringClass().getName();
      String named =
          member instanceof Constructor
              ? text.replaceFirst(Pattern.quote(type + "("), "new(")
              : text.replace(type + "." + member.getName(), member.getName());
      members.add(
          deprecated(member)
              + named.replaceAll("\\b(synchronized|native|transient|volatile|strictfp) ", ""));
    }
  }

  private static String deprecated(AnnotatedElement element) {
    return element.isAnnotationPresent(Deprecated.class) ? "@Deprecated " : "";
  }

  private static String head(Class<?> type) {
    StringBuilder head = new StringBuilder(type.toGenericString());
    if (type.isRecord()) {
      head.append(
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getGenericType)
              .map(component -> component.getTypeName())
              .collect(Collectors.joining(", ", "(", ")")));
    }
    if (type.getSuperclass() != null && !isImplied(type.getSuperclass())) {
      head.append(" extends ").append(type.getGenericSuperclass().getTypeName());
    }
    if (type.getInterfaces().length > 0) {
      head.append(
          Arrays.stream(type.getGenericInterfaces())
              .map(face -> face.getTypeName())
              .collect(Collectors.joining(", ", " implements ", "")));
    }
    return head.toString();
  }

  private static boolean isImplied(Class<?> parent) {
    return Set.of(Object.class, Record.class, Enum.class).contains(parent);
  }
}
