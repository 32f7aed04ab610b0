package dev.kvasir.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {

    private final AddressRules rules =
            rules(List.of("api.example.org", "*.example.net", "odd.example.org:8443"), List.of(), List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.example.org",
                "https://API.example.org./v1?q=1",
                "https://api.example.org:443/",
                "https://a.example.net",
                "https://a.b.example.net/x",
                "https://odd.example.org:8443"
            })
    void aHostOfTheListIsAllowed(String address) {
        assertThatCode(() -> rules.allowed(URI.create(address))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.org,example.org",
        "https://example.net,example.net",
        "https://badexample.net,badexample.net",
        "https://api.example.org.evil.com,api.example.org.evil.com",
        "https://api.example.org:8443,api.example.org:8443",
        "https://odd.example.org,odd.example.org",
        "http://api.example.org:443,api.example.org:443",
        "https://localhost:5432/secret?key=1,localhost:5432",
        "https://127.0.0.1,127.0.0.1",
        "https://0.0.0.0,0.0.0.0",
        "https://[::1]:9000,[::1]:9000",
        "https://[::ffff:127.0.0.1],[::ffff:127.0.0.1]",
        "https://169.254.169.254/latest/meta-data,169.254.169.254"
    })
    void anyOtherHostIsRefusedByNameWithoutPathOrQuery(String address, String named) {
        assertThatThrownBy(() -> rules.allowed(URI.create(address)))
                .isInstanceOf(AddressNotAllowedException.class)
                .hasMessage("Requests to '" + named
                        + "' are not allowed. An administrator can add it to kvasir.outbound.hosts.");
    }

    @Test
    void plainHttpNeedsItsOwnWord() {
        assertThatThrownBy(() -> rules.allowed(URI.create("http://api.example.org/x")))
                .hasMessage(
                        "Requests to 'api.example.org' need https. An administrator can allow plain http by adding it"
                                + " to kvasir.outbound.plain-http-hosts.");
        AddressRules plain = rules(List.of("api.example.org"), List.of("api.example.org"), List.of());
        assertThatCode(() -> plain.allowed(URI.create("http://api.example.org/x")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file:///etc/passwd", "ftp://api.example.org", "jar:https://api.example.org!/x", "gopher://x"})
    void onlyHttpIsSpoken(String address) {
        String scheme = address.substring(0, address.indexOf(':'));
        assertThatThrownBy(() -> rules.allowed(URI.create(address)))
                .isInstanceOf(AddressNotAllowedException.class)
                .hasMessage("An address begins with https://, not " + scheme + ":.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://2130706433/",
                "https://0x7f000001/",
                "https://127.1/",
                "https://0x7f.1/",
                "https:///x",
                "https:x"
            })
    void numbersAreNoHostName(String address) {
        assertThatThrownBy(() -> rules.allowed(URI.create(address)))
                .isInstanceOf(AddressNotAllowedException.class)
                .hasMessage(
                        "The address names no host. Write it as https://host/path; numbers alone are no host name.");
    }

    @Test
    void credentialsInAnAddressAreRefused() {
        assertThatThrownBy(() -> rules.allowed(URI.create("https://api.example.org@evil.com/")))
                .isInstanceOf(AddressNotAllowedException.class)
                .hasMessage(
                        "The address holds a user name or password before its host. Leave them out and use a header.");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,a loopback address",
        "127.8.9.1,a loopback address",
        "::1,a loopback address",
        "::ffff:127.0.0.1,a loopback address",
        "::127.0.0.1,an IPv4 address in an IPv6 one",
        "64:ff9b::7f00:1,an IPv4 address in an IPv6 one",
        "2002:7f00:1::,an IPv4 address in an IPv6 one",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2,an IPv4 address in an IPv6 one",
        "0.0.0.0,no address of a host",
        "::,no address of a host",
        "10.0.0.1,a private address",
        "172.31.255.255,a private address",
        "192.168.1.1,a private address",
        "fd12::1,a private address",
        "169.254.1.1,a link-local address",
        "fe80::1,a link-local address",
        "169.254.169.254,the metadata address of a cloud",
        "168.63.129.16,the metadata address of a cloud",
        "fd00:ec2::254,the metadata address of a cloud",
        "100.64.0.1,an address behind a carrier's NAT",
        "224.0.0.1,a multicast address",
        "ff02::1,a multicast address",
        "255.255.255.255,a reserved address",
        "192.0.2.1,a reserved address",
        "4000::1,a reserved address"
    })
    void aNameThatLeadsInwardsIsRefusedWithItsAddress(String text, String kind) throws Exception {
        InetAddress address = InetAddress.ofLiteral(text);
        Target target = rules.allowed(URI.create("https://api.example.org"));
        assertThatThrownBy(() -> rules.requireAllowed(target, List.of(InetAddress.ofLiteral("8.8.8.8"), address)))
                .isInstanceOf(AddressNotAllowedException.class)
                .hasMessage("Requests to 'api.example.org' are not allowed: it is at " + address.getHostAddress() + ", "
                        + kind + ". An administrator can add the host or a range to kvasir.outbound.internal.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1", "2a00:1450:4001::5"})
    void publicAddressesAreNotSpecial(String text) {
        assertThat(SpecialAddresses.kind(InetAddress.ofLiteral(text))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"api.example.org", "10.0.0.0/8", "10.1.2.3"})
    void whatTheAdministratorNamesMayBeInside(String named) {
        AddressRules inside = rules(List.of("api.example.org"), List.of(), List.of(named));
        Target target = inside.allowed(URI.create("https://api.example.org"));
        assertThatCode(() -> inside.requireAllowed(target, List.of(InetAddress.ofLiteral("10.1.2.3"))))
                .doesNotThrowAnyException();
    }

    @Test
    void aRangeAllowsNothingBesideIt() {
        AddressRules inside = rules(List.of("api.example.org"), List.of(), List.of("10.1.0.0/16"));
        Target target = inside.allowed(URI.create("https://api.example.org"));
        assertThatThrownBy(() -> inside.requireAllowed(target, List.of(InetAddress.ofLiteral("10.2.0.1"))))
                .isInstanceOf(AddressNotAllowedException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "https://x.org,kvasir.outbound.hosts: 'https://x.org' is not a host such as api.example.org^ *.example.org or api.example.org:8443.",
        "*.org,kvasir.outbound.hosts: '*.org' allows too much; name a domain^ such as *.example.org.",
        "x.org:70000,kvasir.outbound.hosts: 'x.org:70000' names port 70000^ which does not exist."
    })
    void aSettingThatCannotBeReadIsNamed(String host, String message) {
        assertThatThrownBy(() -> rules(List.of(host), List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message.replace('^', ','));
    }

    private static AddressRules rules(List<String> hosts, List<String> plain, List<String> internal) {
        return new AddressRules(new OutboundSettings(
                hosts, plain, internal, OutboundSettings.DEFAULT_TIMEOUT, OutboundSettings.DEFAULT_MAX_ANSWER_BYTES));
    }
}
