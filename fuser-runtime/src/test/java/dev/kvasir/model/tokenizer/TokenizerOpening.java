package dev.kvasir.model.tokenizer;

import java.io.IOException;
import java.net.Proxy;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Path;

/** A process that opens a tokenizer and nothing else, and says which addresses that looks for; it reaches none. */
final class TokenizerOpening {

    static final String OPENED = "opened";

    private TokenizerOpening() {}

    public static void main(String[] arguments) {
        URL.setURLStreamHandlerFactory(protocol -> protocol.startsWith("http") ? new Watch() : null);
        TokenizerFolder.open(Path.of(arguments[0]), 1000).close();
        System.out.println(OPENED);
    }

    private static final class Watch extends URLStreamHandler {

        @Override
        protected URLConnection openConnection(URL address) throws IOException {
            System.out.println(address);
            throw new IOException("Nothing is reached from here");
        }

        @Override
        protected URLConnection openConnection(URL address, Proxy proxy) throws IOException {
            return openConnection(address);
        }
    }
}
