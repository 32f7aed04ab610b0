package dev.kvasir.outbound;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;

/**
 * An answer whose body is read as it comes. Closing it ends the exchange, wherever it is; the exchange's time runs until then.
 *
 * <p>Reading throws {@link OutboundException} when the time is up, the bound is passed or the connection is lost. One thread reads;
 * another may close.
 */
public final class OutboundStream implements AutoCloseable {

    private final HttpUriRequestBase exchange;
    private final ClassicHttpResponse response;
    private final Deadline deadline;
    private final InputStream body;

    OutboundStream(HttpUriRequestBase exchange, ClassicHttpResponse response, Deadline deadline, Bound bound)
            throws IOException {
        this.exchange = exchange;
        this.response = response;
        this.deadline = deadline;
        InputStream content = response.getEntity() == null
                ? InputStream.nullInputStream()
                : response.getEntity().getContent();
        this.body = new BoundedBody(content, bound, deadline);
    }

    public int status() {
        return response.getCode();
    }

    /** Names in lower case. */
    public Map<String, List<String>> headers() {
        Map<String, List<String>> headers = new HashMap<>();
        for (Header header : response.getHeaders()) {
            headers.computeIfAbsent(header.getName().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(header.getValue() == null ? "" : header.getValue());
        }
        return headers;
    }

    /** Throws no {@link IOException}, only {@link OutboundException}. */
    public InputStream body() {
        return body;
    }

    String text() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                all.write(buffer, 0, count);
            }
        } catch (IOException failed) {
            throw deadline.told(failed);
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        deadline.close();
        // first, or closing would read an endless answer to its end; after the last byte it does nothing
        exchange.cancel();
        try {
            response.close();
        } catch (IOException alreadyBroken) {
            // the exchange is over either way
        }
    }

    /** How much may be read, and of whom. */
    record Bound(String host, int bytes) {}

    private static final class BoundedBody extends InputStream {

        private final InputStream content;
        private final Bound bound;
        private final Deadline deadline;
        private long read;

        BoundedBody(InputStream content, Bound bound, Deadline deadline) {
            this.content = content;
            this.bound = bound;
            this.deadline = deadline;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            int count;
            try {
                count = content.read(target, offset, length);
            } catch (IOException failed) {
                throw deadline.told(failed);
            }
            read += Math.max(0, count);
            if (read > bound.bytes()) {
                throw new OutboundException(
                        OutboundFault.TOO_LARGE,
                        "The answer of '%s' is longer than %d bytes. Ask for less."
                                .formatted(bound.host(), bound.bytes()),
                        null);
            }
            return count;
        }
    }
}
