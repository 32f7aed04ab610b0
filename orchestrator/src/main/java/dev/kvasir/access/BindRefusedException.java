package dev.kvasir.access;

import java.net.InetAddress;

/** The server was told to listen beyond this machine without being told that this is meant. */
public final class BindRefusedException extends RuntimeException {

    BindRefusedException(InetAddress address) {
        super(String.format(
                "Cannot listen on %s: without TLS anyone on the network could read keys and prompts. "
                        + "Leave server.address at 127.0.0.1, or set kvasir.http.insecure-lan=true.",
                address.getHostAddress()));
    }
}
