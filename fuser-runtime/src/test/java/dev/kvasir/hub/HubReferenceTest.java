package dev.kvasir.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubReferenceTest {

    @Test
    void aReferenceHasOwnerNameRevisionAndFile() {
        assertThat(HubReference.parse("hf:Qwen/Qwen3-0.6B"))
                .isEqualTo(new HubReference("Qwen", "Qwen3-0.6B", "main", ""));
        assertThat(HubReference.parse("hf:a/b@refs/pr/1:sub/c.gguf"))
                .isEqualTo(new HubReference("a", "b", "refs/pr/1", "sub/c.gguf"));
        assertThat(HubReference.parse("a/b:c.gguf").toString()).isEqualTo("hf:a/b@main:c.gguf");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hf:",
                "hf:gpt2",
                "hf:a/b/c",
                "hf:../b",
                "hf:a/..",
                "hf:a/b@../x",
                "hf:a/b@x y",
                "hf:a/b@",
                "hf:a/b:../c.gguf",
                "hf:a/b:/c.gguf",
                "hf:a/b:c.bin",
                "hf:a/b:c\\d.gguf",
                "hf:a/b?x=1",
                "https://huggingface.co/a/b",
                "hf:a/b\n"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> HubReference.parse(text))
                .isInstanceOf(HubException.class)
                .extracting(failure -> ((HubException) failure).fault())
                .isEqualTo(HubFault.WRONG_USAGE);
    }

    @Test
    void theEnvironmentNamesTheHubAndItsToken() {
        HubSettings usual = HubSettings.fromEnvironment(Map.of());
        assertThat(usual.endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(usual.token()).isEmpty();

        HubSettings mirror = HubSettings.fromEnvironment(Map.of(
                "HF_ENDPOINT", "https://one.example/",
                "KVASIR_HUB", "https://two.example/",
                "HF_TOKEN", "hf_x\n",
                "KVASIR_HUB_HOSTS", "Files.example, 10.0.0.1:8443"));
        assertThat(mirror.endpoint()).isEqualTo(URI.create("https://two.example"));
        assertThat(mirror.token()).isEqualTo("hf_x");
        assertThat(mirror.trustedHosts()).isEqualTo(List.of("files.example", "10.0.0.1:8443"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://hub.example", "file:///x", "hub.example", "https://a:b@hub.example", "ftp://x", "::"})
    void aHubThatAnyoneCouldPlayIsRefused(String endpoint) {
        assertThatThrownBy(() -> HubSettings.fromEnvironment(Map.of("HF_ENDPOINT", endpoint)))
                .isInstanceOf(HubException.class)
                .hasMessageStartingWith("The hub's address ");
    }

    @Test
    void aTokenThatCouldChangeARequestIsRefused() {
        assertThatThrownBy(() -> HubSettings.fromEnvironment(Map.of("HF_TOKEN", "hf_x\r\nHost: y")))
                .hasMessage("HF_TOKEN holds characters that no token has; set it again, or unset it.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "0.0.0.0",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "192.0.0.8",
                "198.18.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "::ffff:10.0.0.1",
                "::10.0.0.1",
                "fe80::1",
                "fd00::1",
                "64:ff9b::a00:1",
                "2002:a00:1::",
                "ff02::1"
            })
    void addressesInsideAreKnown(String address) throws UnknownHostException {
        assertThat(HubAddresses.isPrivate(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "192.0.66.2", "100.128.0.1", "172.32.0.1", "2606:4700::1111"})
    void addressesOutsideAreLeft(String address) throws UnknownHostException {
        assertThat(HubAddresses.isPrivate(InetAddress.getByName(address))).isFalse();
    }
}
