package dev.kvasir.web.run;

import dev.kvasir.run.WaitRecord;
import dev.kvasir.web.InputForm;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a run waits for from a person.
 *
 * @param assignees whom it is for, in one line; empty for anybody
 * @param fields of the form that comes with an approval
 */
public record WaitView(
        String id, String node, String prompt, String assignees, String expires, List<InputForm.Field> fields) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    public WaitView {
        fields = List.copyOf(fields);
    }

    static WaitView of(WaitRecord wait, Map<String, String> typed) {
        return new WaitView(
                wait.id().toString(),
                wait.node(),
                wait.prompt(),
                String.join(", ", wait.assignees()),
                TIME.format(wait.expiresAt()),
                wait.form() == null ? List.of() : new InputForm(wait.form()).fields(typed));
    }
}
