package dev.imbrex.manifest.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** SN-C2 to SN-C5, SN-C13. */
class ContainerConfigTest {
  private static ContainerConfig parse(String json) throws IOException {
    byte[] bytes = ("{\"config\":" + json.replace('\'', '"') + "}").getBytes(UTF_8);
    return ImageConfig.parse(bytes, "test config").container();
  }

  private static String json(String quoted) {
    return quoted.replace('\'', '"');
  }

  @Nested
  class Members {
    @ParameterizedTest
    @EnumSource(ContainerMember.class)
    void canBeNullAndGoAway(ContainerMember member) {
      ContainerConfig withNull = ContainerConfig.empty().withNull(member);
      assertThat(withNull).hasToString("{\"" + member + "\":null}");
      assertThat(withNull.has(member)).isTrue();
      assertThat(withNull.isNull(member)).isTrue();
      assertThat(withNull.withNull(member)).isSameAs(withNull);
      assertThat(withNull.without(member)).isEqualTo(ContainerConfig.empty());
      assertThat(ContainerConfig.empty().without(member)).isSameAs(ContainerConfig.empty());
      assertThat(ContainerConfig.empty().has(member)).isFalse();
    }

    @Test
    void readAsAbsentWhenTheyAreNull() {
      ContainerConfig config = ContainerConfig.empty();
      for (ContainerMember member : ContainerMember.values()) {
        config = config.withNull(member);
      }
      for (ContainerConfig none : List.of(config, ContainerConfig.empty())) {
        assertThat(none.user()).isEmpty();
        assertThat(none.workingDir()).isEmpty();
        assertThat(none.stopSignal()).isEmpty();
        assertThat(none.hostname()).isEmpty();
        assertThat(none.domainname()).isEmpty();
        assertThat(none.image()).isEmpty();
        assertThat(none.macAddress()).isEmpty();
        assertThat(none.entrypoint()).isEmpty();
        assertThat(none.cmd()).isEmpty();
        assertThat(none.env()).isEmpty();
        assertThat(none.environment()).isEmpty();
        assertThat(none.shell()).isEmpty();
        assertThat(none.onBuild()).isEmpty();
        assertThat(none.exposedPorts()).isEmpty();
        assertThat(none.volumes()).isEmpty();
        assertThat(none.labels()).isEmpty();
        assertThat(none.healthcheck()).isEmpty();
        assertThat(none.isTty()).isFalse();
        assertThat(none.isArgsEscaped()).isFalse();
        assertThat(none.stopTimeout()).isEmpty();
        assertThat(none.memory()).isEmpty();
        assertThat(none.memorySwap()).isEmpty();
        assertThat(none.cpuShares()).isEmpty();
      }
    }

    @Test
    void areWrittenInTheOrderOfDocker() {
      ContainerConfig config =
          ContainerConfig.empty()
              .with(ContainerMember.CPU_SHARES, 2)
              .with(ContainerMember.STOP_TIMEOUT, 10)
              .withShell(List.of("/bin/bash", "-c"))
              .withStopSignal("SIGINT")
              .withLabel("l", "v")
              .withOnBuild(List.of("RUN x"))
              .with(ContainerMember.MAC_ADDRESS, "m")
              .with(ContainerMember.NETWORK_DISABLED, true)
              .withEntrypoint(List.of("e"))
              .withWorkingDir("/w")
              .withVolume("/v")
              .with(ContainerMember.IMAGE, "i")
              .with(ContainerMember.ARGS_ESCAPED, true)
              .withHealthcheck(Healthcheck.none())
              .withCmd(List.of("c"))
              .withEnv("A", "1")
              .with(ContainerMember.STDIN_ONCE, true)
              .with(ContainerMember.OPEN_STDIN, true)
              .with(ContainerMember.TTY, true)
              .withExposedPort(ExposedPort.tcp(80))
              .with(ContainerMember.ATTACH_STDERR, true)
              .with(ContainerMember.ATTACH_STDOUT, true)
              .with(ContainerMember.ATTACH_STDIN, false)
              .withUser("u")
              .with(ContainerMember.DOMAINNAME, "d")
              .with(ContainerMember.HOSTNAME, "h")
              .with(ContainerMember.MEMORY_SWAP, -1)
              .with(ContainerMember.MEMORY, 1);
      assertThat(config)
          .hasToString(
              json(
                  "{'Hostname':'h','Domainname':'d','User':'u','AttachStdin':false,"
                      + "'AttachStdout':true,'AttachStderr':true,'ExposedPorts':{'80/tcp':{}},"
                      + "'Tty':true,'OpenStdin':true,'StdinOnce':true,'Env':['A=1'],'Cmd':['c'],"
                      + "'Healthcheck':{'Test':['NONE']},'ArgsEscaped':true,'Image':'i',"
                      + "'Volumes':{'/v':{}},'WorkingDir':'/w','Entrypoint':['e'],"
                      + "'NetworkDisabled':true,'MacAddress':'m','OnBuild':['RUN x'],"
                      + "'Labels':{'l':'v'},'StopSignal':'SIGINT','StopTimeout':10,"
                      + "'Shell':['/bin/bash','-c'],'Memory':1,'MemorySwap':-1,'CpuShares':2}"));
      assertThat(config.stopTimeout()).hasValue(10);
      assertThat(config.memorySwap()).hasValue(-1);
      assertThat(config.cpuShares()).hasValue(2);
      assertThat(config.macAddress()).contains("m");
      assertThat(config.domainname()).contains("d");
      assertThat(config.image()).contains("i");
      assertThat(config.flag(ContainerMember.NETWORK_DISABLED)).isTrue();
    }

    @Test
    void refuseValuesOfAnotherKind() {
      ContainerConfig config = ContainerConfig.empty();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> config.with(ContainerMember.TTY, "yes"))
          .withMessage("Tty is not a text");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> config.with(ContainerMember.USER, true));
      assertThatIllegalArgumentException().isThrownBy(() -> config.with(ContainerMember.USER, 1));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> config.with(ContainerMember.LABELS, List.of()));
      assertThatIllegalArgumentException().isThrownBy(() -> config.strings(ContainerMember.USER));
      assertThatIllegalArgumentException().isThrownBy(() -> config.number(ContainerMember.CMD));
      assertThatIllegalArgumentException().isThrownBy(() -> config.flag(ContainerMember.CMD));
      assertThatIllegalArgumentException().isThrownBy(() -> config.text(ContainerMember.CMD));
    }

    @Test
    void tellAbsentNullAndEmptyListsApart() throws IOException {
      for (ContainerMember member :
          List.of(
              ContainerMember.ENTRYPOINT,
              ContainerMember.CMD,
              ContainerMember.ENV,
              ContainerMember.ON_BUILD)) {
        ContainerConfig empty = parse("{'" + member + "':[]}");
        assertThat(empty.strings(member)).contains(List.of());
        assertThat(empty.isNull(member)).isFalse();
        assertThat(empty).isNotEqualTo(parse("{'" + member + "':null}"));
        assertThat(empty).isNotEqualTo(ContainerConfig.empty());
        assertThat(empty.with(member, List.of())).isSameAs(empty);
        assertThat(empty.withNull(member)).isEqualTo(parse("{'" + member + "':null}"));
        assertThat(ContainerConfig.empty().with(member, List.of())).isEqualTo(empty);
        assertThat(parse("{'" + member + "':null}").with(member, List.of())).isEqualTo(empty);
      }
    }
  }

  /** SN-C4: entries before, name, value, entries after; separated by semicolons. */
  @ParameterizedTest
  @CsvSource({
    "'', A, 1, A=1",
    "B=2, A, 1, B=2;A=1",
    "A=0;B=2, A, 1, A=1;B=2",
    "A=0;B=2;A=3, A, 1, A=1;B=2",
    "A;B=2, A, 1, A=1;B=2",
    "AA=0, A, 1, AA=0;A=1",
    "a=0, A, 1, a=0;A=1",
    "=x;B=2, A, 1, =x;B=2;A=1",
    "A=1, A, 1, A=1",
    "A=0, A, x=y, A=x=y",
    "A=0, A, '', A="
  })
  void setsAnEnvironmentVariable(String before, String name, String value, String after) {
    ContainerConfig config =
        before.isEmpty()
            ? ContainerConfig.empty()
            : ContainerConfig.empty().withEnv(Arrays.asList(before.split(";", -1)));
    ContainerConfig changed = config.withEnv(name, value);
    assertThat(changed.env().orElseThrow()).containsExactly(after.split(";", -1));
    assertThat(changed.findEnv(name)).contains(value);
    assertThat(changed.withoutEnv(name).findEnv(name)).isEmpty();
    assertThat(before.equals(after)).isEqualTo(changed.equals(config));
  }

  @Test
  void refusesNamesThatNoEnvironmentVariableCanHave() {
    ContainerConfig config = ContainerConfig.empty();
    assertThatIllegalArgumentException().isThrownBy(() -> config.withEnv("", "x"));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withEnv("A=B", "x"));
  }

  @Test
  void removesEnvironmentVariables() throws IOException {
    ContainerConfig config = parse("{'Env':['A=1','B','A','B=2']}");
    assertThat(config.withoutEnv("A").env()).contains(List.of("B", "B=2"));
    assertThat(config.withoutEnv("C")).isSameAs(config);
    assertThat(ContainerConfig.empty().withoutEnv("A")).isSameAs(ContainerConfig.empty());
  }

  @Test
  void addsAndRemovesPorts() throws IOException {
    ContainerConfig config = parse("{'ExposedPorts':{'80':{},'53/udp':{'x':1},'9-10/tcp':{}}}");
    assertThat(config.exposedPorts()).containsExactly(ExposedPort.tcp(80), ExposedPort.udp(53));
    assertThat(config.exposedPortKeys()).containsExactly("80", "53/udp", "9-10/tcp");
    assertThat(config.withExposedPort(ExposedPort.tcp(80))).isSameAs(config);
    assertThat(config.withExposedPort(ExposedPort.udp(80)))
        .hasToString(json("{'ExposedPorts':{'80':{},'53/udp':{'x':1},'9-10/tcp':{},'80/udp':{}}}"));
    assertThat(config.withoutExposedPort(ExposedPort.tcp(80)))
        .hasToString(json("{'ExposedPorts':{'53/udp':{'x':1},'9-10/tcp':{}}}"));
    assertThat(config.withoutExposedPort(ExposedPort.tcp(81))).isSameAs(config);
  }

  @Test
  void addsAndRemovesVolumesAndLabels() throws IOException {
    ContainerConfig config = parse("{'Volumes':{'/a':{}},'Labels':{'x':'1','n':null,'y':'2'}}");
    assertThat(config.withVolume("/a")).isSameAs(config);
    assertThat(config.withVolume("/b").volumes()).containsExactly("/a", "/b");
    assertThat(config.withVolume("/b").withoutVolume("/b")).isEqualTo(config);
    assertThat(config.labels()).containsExactly(entry("x", "1"), entry("n", ""), entry("y", "2"));
    assertThat(config.withLabel("x", "1")).isSameAs(config);
    assertThat(config.withLabel("x", "3"))
        .hasToString(json("{'Volumes':{'/a':{}},'Labels':{'x':'3','n':null,'y':'2'}}"));
    assertThat(config.withoutLabel("n").labels()).containsOnlyKeys("x", "y");
    assertThat(config.withoutLabel("z")).isSameAs(config);
  }

  private static Map.Entry<String, String> entry(String key, String value) {
    return Map.entry(key, value);
  }

  @Nested
  class Health {
    @Test
    void isCountedInNanoseconds() {
      Healthcheck check =
          Healthcheck.ofShell("curl -f /")
              .withInterval(Duration.ofSeconds(30))
              .withTimeout(Duration.ofMillis(1500))
              .withStartPeriod(Duration.ofNanos(1))
              .withStartInterval(Duration.ofSeconds(5))
              .withRetries(3);
      ContainerConfig config = ContainerConfig.empty().withHealthcheck(check);
      assertThat(config)
          .hasToString(
              json(
                  "{'Healthcheck':{'Test':['CMD-SHELL','curl -f /'],'Interval':30000000000,"
                      + "'Timeout':1500000000,'StartPeriod':1,'StartInterval':5000000000,"
                      + "'Retries':3}}"));
      assertThat(config.healthcheck()).contains(check);
      assertThat(config.withHealthcheck(check)).isSameAs(config);
    }

    @Test
    void keepsMembersThatAreNotKnown() throws IOException {
      ContainerConfig config =
          parse("{'Healthcheck':{'q':[1.0],'Retries':3,'Test':null,'Interval':0}}");
      Healthcheck check = config.healthcheck().orElseThrow();
      assertThat(config.withHealthcheck(check)).isSameAs(config);
      assertThat(config.withHealthcheck(check.withRetries(0).withTimeout(Duration.ofNanos(9))))
          .hasToString(json("{'Healthcheck':{'q':[1.0],'Timeout':9,'Test':null,'Interval':0}}"));
    }

    @Test
    void refusesTimesBeyondNanoseconds() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Healthcheck.none().withInterval(Duration.ofDays(200_000)));
    }
  }

  /** SN-C13: the user's config, the image's, the result. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | {} | {}",
        "{} | {'User':'i','WorkingDir':'/i','StopSignal':'S'} | {'User':'i','WorkingDir':'/i','StopSignal':'S'}",
        "{'User':'','WorkingDir':''} | {'User':'i'} | {'User':'i','WorkingDir':''}",
        "{'User':'u','StopSignal':'T'} | {'User':'i','StopSignal':'S'} | {'User':'u','StopSignal':'T'}",
        "{'User':'u'} | {'User':''} | {'User':'u'}",
        "{} | {'ExposedPorts':{'80/tcp':{}}} | {'ExposedPorts':{'80/tcp':{}}}",
        "{'ExposedPorts':{'1/tcp':{}}} | {'ExposedPorts':{'2/tcp':{},'1/tcp':{}}} | {'ExposedPorts':{'1/tcp':{},'2/tcp':{}}}",
        "{'Volumes':{'/u':{}}} | {'Volumes':{'/i':{}}} | {'Volumes':{'/u':{},'/i':{}}}",
        "{'Volumes':{}} | {'Volumes':{'/i':{}}} | {'Volumes':{'/i':{}}}",
        "{'Labels':{'a':'u','b':'u'}} | {'Labels':{'b':'i','c':'i'}} | {'Labels':{'a':'u','b':'u','c':'i'}}",
        "{'Labels':null} | {'Labels':{'c':'i'}} | {'Labels':{'c':'i'}}",
        "{} | {'Env':['A=1','A=2']} | {'Env':['A=1','A=2']}",
        "{'Env':[]} | {'Env':['A=1']} | {'Env':['A=1']}",
        "{'Env':['B=u']} | {'Env':['A=i','B=i','C']} | {'Env':['B=u','A=i','C']}",
        "{'Env':['B=u']} | {'Env':['A=1','A=2']} | {'Env':['B=u','A=1']}",
        "{'Env':['A']} | {'Env':['A=i']} | {'Env':['A']}",
        "{'Env':['a=u']} | {'Env':['A=i']} | {'Env':['a=u','A=i']}",
        "{} | {'Cmd':['i'],'Entrypoint':['e']} | {'Cmd':['i'],'Entrypoint':['e']}",
        "{'Cmd':['u']} | {'Cmd':['i'],'Entrypoint':['e']} | {'Cmd':['u'],'Entrypoint':['e']}",
        "{'Entrypoint':['u']} | {'Cmd':['i'],'Entrypoint':['e']} | {'Entrypoint':['u']}",
        "{'Entrypoint':[]} | {'Cmd':['i'],'Entrypoint':['e']} | {'Cmd':['i'],'Entrypoint':[]}",
        "{'Entrypoint':null} | {'Entrypoint':['e']} | {'Entrypoint':['e']}",
        "{'Entrypoint':[],'Cmd':['u']} | {'Cmd':['i'],'Entrypoint':['e']} | {'Entrypoint':[],'Cmd':['u']}",
        "{'Cmd':[]} | {'Cmd':['i']} | {'Cmd':['i']}",
        "{'ArgsEscaped':true} | {'Cmd':['i']} | {'Cmd':['i']}",
        "{} | {'Cmd':['i'],'ArgsEscaped':true} | {'Cmd':['i'],'ArgsEscaped':true}",
        "{'Cmd':['u']} | {'Cmd':['i'],'ArgsEscaped':true} | {'Cmd':['u']}",
        "{} | {'Healthcheck':{'Test':['NONE'],'q':1}} | {'Healthcheck':{'Test':['NONE'],'q':1}}",
        "{'Healthcheck':{'Test':['u']}} | {} | {'Healthcheck':{'Test':['u']}}",
        "{'Healthcheck':{'Test':['u'],'Timeout':5}} | {'Healthcheck':{'Test':['i'],'Interval':1,'Timeout':2,'StartPeriod':3,'StartInterval':4,'Retries':6}} | {'Healthcheck':{'Test':['u'],'Interval':1,'Timeout':5,'StartPeriod':3,'StartInterval':4,'Retries':6}}",
        "{'Healthcheck':{'Test':[],'Retries':0}} | {'Healthcheck':{'Test':['i'],'Retries':6}} | {'Healthcheck':{'Test':['i'],'Retries':6}}",
        "{'Hostname':'h','x':1.0} | {'Hostname':'i','OnBuild':['RUN x'],'Shell':['s'],'y':2} | {'Hostname':'h','x':1.0}"
      })
  void mergesForCommit(String user, String image, String expected) throws IOException {
    assertThat(parse(user).mergedOver(parse(image))).hasToString(json(expected));
  }
}
