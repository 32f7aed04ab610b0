package dev.kvasir.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.model.ModelInvalidException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerFolderIT {

    @TempDir
    private Path folder;

    @Test
    void aFolderWithoutATemplateHasNone() {
        assertThat(TokenizerFolder.chatTemplate(folder)).isEmpty();
    }

    @Test
    void chatTemplateJinjaComesBeforeChatTemplateJsonAndThatBeforeTokenizerConfig() throws IOException {
        write("tokenizer_config.json", "{\"chat_template\": \"from the configuration\"}");
        assertThat(TokenizerFolder.chatTemplate(folder)).contains("from the configuration");

        write("chat_template.json", "{\"chat_template\": \"from its own JSON\"}");
        assertThat(TokenizerFolder.chatTemplate(folder)).contains("from its own JSON");

        write("chat_template.jinja", "from its own text");
        assertThat(TokenizerFolder.chatTemplate(folder)).contains("from its own text");
    }

    @Test
    void ofSeveralTemplatesWithNamesTheDefaultOneIsTaken() throws IOException {
        write("chat_template.json", """
                {"chat_template": [{"name": "tool_use", "template": "for tools"}, {"name": "default", "template": "for all"}]}""");

        assertThat(TokenizerFolder.chatTemplate(folder)).contains("for all");
    }

    @Test
    void aFileThatHoldsNoTemplateLeavesItToTheNext() throws IOException {
        write("chat_template.json", "{}");
        write("tokenizer_config.json", "{\"chat_template\": \"from the configuration\"}");

        assertThat(TokenizerFolder.chatTemplate(folder)).contains("from the configuration");
    }

    @Test
    void aDamagedFileIsRefusedByItsName() throws IOException {
        write("chat_template.json", "{\"chat_template\": ");

        assertThatThrownBy(() -> TokenizerFolder.chatTemplate(folder))
                .isInstanceOf(ModelInvalidException.class)
                .hasMessageContaining("chat_template.json");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
