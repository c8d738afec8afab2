package dev.imbrex.manifest.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * An edit disturbs nothing that it does not touch (SN-D10, SN-C3). Random configs with unknown
 * members at every level are edited at random, and so is a simple model of the document: maps,
 * lists and texts that print themselves. Both must give the same bytes.
 *
 * <p>Seed: -Dimbrex.seed=…
 */
class ImageConfigPropertiesTest {
  private static final int CONFIGS = 120;
  private static final int EDITS = 12;

  private static final List<String> TEXTS =
      List.of("", "a", "two words", "q\"u\\o/te", "<&>", "é界😀", "\u0001\n\t", "sha256:x", "A=1");
  private static final List<String> NUMBERS =
      List.of("0", "-0", "1.0", "1e3", "1E+05", "-12.50", "123456789012345678901234567890");
  private static final List<String> ENV =
      List.of("A=1", "A", "B=2", "PATH=/bin", "=x", "A=3", "a=", "C=x=y");
  private static final List<String> LISTS = List.of("Entrypoint", "Cmd", "OnBuild", "Shell");
  private static final List<String> FLAT =
      List.of("User", "WorkingDir", "StopSignal", "Hostname", "MacAddress");

  private static final Pattern CONTAINER = Pattern.compile("[{,]\"config\":\\{");
  private static final Pattern STEPS = Pattern.compile("\"history\":\\[");
  private static final Pattern TYPE = Pattern.compile("\"type\":\"layers\"");

  /** A value that prints as it is: a number, true, false or null. */
  private record Raw(String text) {}

  private final long seed = Long.getLong("imbrex.seed", 730_211L);
  private final Random random = new Random(seed);

  @Test
  void editsDisturbNothingElse() throws IOException {
    for (int i = 0; i < CONFIGS; i++) {
      Map<String, Object> model = randomConfig();
      ImageConfig config = ImageConfig.parse(print(model).getBytes(UTF_8), "random config");
      for (int j = 0; j < EDITS; j++) {
        String before = text(config);
        config = edit(config, model, before);
        // The next edit starts from the bytes in every second config.
        config = i % 2 == 0 ? config : ImageConfig.parse(config.bytes(), "edited config");
      }
    }
  }

  @Test
  void anEditAndItsContraryCancelOut() throws IOException {
    int containers = 0;
    for (int i = 0; i < CONFIGS; i++) {
      String before = print(randomConfig());
      ImageConfig config = ImageConfig.parse(before.getBytes(UTF_8), "random config");
      ContainerConfig container = config.container();
      // A config that was absent or null comes back empty, which is another text.
      if (!CONTAINER.matcher(before).find()) {
        continue;
      }
      containers++;
      for (ContainerMember member : ContainerMember.values()) {
        if (!container.has(member)) {
          ContainerConfig there = container.withNull(member);
          assertThat(text(config.withContainer(there).withContainer(there.without(member))))
              .as("seed %d", seed)
              .isEqualTo(before);
        }
      }
      assertThat(text(config.withContainer(container.withUser("nobody")).withContainer(container)))
          .as("seed %d", seed)
          .isEqualTo(before);
    }
    assertThat(containers).as("seed %d", seed).isGreaterThan(CONFIGS / 3);
  }

  @Test
  void layersThatCameGoAgain() throws IOException {
    int whole = 0;
    for (int i = 0; i < CONFIGS; i++) {
      String before = print(randomConfig());
      ImageConfig config = ImageConfig.parse(before.getBytes(UTF_8), "random config");
      ImageConfig appended = config.append(layer(), History.empty());
      assertThat(appended.diffIds()).hasSize(config.diffIds().size() + 1);
      assertThat(appended.history()).hasSize(config.history().size() + 1);
      // A history that was absent or null comes back empty, and a type that was not there stays.
      if (STEPS.matcher(before).find() && TYPE.matcher(before).find()) {
        whole++;
        ImageConfig restored = appended.withLayers(config.diffIds(), config.history());
        assertThat(text(restored)).as("seed %d", seed).isEqualTo(before);
      }
    }
    assertThat(whole).as("seed %d", seed).isGreaterThan(CONFIGS / 10);
  }

  private ImageConfig edit(ImageConfig config, Map<String, Object> model, String before) {
    ContainerConfig container = config.container();
    String text = pick(TEXTS);
    ImageConfig edited;
    switch (random.nextInt(10)) {
      case 0 -> {
        edited = config.withAuthor(text);
        if (!text.equals(model.getOrDefault("author", "")) && !(text.isEmpty() && isNull(model))) {
          check(model, List.of(), "author", text.isEmpty() ? null : text, edited, before);
          return edited;
        }
        assertThat(edited).isSameAs(config);
      }
      case 1 -> {
        String name = pick(FLAT);
        ContainerMember member = member(name);
        edited = config.withContainer(container.with(member, text));
        check(model, List.of("config"), name, text, edited, before);
      }
      case 2 -> {
        String name = pick(LISTS);
        ContainerMember member = member(name);
        List<String> value = random.nextBoolean() ? List.of() : List.of(text, "x");
        edited = config.withContainer(container.with(member, value));
        check(model, List.of("config"), name, new ArrayList<Object>(value), edited, before);
      }
      case 3 -> {
        String label = pick(List.of("l", "m", "n", "é"));
        edited = config.withContainer(container.withLabel(label, text));
        check(model, List.of("config", "Labels"), label, text, edited, before);
      }
      case 4 -> {
        edited = config.withContainer(container.withVolume("/v" + random.nextInt(4)));
        String added = last(edited.container().volumes(), container.volumes());
        if (added != null) {
          check(model, List.of("config", "Volumes"), added, new LinkedHashMap<>(), edited, before);
        }
      }
      case 5 -> {
        edited =
            config.withContainer(container.withExposedPort(ExposedPort.tcp(random.nextInt(4))));
        String added = last(edited.container().exposedPortKeys(), container.exposedPortKeys());
        if (added != null) {
          check(
              model,
              List.of("config", "ExposedPorts"),
              added,
              new LinkedHashMap<>(),
              edited,
              before);
        }
      }
      case 6 -> {
        String name = pick(List.of("A", "B", "C", "NEW"));
        edited = config.withContainer(container.withEnv(name, text));
        Object env = modelEnv(model, name, text);
        check(model, List.of("config"), "Env", env, edited, before);
      }
      case 7 -> {
        edited = config.appendEmpty(History.empty().withCreatedBy(text));
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("created_by", text);
        step.put("empty_layer", new Raw("true"));
        check(model, List.of(), "history", longer(model.get("history"), step), edited, before);
      }
      case 8 -> {
        int timeout = random.nextInt(3) + 1;
        Healthcheck old =
            container.healthcheck().orElse(Healthcheck.ofShell("x").withTest(List.of()));
        edited = config.withContainer(container.withHealthcheck(old.withRetries(timeout)));
        check(
            model,
            List.of("config", "Healthcheck"),
            "Retries",
            new Raw(Integer.toString(timeout)),
            edited,
            before);
      }
      default -> {
        edited = config.withContainer(container.without(ContainerMember.CMD));
        if (container.has(ContainerMember.CMD)) {
          check(model, List.of("config"), "Cmd", null, edited, before);
        } else {
          assertThat(edited).isSameAs(config);
        }
      }
    }
    return edited;
  }

  private static ContainerMember member(String name) {
    return Arrays.stream(ContainerMember.values())
        .filter(member -> member.toString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isNull(Map<String, Object> model) {
    return !(model.get("author") instanceof String);
  }

  /**
   * Sets one member of the model and compares. A member that exists keeps its place; a new one may
   * stand anywhere, as long as all others stay as they are.
   */
  private void check(
      Map<String, Object> model,
      List<String> path,
      String name,
      @Nullable Object value,
      ImageConfig edited,
      String before) {
    String found = text(edited);
    assertThat(applied(model, path, name, value, found))
        .as("seed %d: %s := %s in %s gave %s", seed, path, name, before, found)
        .isTrue();
    assertThat(print(model)).as("seed %d", seed).isEqualTo(found);
  }

  /** Applies the edit at each possible position until the document prints as it was found. */
  private static boolean applied(
      Map<String, Object> root,
      List<String> path,
      String name,
      @Nullable Object value,
      String found) {
    return applied(root, root, path, name, value, found);
  }

  @SuppressWarnings("unchecked") // the model has no other maps
  private static boolean applied(
      Map<String, Object> root,
      Map<String, Object> object,
      List<String> path,
      String name,
      @Nullable Object value,
      String found) {
    if (!path.isEmpty()) {
      String head = path.get(0);
      List<String> tail = path.subList(1, path.size());
      if (object.get(head) instanceof Map<?, ?> inner) {
        return applied(root, (Map<String, Object>) inner, tail, name, value, found);
      }
      Map<String, Object> fresh = new LinkedHashMap<>();
      return inserted(
          root, object, head, fresh, () -> applied(root, fresh, tail, name, value, found));
    }
    if (value == null) {
      object.remove(name);
      return print(root).equals(found);
    }
    return inserted(root, object, name, value, () -> print(root).equals(found));
  }

  private static boolean inserted(
      Map<String, Object> root,
      Map<String, Object> object,
      String name,
      Object value,
      BooleanSupplier fits) {
    if (object.containsKey(name)) {
      object.put(name, value);
      return fits.getAsBoolean();
    }
    List<Map.Entry<String, Object>> members = new ArrayList<>();
    object.forEach((key, old) -> members.add(Map.entry(key, old)));
    for (int at = 0; at <= members.size(); at++) {
      object.clear();
      members.subList(0, at).forEach(m -> object.put(m.getKey(), m.getValue()));
      object.put(name, value);
      members.subList(at, members.size()).forEach(m -> object.put(m.getKey(), m.getValue()));
      if (fits.getAsBoolean()) {
        return true;
      }
      if (value instanceof Map<?, ?> fresh && root != object) {
        fresh.clear();
      }
    }
    return false;
  }

  @SuppressWarnings("unchecked") // the model has no other maps
  private static Object modelEnv(Map<String, Object> model, String name, String value) {
    Object config = model.get("config");
    Object env = config instanceof Map<?, ?> map ? ((Map<String, Object>) map).get("Env") : null;
    List<Object> changed = new ArrayList<>();
    boolean done = false;
    for (Object entry : env instanceof List<?> list ? list : List.of()) {
      String text = (String) entry;
      if (!text.equals(name) && !text.startsWith(name + "=")) {
        changed.add(text);
      } else if (!done) {
        changed.add(name + "=" + value);
        done = true;
      }
    }
    if (!done) {
      changed.add(name + "=" + value);
    }
    return changed;
  }

  private static List<Object> longer(@Nullable Object list, Object last) {
    List<Object> longer = new ArrayList<>(list instanceof List<?> old ? old : List.of());
    longer.add(last);
    return longer;
  }

  private static @Nullable String last(List<String> after, List<String> before) {
    return after.size() > before.size() ? after.get(after.size() - 1) : null;
  }

  private Map<String, Object> randomConfig() {
    Map<String, Object> config = new LinkedHashMap<>();
    maybe(
        config, "created", pick(List.of("2020-01-02T03:04:05.600Z", "0001-01-01T00:00:00Z", "?")));
    maybe(config, "author", pick(TEXTS));
    maybe(config, "architecture", "amd64");
    maybe(config, "os", "linux");
    maybe(config, "os.features", list(TEXTS));
    maybe(config, "config", randomContainer());
    maybe(config, "container_config", randomContainer());
    maybe(config, "docker_version", pick(TEXTS));
    int layers = random.nextInt(4);
    Map<String, Object> rootfs = new LinkedHashMap<>();
    maybe(rootfs, "type", "layers");
    List<Object> diffIds = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      diffIds.add(layer().toString());
    }
    rootfs.put("diff_ids", diffIds);
    config.put("rootfs", shuffled(withUnknown(rootfs)));
    maybe(config, "history", randomHistory(layers));
    return shuffled(withUnknown(config));
  }

  private List<Object> randomHistory(int layers) {
    List<Object> history = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      Map<String, Object> step = new LinkedHashMap<>();
      maybe(step, "created", "2020-01-02T03:04:05.600+00:00");
      maybe(step, "created_by", pick(TEXTS));
      maybe(step, "empty_layer", new Raw(pick(List.of("true", "false"))));
      history.add(shuffled(withUnknown(step)));
    }
    return history;
  }

  private Map<String, Object> randomContainer() {
    Map<String, Object> container = new LinkedHashMap<>();
    FLAT.forEach(name -> maybe(container, name, pick(TEXTS)));
    LISTS.forEach(name -> maybe(container, name, list(TEXTS)));
    maybe(container, "Env", list(ENV));
    maybe(container, "Tty", new Raw(pick(List.of("true", "false"))));
    maybe(container, "Memory", new Raw(pick(List.of("0", "-1", "9223372036854775807"))));
    maybe(container, "Labels", names("l", "m", "n", pick(TEXTS)));
    maybe(container, "Volumes", names("/v0", "/v1", "/x", new LinkedHashMap<>()));
    maybe(container, "ExposedPorts", names("1", "2/tcp", "1/udp", new LinkedHashMap<>()));
    Map<String, Object> check = new LinkedHashMap<>();
    maybe(check, "Test", list(TEXTS));
    maybe(check, "Interval", new Raw("30000000000"));
    maybe(check, "Retries", new Raw(pick(List.of("0", "1", "3"))));
    maybe(container, "Healthcheck", shuffled(withUnknown(check)));
    return shuffled(withUnknown(container));
  }

  private Map<String, Object> names(String first, String second, String third, Object value) {
    Map<String, Object> names = new LinkedHashMap<>();
    for (String name : List.of(first, second, third)) {
      if (random.nextBoolean()) {
        names.put(name, value);
      }
    }
    return shuffled(names);
  }

  private List<Object> list(List<String> from) {
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(pick(from));
    }
    return list;
  }

  /** Puts a member in, or null, or leaves it out. */
  private void maybe(Map<String, Object> object, String name, Object value) {
    int dice = random.nextInt(6);
    if (dice > 1) {
      object.put(name, value);
    } else if (dice == 1) {
      object.put(name, new Raw("null"));
    }
  }

  private Map<String, Object> withUnknown(Map<String, Object> object) {
    for (int i = random.nextInt(3); i > 0; i--) {
      object.put("x-" + random.nextInt(100), randomValue(0));
    }
    return object;
  }

  private Object randomValue(int depth) {
    return switch (random.nextInt(depth > 2 ? 3 : 5)) {
      case 0 -> new Raw(pick(NUMBERS));
      case 1 -> new Raw(pick(List.of("true", "false", "null")));
      case 2 -> pick(TEXTS);
      case 3 -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          list.add(randomValue(depth + 1));
        }
        yield list;
      }
      default -> {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          object.put(pick(TEXTS) + i, randomValue(depth + 1));
        }
        yield object;
      }
    };
  }

  private Map<String, Object> shuffled(Map<String, Object> object) {
    List<String> names = new ArrayList<>(object.keySet());
    Collections.shuffle(names, random);
    Map<String, Object> shuffled = new LinkedHashMap<>();
    names.forEach(name -> shuffled.put(name, object.get(name)));
    return shuffled;
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private DiffId layer() {
    return new DiffId(Digest.sha256(new byte[] {(byte) random.nextInt(8)}));
  }

  private static String text(ImageConfig config) {
    return new String(config.bytes(), UTF_8);
  }

  private static String print(Object value) {
    StringBuilder out = new StringBuilder();
    print(value, out);
    return out.toString();
  }

  private static void print(Object value, StringBuilder out) {
    if (value instanceof Raw raw) {
      out.append(raw.text());
    } else if (value instanceof String text) {
      printText(text, out);
    } else if (value instanceof List<?> list) {
      String before = "[";
      for (Object element : list) {
        out.append(before);
        print(element, out);
        before = ",";
      }
      out.append(list.isEmpty() ? "[]" : "]");
    } else {
      String before = "{";
      for (Map.Entry<?, ?> member : ((Map<?, ?>) value).entrySet()) {
        out.append(before);
        printText((String) member.getKey(), out);
        out.append(':');
        print(member.getValue(), out);
        before = ",";
      }
      out.append(((Map<?, ?>) value).isEmpty() ? "{}" : "}");
    }
  }

  private static void printText(String text, StringBuilder out) {
    out.append('"')
        .append(
            text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\t", "\\t")
                .replace("\u0001", "\\u0001"))
        .append('"');
  }
}
