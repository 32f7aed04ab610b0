package dev.kvasir.agent.langchain4j;

import dev.kvasir.agent.AgentRuntime;
import dev.kvasir.agent.AgentRuntimes;
import dev.kvasir.agent.EchoFaults;
import dev.kvasir.agent.ModelEntry;
import dev.kvasir.agent.Tenant;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import java.util.List;

class EchoChatModelTest implements ChatModelContract {

    private final AgentRuntime runtime =
            AgentRuntimes.over(new SomeModels(List.of(new ModelEntry.Echo("echo"))), EchoFaults.IGNORED, 0);
    private final AgentChatModel model = new AgentChatModel(runtime, "echo", new Tenant("test"));

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
