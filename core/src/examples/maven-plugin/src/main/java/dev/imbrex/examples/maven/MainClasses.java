package dev.imbrex.examples.maven;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.maven.plugin.MojoFailureException;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Looks for the class that starts a program. */
final class MainClasses {
  private static final int PUBLIC_STATIC = Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC;

  private MainClasses() {}

  /** The only class below a directory that has a main method. */
  static String requireOnly(Path classes) throws IOException, MojoFailureException {
    List<String> found = new ArrayList<>();
    if (Files.isDirectory(classes)) {
      try (Stream<Path> files = Files.walk(classes)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
          try (InputStream in = Files.newInputStream(file)) {
            ClassReader reader = new ClassReader(in);
            if (hasMain(reader)) {
              found.add(reader.getClassName().replace('/', '.'));
            }
          }
        }
      }
    }
    if (found.size() != 1) {
      throw new MojoFailureException(
          found.isEmpty()
              ? "No class in " + classes + " has a main method: configure <mainClass>"
              : "Several classes have a main method: configure <mainClass> as one of " + found);
    }
    return found.get(0);
  }

  private static boolean hasMain(ClassReader reader) {
    boolean[] has = new boolean[1];
    ClassVisitor visitor =
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            has[0] |=
                name.equals("main")
                    && descriptor.equals("([Ljava/lang/String;)V")
                    && (access & PUBLIC_STATIC) == PUBLIC_STATIC;
            return null;
          }
        };
    reader.accept(
        visitor, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return has[0];
  }
}
