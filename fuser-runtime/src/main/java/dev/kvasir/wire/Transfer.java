package dev.kvasir.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One passage of a cache from one worker to another. All of it goes into the key and under every chunk's seal, so that a stream
 * opens as this passage and as no other.
 *
 * @param id chosen anew for each passage, so that a worker that dies on the way takes no other's place; 1 to 100 of
 *     {@code [A-Za-z0-9_-]}. Not secret
 * @param tenant whose text was read
 * @param run in which it crosses
 * @param edge on which it crosses
 * @param sender the side that seals: which agent, where
 * @param receiver the side that opens
 */
public record Transfer(String id, String tenant, String run, String edge, String sender, String receiver) {

    public Transfer {
        if (!id.matches("[A-Za-z0-9_-]{1,100}")) {
            throw new IllegalArgumentException("A transfer's id is 1 to 100 of A-Z, a-z, 0-9, '_' and '-'");
        }
        if (tenant.isBlank() || run.isBlank() || edge.isBlank() || sender.isBlank() || receiver.isBlank()) {
            throw new IllegalArgumentException("A transfer has a tenant, a run, an edge, a sender and a receiver");
        }
    }

    /** All fields, each behind its length, so that no two transfers say the same. */
    byte[] binding() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (String part : List.of("kvasir cache transfer 2", id, tenant, run, edge, sender, receiver)) {
                byte[] text = part.getBytes(StandardCharsets.UTF_8);
                out.writeInt(text.length);
                out.write(text);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
