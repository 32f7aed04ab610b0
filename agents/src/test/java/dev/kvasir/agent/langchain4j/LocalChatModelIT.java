package dev.kvasir.agent.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.agent.AgentRuntime;
import dev.kvasir.agent.AgentRuntimes;
import dev.kvasir.agent.EchoFaults;
import dev.kvasir.agent.ModelEntry;
import dev.kvasir.agent.Tenant;
import dev.kvasir.pocket.PocketPair;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pocket sharer, weights and all, behind LangChain4j's interfaces. */
class LocalChatModelIT implements ChatModelContract {

    @TempDir
    private static Path home;

    private static AgentRuntime runtime;
    private static AgentChatModel model;

    @BeforeAll
    static void load() {
        PocketPair.install(home);
        Path folder = home.resolve("models").resolve(PocketPair.SHARER);
        ModelEntry entry = new ModelEntry.Local(PocketPair.SHARER, folder, "0".repeat(64));
        runtime = AgentRuntimes.over(new SomeModels(List.of(entry)), EchoFaults.IGNORED, 1 << 24);
        model = new AgentChatModel(runtime, PocketPair.SHARER, new Tenant("chat"));
    }

    @AfterAll
    static void unload() {
        runtime.close();
    }

    @Override
    public ChatModel blocking() {
        return model.blocking();
    }

    @Override
    public StreamingChatModel streaming() {
        return model.streaming();
    }

    @Override
    public String question() {
        return "Tell about a kelgat.";
    }

    @Test
    void aReplyIsHeldToTheSchemaThatTheCallerGives() {
        ResponseFormat format = ResponseFormat.builder()
                .type(ResponseFormatType.JSON)
                .jsonSchema(JsonSchema.builder()
                        .name("thing")
                        .rootElement(JsonObjectSchema.builder()
                                .addEnumProperty("kind", List.of("kelgat", "wexkus"))
                                .addIntegerProperty("count")
                                .required("kind", "count")
                                .build())
                        .build())
                .build();

        ChatResponse response = blocking()
                .chat(ChatRequest.builder()
                        .messages(UserMessage.from(question()))
                        .responseFormat(format)
                        .build());

        assertThat(response.aiMessage().text().replaceAll("\\s", ""))
                .matches("\\{\"kind\":\"(kelgat|wexkus)\",\"count\":-?\\d{1,15}}");
    }

    @Test
    void repliesAskedForTogetherAreThoseAskedForOneByOne() throws Exception {
        List<String> questions = IntStream.range(0, 12)
                .mapToObj(i -> i % 2 == 0 ? question() : "What does a wexkus hold?")
                .toList();
        List<String> oneByOne =
                questions.stream().map(question -> blocking().chat(question)).toList();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> together = questions.stream()
                    .map(question -> callers.submit(() -> blocking().chat(question)))
                    .toList();
            for (int i = 0; i < together.size(); i++) {
                assertThat(together.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(oneByOne.get(i));
            }
        }
    }
}
