package dev.imbrex.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is offered has a comment. What doclint's {@code missing} wants besides, a tag for every
 * parameter and result, would be filled with words that say nothing; so this asks for the comment,
 * and the compiler that what there is be right.
 */
class ApiCommentsTest {
  @ParameterizedTest
  @ValueSource(strings = {"platform", "manifest", "layers", "core"})
  void nothingOfferedIsWithoutOne(String module) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String name : new ApiListing(ApiTest.ROOT, module).packages()) {
      Path directory = ApiTest.ROOT.resolve(module).resolve("src/main/java");
      try (Stream<Path> files = Files.list(directory.resolve(name.replace('.', '/')))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
      Scanner scanner = new Scanner(DocTrees.instance(task));
      for (CompilationUnitTree unit : task.parse()) {
        scanner.scan(unit, null);
      }
      assertThat(scanner.seen).isGreaterThan(10);
      assertThat(scanner.missing).isEmpty();
    }
  }

  private static final class Scanner extends TreePathScanner<Void, Void> {
    private final DocTrees comments;
    private final List<String> missing = new ArrayList<>();
    private int seen;

    private Scanner(DocTrees comments) {
      this.comments = comments;
    }

    @Override
    public Void visitCompilationUnit(CompilationUnitTree unit, Void nothing) {
      if (unit.getSourceFile().getName().endsWith("package-info.java")) {
        look(new TreePath(getCurrentPath(), unit.getPackage()), "package");
      }
      return super.visitCompilationUnit(unit, null);
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
      if (!isOffered(type.getModifiers(), getCurrentPath())) {
        return null;
      }
      look(getCurrentPath(), type.getSimpleName().toString());
      return super.visitClass(type, null);
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      boolean inherits =
          method.getModifiers().getAnnotations().stream()
              .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
      boolean constructor = method.getName().contentEquals("<init>");
      // The constructor that the compiler writes has no position of its own.
      boolean written =
          !constructor
              || comments.getSourcePositions().getStartPosition(unit(), method)
                  != comments.getSourcePositions().getStartPosition(unit(), parent());
      if (!inherits && written && isOffered(method.getModifiers(), getCurrentPath())) {
        look(getCurrentPath(), method.getName().toString());
      }
      // What is in a method is offered to nobody.
      return null;
    }

    @Override
    public Void visitVariable(VariableTree field, Void nothing) {
      boolean component = parent().getKind() == Tree.Kind.RECORD && !isStatic(field);
      if (!component && isOffered(field.getModifiers(), getCurrentPath())) {
        look(getCurrentPath(), field.getName().toString());
      }
      return null;
    }

    private static boolean isStatic(VariableTree field) {
      return field.getModifiers().getFlags().contains(Modifier.STATIC);
    }

    private Tree parent() {
      return getCurrentPath().getParentPath().getLeaf();
    }

    private CompilationUnitTree unit() {
      return getCurrentPath().getCompilationUnit();
    }

    private static boolean isOffered(ModifiersTree modifiers, TreePath path) {
      Set<Modifier> flags = modifiers.getFlags();
      Tree.Kind parent = path.getParentPath().getLeaf().getKind();
      boolean implied =
          (parent == Tree.Kind.INTERFACE || parent == Tree.Kind.ANNOTATION_TYPE)
              && !flags.contains(Modifier.PRIVATE);
      return implied || flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED);
    }

    private void look(TreePath path, String name) {
      seen++;
      if (comments.getDocComment(path) == null) {
        String file = Path.of(path.getCompilationUnit().getSourceFile().getName()).toString();
        missing.add(file.substring(file.lastIndexOf('/') + 1) + ": " + name);
      }
    }
  }
}
