package dev.imbrex.manifest.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Documents that are no config are refused, with the place of what is wrong (SN-C1 to SN-C7,
 * SN-D12).
 */
class HostileConfigTest {
  private static final String A =
      "sha256:f8b53af7fe22a5ab22cdfa3f888f7ad2a75ac072fcb55d6d67ac226a06b6ad92";

  private static void refuses(byte[] bytes, String where) {
    assertThatExceptionOfType(MalformedContentException.class)
        .isThrownBy(() -> ImageConfig.parse(bytes, "hostile config"))
        .withMessageStartingWith("hostile config")
        .satisfies(e -> assertThat(e.where()).isEqualTo(where));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | ``",
        "null | ``",
        "'text' | ``",
        "1 | ``",
        "{'created':1} | /created",
        "{'created':{}} | /created",
        "{'author':[]} | /author",
        "{'author':true} | /author",
        "{'architecture':1} | /architecture",
        "{'architecture':['amd64']} | /architecture",
        "{'variant':8} | /variant",
        "{'os':{}} | /os",
        "{'os':false} | /os",
        "{'os.version':10.0} | /os.version",
        "{'os.features':'win32k'} | /os.features",
        "{'os.features':['a',null]} | /os.features/1",
        "{'os.features':[1]} | /os.features/0",
        "{'id':1} | /id",
        "{'parent':{}} | /parent",
        "{'comment':[]} | /comment",
        "{'container':1} | /container",
        "{'docker_version':20.10} | /docker_version",
        "{'container_config':[]} | /container_config",
        "{'container_config':{'Env':{}}} | /container_config/Env",
        "{'container_config':{'Tty':1}} | /container_config/Tty",
        "{'config':[]} | /config",
        "{'config':'x'} | /config",
        "{'config':{'Env':'A=1','Cmd':[1]}} | /config/Cmd/0",
        "{'config':{'Env':[['A=1']]}} | /config/Env/0",
        "{'config':{'Env':['A=1',null]}} | /config/Env/1",
        "{'config':{'Entrypoint':['a',['b']]}} | /config/Entrypoint/1",
        "{'config':{'ExposedPorts':['80/tcp']}} | /config/ExposedPorts",
        "{'config':{'ExposedPorts':{'80/tcp':1}}} | /config/ExposedPorts/80~1tcp",
        "{'config':{'Volumes':{'/a~b':'x'}}} | /config/Volumes/~1a~0b",
        "{'config':{'Labels':['a=b']}} | /config/Labels",
        "{'config':{'Labels':{'a':1}}} | /config/Labels/a",
        "{'config':{'Labels':{'a':{}}}} | /config/Labels/a",
        "{'config':{'Memory':1.5}} | /config/Memory",
        "{'config':{'Memory':1e3}} | /config/Memory",
        "{'config':{'Memory':9223372036854775808}} | /config/Memory",
        "{'config':{'Healthcheck':[]}} | /config/Healthcheck",
        "{'config':{'Healthcheck':{'Test':'x'}}} | /config/Healthcheck/Test",
        "{'config':{'Healthcheck':{'Test':[0]}}} | /config/Healthcheck/Test/0",
        "{'config':{'Healthcheck':{'Interval':'30s'}}} | /config/Healthcheck/Interval",
        "{'config':{'Healthcheck':{'Timeout':1.0}}} | /config/Healthcheck/Timeout",
        "{'config':{'Healthcheck':{'Retries':2147483648}}} | /config/Healthcheck/Retries",
        "{'rootfs':[]} | /rootfs",
        "{'rootfs':{'type':1}} | /rootfs/type",
        "{'rootfs':{'diff_ids':{}}} | /rootfs/diff_ids",
        "{'rootfs':{'diff_ids':'DIGEST'}} | /rootfs/diff_ids",
        "{'rootfs':{'diff_ids':[null]}} | /rootfs/diff_ids/0",
        "{'rootfs':{'diff_ids':['DIGEST','']}} | /rootfs/diff_ids/1",
        "{'rootfs':{'diff_ids':['sha256:']}} | /rootfs/diff_ids/0",
        "{'rootfs':{'diff_ids':['sha256:abc']}} | /rootfs/diff_ids/0",
        "{'rootfs':{'diff_ids':['DIGEST','DIGEST0']}} | /rootfs/diff_ids/1",
        "{'rootfs':{'diff_ids':['sha256:../../etc/passwd']}} | /rootfs/diff_ids/0",
        "{'history':{}} | /history",
        "{'history':'x'} | /history",
        "{'history':[null]} | /history/0",
        "{'history':[{},[]]} | /history/1",
        "{'history':[{'created':0}]} | /history/0/created",
        "{'history':[{'created_by':['sh']}]} | /history/0/created_by",
        "{'history':[{'author':{}}]} | /history/0/author",
        "{'history':[{'comment':1}]} | /history/0/comment",
        "{'history':[{},{'empty_layer':'true'}]} | /history/1/empty_layer",
        "{'history':[{'empty_layer':1}]} | /history/0/empty_layer",
        "{'rootfs':{},'rootfs':{}} | /rootfs",
        "{'config':{'Cmd':[],'Cmd':['x']}} | /config/Cmd",
        "{'x':{'y':[{'z':1,'z':1}]}} | /x/y/0/z"
      })
  void refuses(String json, String where) {
    refuses(json.replace('\'', '"').replace("DIGEST", A).getBytes(UTF_8), where);
  }

  @ParameterizedTest
  @EnumSource(ContainerMember.class)
  void refusesAnyMemberOfAnotherType(ContainerMember member) {
    // No member is an array of arrays.
    String json = "{\"config\":{\"" + member + "\":[[]]}}";
    assertThatExceptionOfType(MalformedContentException.class)
        .isThrownBy(() -> ImageConfig.parse(json.getBytes(UTF_8), "hostile config"))
        .satisfies(e -> assertThat(e.where()).startsWith("/config/" + member));
  }

  @Test
  void refusesWhatIsNotOneJsonDocument() {
    for (String json : List.of("{", "{}{}", "{} x", "{'a':1,}", "{a:1}", "\uFEFF{}", "{'a':NaN}")) {
      byte[] bytes = json.replace('\'', '"').getBytes(UTF_8);
      assertThatExceptionOfType(MalformedContentException.class)
          .as(json)
          .isThrownBy(() -> ImageConfig.parse(bytes, "hostile config"))
          .satisfies(e -> assertThat(e.where()).startsWith("byte "));
    }
    refuses("{\"a\":\"\u00ff\"}".getBytes(ISO_8859_1), "byte 6");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n"})
  void refusesNothing(String text) {
    assertThatExceptionOfType(MalformedContentException.class)
        .isThrownBy(() -> ImageConfig.parse(text.getBytes(UTF_8), "hostile config"));
  }

  @Test
  void refusesWhatIsTooDeepOrTooLong() {
    String deep = "{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThatExceptionOfType(LimitExceededException.class)
        .isThrownBy(() -> ImageConfig.parse(deep.getBytes(UTF_8), "hostile config"));
    String long8Mib = "{\"x\":\"" + "y".repeat(8 << 20) + "\"}";
    assertThatExceptionOfType(LimitExceededException.class)
        .isThrownBy(() -> ImageConfig.parse(long8Mib.getBytes(UTF_8), "hostile config"))
        .satisfies(e -> assertThat(e.limit()).isEqualTo("configBytes"));
  }

  @Test
  void readsThousandsOfLayersAndSteps() throws Exception {
    List<String> ids = new ArrayList<>();
    List<String> steps = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      ids.add('"' + A + '"');
      steps.add("{}");
    }
    String json = "{\"rootfs\":{\"diff_ids\":" + ids + "},\"history\":" + steps + "}";
    ImageConfig config = ImageConfig.parse(json.getBytes(UTF_8), "long config");
    assertThat(config.diffIds()).hasSize(10_000);
    assertThat(config.requireLayerHistory().layersWithoutStep()).isZero();
  }
}
