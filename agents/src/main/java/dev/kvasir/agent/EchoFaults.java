package dev.kvasir.agent;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** Whether the echo model obeys orders in its prompt. Off outside tests: a user's text must never steer a worker. */
public enum EchoFaults {
    IGNORED {
        @Override
        EchoOrder order(String message) {
            return EchoOrder.plain(message);
        }
    },
    OBEYED {
        @Override
        EchoOrder order(String message) {
            if (!message.startsWith(PREFIX)) {
                return EchoOrder.plain(message);
            }
            int end = message.indexOf('\n');
            String line = end < 0 ? message : message.substring(0, end);
            String rest = end < 0 ? "" : message.substring(end + 1);
            return parse(line.substring(PREFIX.length())).withText(rest);
        }
    };

    private static final String PREFIX = "#echo ";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    abstract EchoOrder order(String message);

    private static EchoOrder parse(String json) {
        try {
            return JSON.readValue(json, EchoOrder.class);
        } catch (JacksonException broken) {
            throw new AgentException(
                    AgentFault.MODEL_INVALID,
                    "The line after #echo is not an order: " + broken.getOriginalMessage()
                            + ". Write it like #echo {\"sleepMs\":100}.",
                    broken);
        }
    }
}
