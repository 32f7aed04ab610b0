package dev.kvasir.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a name. */
interface AddressLookup {

    /** As this machine resolves names. */
    AddressLookup SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /** At least one. */
    List<InetAddress> addresses(String host) throws UnknownHostException;
}
