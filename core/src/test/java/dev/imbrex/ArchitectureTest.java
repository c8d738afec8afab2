package dev.imbrex;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The walls of the house: which way things depend, and what stays inside. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.imbrex");

  @Test
  void sawTheClassesItJudges() {
    assertThat(CLASSES.size()).isGreaterThan(100);
    for (String module :
        new String[] {"platform", "manifest", "layers", "image", "store", "registry", "build"}) {
      assertThat(CLASSES.that(resideInAPackage("dev.imbrex." + module + ".."))).isNotEmpty();
    }
  }

  @Test
  void modulesDependDownwardsOnly() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("platform")
        .definedBy("dev.imbrex.platform..")
        .layer("manifest")
        .definedBy("dev.imbrex.manifest..")
        .layer("layers")
        .definedBy("dev.imbrex.layers..")
        .layer("core")
        .definedBy(
            "dev.imbrex.image..",
            "dev.imbrex.store..",
            "dev.imbrex.engine..",
            "dev.imbrex.registry..",
            "dev.imbrex.container..",
            "dev.imbrex.dockerfile..",
            "dev.imbrex.report..",
            "dev.imbrex.build..")
        .whereLayer("platform")
        .mayOnlyBeAccessedByLayers("manifest", "layers", "core")
        .whereLayer("manifest")
        .mayOnlyBeAccessedByLayers("layers", "core")
        .whereLayer("layers")
        .mayOnlyBeAccessedByLayers("core")
        .whereLayer("core")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  @Test
  void packagesMakeNoCycles() {
    slices().matching("dev.imbrex.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void theModelKnowsNoStorageAndStoragesNotEachOther() {
    noClasses()
        .that()
        .resideInAPackage("dev.imbrex.image..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.imbrex.store..", "dev.imbrex.registry..", "dev.imbrex.build..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.imbrex.store..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.imbrex.registry..", "dev.imbrex.build..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.imbrex.registry..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.imbrex.store..", "dev.imbrex.build..")
        .check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    classes()
        .should(
            new ArchCondition<JavaClass>("be in a package that is @NullMarked") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                boolean marked = item.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(
                    new SimpleConditionEvent(
                        item, marked || item.getName().endsWith("module-info"), item.getName()));
              }
            })
        .check(CLASSES);
  }

  @Test
  void nobodyPrintsOrLogs() {
    GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
    GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CLASSES);
  }

  @Test
  void noStaticStateChanges() {
    noClasses()
        .should(
            new ArchCondition<JavaClass>("have static fields that are not final") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                item.getFields().stream()
                    .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                    .filter(field -> !field.getModifiers().contains(JavaModifier.FINAL))
                    .forEach(
                        field ->
                            events.add(SimpleConditionEvent.satisfied(field, field.getFullName())));
              }
            })
        .check(CLASSES);
  }

  @Test
  void foreignTypesStayInside() {
    noClasses()
        .that(alwaysTrue())
        .and()
        .resideOutsideOfPackages("..internal..")
        .and()
        .arePublic()
        .should(
            new ArchCondition<JavaClass>("show types of libraries in public signatures") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                item.getMethods().stream()
                    .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                    .forEach(
                        method -> {
                          boolean foreign =
                              isForeign(method.getRawReturnType())
                                  || method.getRawParameterTypes().stream()
                                      .anyMatch(ArchitectureTest::isForeign);
                          if (foreign) {
                            events.add(
                                SimpleConditionEvent.satisfied(method, method.getFullName()));
                          }
                        });
              }
            })
        .check(CLASSES);
  }

  private static boolean isForeign(JavaClass type) {
    String name = type.getBaseComponentType().getName();
    return name.startsWith("com.google.")
        || name.startsWith("com.fasterxml.")
        || name.startsWith("org.apache.")
        || name.startsWith("com.github.");
  }

  /**
   * LC-C8, LC-C14, LC-C17: nothing that an image says can start a program, load code or ask a
   * server. Credential helpers are named by the user's own files, and by no image; the package that
   * runs the commands of a build is used by callers alone.
   */
  @Test
  void nothingStartsProgramsOrLoadsCodeOrLooksUpNames() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.imbrex.registry.credentials", "dev.imbrex.build.run")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName(ProcessBuilder.class.getName())
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("dev.imbrex.build.run")
        .check(CLASSES);
    noClasses()
        .should()
        .callMethod(Runtime.class, "exec", String[].class)
        .orShould()
        .callMethod(Class.class, "forName", String.class)
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName(java.net.InetAddress.class.getName())
        .check(CLASSES);
  }
}
