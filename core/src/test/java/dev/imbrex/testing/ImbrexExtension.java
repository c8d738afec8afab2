package dev.imbrex.testing;

import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Storage;
import dev.imbrex.registry.server.RegistryServer;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests stores and registries of their own, closes them, and fails a test that otherwise
 * passed if it left a stream, a writer, a lease or a temporary file of a layout behind.
 *
 * <p>Either by parameters of test methods, {@code @BeforeEach} and {@code @BeforeAll} methods, each
 * of which is another new one, an {@link ImageStore} or a {@link Storage} in memory (with {@link
 * OnDisk} in a directory), a {@link FaultyStorage} on one in memory, a {@link TestRegistry}, its
 * {@link RegistryServer}, and the {@link MovableClock} that all of one test share:
 *
 * <pre>{@code
 * @ExtendWith(ImbrexExtension.class)
 * class PublisherTest {
 *   @Test
 *   void publishes(@OnDisk ImageStore store, TestRegistry registry) throws IOException {
 *     Image app = image(layer(file("/app", "x"))).in(store);
 *     new Publisher(store).publish(app, registry.reference("team/app:1.0"));
 *     assertThat(registry.store().require("team/app:1.0")).hasFile("/app").withContent("x");
 *   }
 * }
 * }</pre>
 *
 * <p>Or registered in an instance field, which can give fields their values:
 *
 * <pre>{@code
 * @RegisterExtension final ImbrexExtension imbrex = new ImbrexExtension();
 * final ImageStore store = imbrex.store();
 * }</pre>
 *
 * <p>Parameters of a constructor, and of methods called once for a class, live until the tests of
 * that class are over. Runs on JUnit Jupiter 5 and 6; tests may run in parallel.
 */
public final class ImbrexExtension
    implements ParameterResolver, AfterEachCallback, AfterAllCallback {
  private static final Namespace NAMESPACE = Namespace.create(ImbrexExtension.class);
  private static final Set<Class<?>> TYPES =
      Set.of(
          ImageStore.class,
          Storage.class,
          FaultyStorage.class,
          TestRegistry.class,
          RegistryServer.class,
          MovableClock.class);

  private final TestResources own = new TestResources();

  /** An extension that has made nothing yet. */
  public ImbrexExtension() {}

  /** A new store in memory, until the test is over. For an extension in an instance field. */
  public ImageStore store() {
    return own.store(own.memory());
  }

  /** A new store in a directory, until the test is over. For an extension in an instance field. */
  public ImageStore storeOnDisk() {
    return own.store(own.disk());
  }

  /** A new registry, until the test is over. For an extension in an instance field. */
  public TestRegistry registry() {
    return own.registry();
  }

  /** The clock of what this extension gives. For an extension in an instance field. */
  public MovableClock clock() {
    return own.clock();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return TYPES.contains(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestResources resources = resources(context);
    Class<?> type = parameter.getParameter().getType();
    if (type == MovableClock.class) {
      return resources.clock();
    }
    if (type == TestRegistry.class) {
      return resources.registry();
    }
    if (type == RegistryServer.class) {
      return resources.registry().server();
    }
    Storage storage = parameter.isAnnotated(OnDisk.class) ? resources.disk() : resources.memory();
    if (type == FaultyStorage.class) {
      return FaultyStorage.on(storage);
    }
    return type == ImageStore.class ? resources.store(storage) : storage;
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    close(context, own);
    close(context, removed(context));
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    close(context, removed(context));
  }

  private static TestResources resources(ExtensionContext context) {
    ExtensionContext.Store store = context.getStore(NAMESPACE);
    // By its own id: a store gives what that of an outer context has, too.
    String key = context.getUniqueId();
    TestResources resources = store.get(key, TestResources.class);
    if (resources == null) {
      resources = new TestResources();
      store.put(key, resources);
    }
    return resources;
  }

  private static TestResources removed(ExtensionContext context) {
    TestResources resources =
        context.getStore(NAMESPACE).remove(context.getUniqueId(), TestResources.class);
    return resources == null ? new TestResources() : resources;
  }

  private static void close(ExtensionContext context, TestResources resources) throws IOException {
    try {
      resources.close();
    } catch (AssertionError e) {
      // What a test that failed leaves open hides why it failed.
      if (context.getExecutionException().isEmpty()) {
        throw e;
      }
    }
  }
}
