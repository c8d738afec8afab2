package dev.imbrex.registry.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Proxy;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proxies, and whom to ask without (SN-G31); private addresses (SN-G14). */
class ProxyRulesTest {
  private static final URI PROXY = URI.create("http://proxy.example.com:3128");

  @ParameterizedTest
  @CsvSource({
    // exception, asked, whether it is asked directly
    "*, anything.example.com, true",
    "example.com, example.com, true",
    "example.com, a.example.com, true",
    "example.com, badexample.com, false",
    ".example.com, a.example.com, true",
    ".example.com, example.com, true",
    "*.example.com, a.b.example.com, true",
    "EXAMPLE.com, a.Example.COM, true",
    "example.com:443, example.com, true",
    "example.com:5000, example.com, false",
    "example.com:5000, example.com:5000, true",
    "10.1.2.3, 10.1.2.3, true",
    "10.1.2.3, 10.1.2.4, false",
    "10.0.0.0/8, 10.200.3.4, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "192.168.4.0/22, 192.168.7.255, true",
    "192.168.4.0/22, 192.168.8.0, false",
    "10.0.0.0/8, 10.example.com, false",
    "10.0.0.0/33, 10.0.0.0, false",
    "10.0.0.0/x, 10.0.0.0, false",
    "fd00::/8, [fd12:3456::1], true",
    "fd00::/8, [fe80::1], false",
    "::1, [::1], true",
    "[::1]:5000, [::1]:5000, true",
    "[::1]:5000, [::1]:6000, false",
    "::ffff:10.1.2.3, 10.1.2.3, true"
  })
  void knowsWhomToAskDirectly(String exception, String asked, boolean direct) {
    ProxyRules rules = new ProxyRules(null, PROXY, List.of("other.example.org", exception));
    List<Proxy> chosen = rules.select(URI.create("https://" + asked + "/v2/"));
    assertThat(chosen).hasSize(1);
    assertThat(chosen.get(0).type() == Proxy.Type.DIRECT).isEqualTo(direct);
  }

  @Test
  void choosesByScheme() {
    URI other = URI.create("http://user:pw@[::1]");
    ProxyRules rules = new ProxyRules(other, null, List.of());
    assertThat(rules.select(URI.create("https://a.example.com/"))).containsExactly(Proxy.NO_PROXY);
    assertThat(rules.select(URI.create("http://a.example.com/")).get(0).address().toString())
        .contains("::1")
        .endsWith(":80");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST",
        "a.localhost",
        "127.0.0.1",
        "127.1",
        "127.255.255.254",
        "2130706433",
        "10.0.0.1",
        "10.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[fc00::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a00:1]",
        "0x7f000001",
        "127.0.0.0x1",
        "1.2.3.4.5",
        "256.1.1.1",
        "[::1%25eth0]"
      })
  void knowsPrivateAddresses(String host) {
    assertThat(PrivateHosts.isPrivate(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.com",
        "8.8.8.8",
        "172.15.0.1",
        "172.32.0.1",
        "192.169.0.1",
        "100.128.0.1",
        "11.0.0.1",
        "[2001:db8::1]",
        "[2606:4700::1111]",
        "localhost.example.com",
        "10.example.com",
        "registry"
      })
  void knowsPublicOnes(String host) {
    assertThat(PrivateHosts.isPrivate(host)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "127.1, true",
    "[::1], true",
    "localhost, true",
    "10.0.0.1, false"
  })
  void knowsThisMachine(String host, boolean loopback) {
    assertThat(PrivateHosts.isLoopback(host)).isEqualTo(loopback);
  }
}
