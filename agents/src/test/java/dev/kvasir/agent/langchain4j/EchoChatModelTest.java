package dev.kvasir.agent.langchain4j;

import dev.kvasir.agent.AgentRuntime;
import dev.kvasir.agent.AgentRuntimes;
import dev.kvasir.agent.EchoFaults;
import dev.kvasir.agent.FuserEntry;
import dev.kvasir.agent.ModelCatalog;
import dev.kvasir.agent.ModelEntry;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import java.util.Optional;

class EchoChatModelTest implements ChatModelContract {

    private final AgentRuntime runtime = AgentRuntimes.over(new OnlyEcho(), EchoFaults.IGNORED);
    private final AgentChatModel model = new AgentChatModel(runtime, "echo");

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
        return "one two three";
    }

    private static final class OnlyEcho implements ModelCatalog {

        @Override
        public Optional<ModelEntry> model(String name) {
            return name.equals("echo") ? Optional.of(new ModelEntry.Echo(name)) : Optional.empty();
        }

        @Override
        public Optional<FuserEntry> fuser(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<FuserEntry> fuserBetween(String sharer, String receiver) {
            return Optional.empty();
        }
    }
}
