package dev.kvasir.agent.langchain4j;

import dev.kvasir.agent.AgentRuntime;
import dev.kvasir.agent.AgentRuntimes;
import dev.kvasir.agent.EchoFaults;
import dev.kvasir.agent.ModelEntry;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import java.util.List;

class EchoChatModelTest implements ChatModelContract {

    private final AgentRuntime runtime =
            AgentRuntimes.over(new SomeModels(List.of(new ModelEntry.Echo("echo"))), EchoFaults.IGNORED);
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
}
