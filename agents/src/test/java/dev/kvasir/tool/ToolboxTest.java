package dev.kvasir.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.outbound.OutboundClient;
import dev.kvasir.outbound.OutboundSettings;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ToolboxTest {

    private final OutboundClient outbound = new OutboundClient(OutboundSettings.NOTHING);
    private final Shop shop = new Shop();
    private final Toolbox toolbox = toolbox(ToolSettings.DEFAULT_TIMEOUT);

    /** Functions as an application has them. */
    static final class Shop implements ToolFunctions {

        private final CountDownLatch never = new CountDownLatch(1);

        enum Unit {
            KILO,
            PIECE
        }

        record Item(String name, int count) {}

        @ToolFunction("Tells a price.")
        public BigDecimal price(@ToolParameter("Which") Item item, Unit unit, List<String> coupons) {
            if (item.count() > 99) {
                throw new IllegalArgumentException("At most 99 of one item.");
            }
            return BigDecimal.valueOf(item.count())
                    .multiply(BigDecimal.TWO)
                    .subtract(BigDecimal.valueOf(coupons.size()));
        }

        @ToolFunction(value = "Never ends.", name = "calculator")
        public String slow() throws InterruptedException {
            never.await();
            return "";
        }

        @ToolFunction("Says much.")
        public String chat() {
            return "ä".repeat(ToolResult.MAX_BYTES);
        }

        @ToolFunction("Breaks.")
        public String broken() {
            if (never.getCount() > 0) {
                throw new IllegalStateException("password=hunter2");
            }
            return "";
        }
    }

    @AfterEach
    void close() {
        outbound.close();
    }

    @Test
    void knowsEveryToolByItsFullName() {
        assertThat(toolbox.names())
                .containsExactly(
                        "builtin:calculator",
                        "builtin:http_get",
                        "builtin:json_path",
                        "java:broken",
                        "java:calculator",
                        "java:chat",
                        "java:price");
    }

    @Test
    void thereIsNoHttpGetWhereNoHostIsNamed() {
        Toolbox without = new Toolbox(
                List.of(new BuiltInTools(new ToolSettings(List.of(), ToolSettings.DEFAULT_TIMEOUT), outbound)),
                ToolSettings.DEFAULT_TIMEOUT);
        assertThat(without.names()).containsExactly("builtin:calculator", "builtin:json_path");
    }

    @Test
    void aFunctionTellsItsParametersAsJsonSchema() {
        assertThat(toolbox.find("java:price")
                        .orElseThrow()
                        .specification()
                        .parameters()
                        .toString())
                .isEqualTo(
                        "{\"type\":\"object\",\"properties\":{\"item\":{\"type\":\"object\",\"properties\":{\"name\":"
                                + "{\"type\":\"string\"},\"count\":{\"type\":\"integer\"}},\"required\":[\"name\",\"count\"],"
                                + "\"additionalProperties\":false,\"description\":\"Which\"},\"unit\":{\"type\":\"string\","
                                + "\"enum\":[\"KILO\",\"PIECE\"]},\"coupons\":{\"type\":\"array\",\"items\":{\"type\":"
                                + "\"string\"}}},\"required\":[\"item\",\"unit\",\"coupons\"],\"additionalProperties\":false}");
    }

    @Test
    void aFunctionIsCalledWithItsOwnTypes() {
        assertThat(call(
                        "java:price",
                        "{\"item\":{\"name\":\"pear\",\"count\":4},\"unit\":\"KILO\",\"coupons\":[\"x\"]}"))
                .isEqualTo(ToolResult.done("7"));
        assertThat(call("java:price", "{\"item\":{\"name\":\"pear\",\"count\":400},\"unit\":\"KILO\",\"coupons\":[]}"))
                .isEqualTo(ToolResult.failed("At most 99 of one item."));
    }

    @Test
    void argumentsThatDoNotFitAreToldAllTogetherAndNothingIsCalled() {
        assertThat(call("java:price", "{\"item\":{\"name\":\"pear\"},\"unit\":\"TON\",\"coupons\":\"x\"}")
                        .text())
                .startsWith("The arguments of 'price' do not fit: ")
                .contains("/item", "count", "/unit", "/coupons");
        assertThat(call("builtin:calculator", "[1]"))
                .isEqualTo(ToolResult.failed("The arguments of 'calculator' must be a JSON object."));
        assertThat(call("builtin:calculator", "{\"expression\":").text())
                .startsWith("The arguments of 'calculator' are not JSON: ");
        assertThat(call("builtin:calculator", "{\"expression\":\"1\",\"expression\":\"2\"}")
                        .text())
                .startsWith("The arguments of 'calculator' are not JSON: ");
        assertThat(call("builtin:calculator", "{\"expression\":\"1\",\"host\":\"x\"}")
                        .isError())
                .isTrue();
    }

    @Test
    void whatTakesTooLongIsGivenUp() {
        assertThat(toolbox(Duration.ofMillis(300)).call("java:calculator", "{}", () -> false))
                .isEqualTo(ToolResult.failed("Tool 'calculator' took longer than 300 ms and was given up."));
    }

    @Test
    void aCallThatNobodyWaitsForIsBrokenOff() {
        assertThatThrownBy(() -> toolbox.call("java:calculator", "{}", () -> true))
                .isInstanceOf(ToolCancelledException.class);
    }

    @Test
    void aLongResultIsCutAtAWholeCharacter() {
        String text = call("java:chat", "{}").text();
        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(65_500, ToolResult.MAX_BYTES);
        assertThat(text).endsWith("ä\n[cut off after 64 KB]").doesNotContain("\uFFFD");
    }

    @Test
    void aFaultOfAFunctionIsNotToldToTheModel() {
        assertThat(call("java:broken", "{}"))
                .isEqualTo(ToolResult.failed("Tool 'broken' failed. The worker's log says why."));
    }

    @Test
    void httpGetReadsNoHostButItsOwnAndThoseOnlyThroughTheWayOut() {
        assertThat(call("builtin:http_get", "{\"url\":\"https://other.example.org/\"}"))
                .isEqualTo(
                        ToolResult.denied("Requests to 'other.example.org' are not allowed. An administrator can add it"
                                + " to kvasir.tools.http-get-hosts."));
        assertThat(call("builtin:http_get", "{\"url\":\"https://api.example.org/\"}"))
                .isEqualTo(
                        ToolResult.denied("Requests to 'api.example.org' are not allowed. An administrator can add it"
                                + " to kvasir.outbound.hosts."));
        assertThat(call("builtin:http_get", "{\"url\":\"file:///etc/passwd\"}").outcome())
                .isEqualTo(ToolResult.Outcome.DENIED);
    }

    @Test
    void anAgentIsOfferedWhatItsGraphNamesUnderDistinctNames() {
        ToolOffer offer = toolbox.offer(List.of("builtin:calculator", "java:calculator"), 8);
        assertThat(offer.specifications())
                .extracting(ToolSpecification::name)
                .containsExactly("calculator", "java_calculator");
        assertThat(offer.call(new ToolCall("1", "calculator", "{\"expression\":\"6*7\"}"), () -> false))
                .isEqualTo(ToolResult.done("42"));
    }

    @Test
    void whatAnAgentWasNotOfferedItCannotCall() {
        ToolOffer offer = toolbox.offer(List.of("builtin:calculator"), 8);
        assertThat(offer.call(new ToolCall("1", "chat", "{}"), () -> false))
                .isEqualTo(ToolResult.denied("There is no tool 'chat'. The tools are: calculator."));
        assertThat(offer.call(new ToolCall("1", "", "{broken"), () -> false))
                .isEqualTo(
                        ToolResult.failed("The call cannot be read. Write its name and a JSON object of arguments. The"
                                + " tools are: calculator."));
    }

    @Test
    void aToolThatIsGoneIsNamed() {
        assertThatThrownBy(() -> toolbox.offer(List.of("mcp:files/read"), 8))
                .isInstanceOf(ToolUnknownException.class)
                .hasMessage(
                        "Tool 'mcp:files/read' is not offered here. Check that its server answers and that this worker's"
                                + " settings name it.");
    }

    @Test
    void noRegularExpressionOrReferenceOfOthersIsFollowed() {
        assertThat(SafeSchema.of(Arguments.mapper()
                                .readTree(
                                        "{\"type\":\"object\",\"properties\":{\"pattern\":{\"type\":\"string\",\"pattern\":"
                                                + "\"(a+)+$\"},\"x\":{\"$ref\":\"https://evil.example.org\"},\"y\":{\"$ref\":"
                                                + "\"#/$defs/y\"}},\"$defs\":{\"y\":{\"patternProperties\":{\"(b+)+\":{}},\"type\":"
                                                + "\"object\"}}}"))
                        .toString())
                .isEqualTo(
                        "{\"type\":\"object\",\"properties\":{\"pattern\":{\"type\":\"string\"},\"x\":{},\"y\":{\"$ref\":"
                                + "\"#/$defs/y\"}},\"$defs\":{\"y\":{\"type\":\"object\"}}}");
    }

    private Toolbox toolbox(Duration timeout) {
        return new Toolbox(
                List.of(
                        new BuiltInTools(
                                new ToolSettings(List.of("api.example.org"), ToolSettings.DEFAULT_TIMEOUT), outbound),
                        new FunctionTools(List.of(shop))),
                timeout);
    }

    private ToolResult call(String name, String arguments) {
        return toolbox.call(name, arguments, () -> false);
    }
}
