package dev.kvasir.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ImplicitTuple;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.events.StreamStartEvent;
import tools.jackson.databind.JsonNode;

/** Writes JSON values as YAML that people like to read: text of several lines as a block, quotes only where they are needed. */
final class YamlWriter {

    private static final int SHORT_LIST = 80;
    private static final ImplicitTuple UNTAGGED = new ImplicitTuple(true, true);
    private static final DumpSettings SETTINGS = DumpSettings.builder()
            .setIndent(2)
            .setIndicatorIndent(2)
            .setIndentWithIndicator(true)
            .setWidth(Integer.MAX_VALUE)
            .setSplitLines(false)
            .build();

    private final List<Event> events = new ArrayList<>();

    private YamlWriter() {}

    static String write(List<JsonNode> documents) {
        YamlWriter writer = new YamlWriter();
        writer.events.add(new StreamStartEvent());
        for (JsonNode document : documents) {
            boolean isFirst = writer.events.size() == 1;
            writer.events.add(new DocumentStartEvent(!isFirst, Optional.empty(), Map.of()));
            writer.value(document);
            writer.events.add(new DocumentEndEvent(false));
        }
        writer.events.add(new StreamEndEvent());
        return new Present(SETTINGS).emitToString(writer.events.iterator());
    }

    private void value(JsonNode value) {
        switch (value.getNodeType()) {
            case OBJECT -> mapping(value);
            case ARRAY -> sequence(value);
            case STRING -> scalar(value.stringValue(), YamlText.style(value.stringValue()));
            case NUMBER, BOOLEAN, NULL -> scalar(value.toString(), ScalarStyle.PLAIN);
            case BINARY, MISSING, POJO ->
                throw new IllegalArgumentException("Not a JSON value: " + value.getNodeType());
        }
    }

    private void mapping(JsonNode mapping) {
        FlowStyle flow = mapping.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK;
        events.add(new MappingStartEvent(Optional.empty(), Optional.empty(), true, flow));
        mapping.properties().forEach(property -> {
            scalar(property.getKey(), YamlText.keyStyle(property.getKey()));
            value(property.getValue());
        });
        events.add(new MappingEndEvent());
    }

    private void sequence(JsonNode sequence) {
        FlowStyle flow = isShort(sequence) ? FlowStyle.FLOW : FlowStyle.BLOCK;
        events.add(new SequenceStartEvent(Optional.empty(), Optional.empty(), true, flow));
        sequence.forEach(this::value);
        events.add(new SequenceEndEvent());
    }

    private static boolean isShort(JsonNode sequence) {
        boolean isFlat = sequence.valueStream()
                .allMatch(element ->
                        element.isValueNode() && !element.asString("").contains("\n"));
        return isFlat && sequence.toString().length() <= SHORT_LIST;
    }

    private void scalar(String text, ScalarStyle style) {
        events.add(new ScalarEvent(Optional.empty(), Optional.empty(), UNTAGGED, text, style));
    }
}
