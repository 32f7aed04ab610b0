package dev.kvasir.outbound;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Addresses that begin with the same bits.
 *
 * @param first of them
 * @param bits how many are the same, 0 to 32 or 128
 */
record AddressRange(InetAddress first, int bits) {

    private static final Pattern ADDRESS =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?");

    /** Reads {@code 10.0.0.0/8} or a single address; empty if it is neither. */
    static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!ADDRESS.matcher(address).matches()) {
            return Optional.empty();
        }
        try {
            InetAddress first = InetAddress.ofLiteral(address.replace("[", "").replace("]", ""));
            int length = first.getAddress().length * Byte.SIZE;
            int bits = slash < 0 ? length : Integer.parseInt(text.substring(slash + 1));
            return bits < 0 || bits > length ? Optional.empty() : Optional.of(new AddressRange(first, bits));
        } catch (IllegalArgumentException notOne) {
            return Optional.empty();
        }
    }

    boolean contains(InetAddress address) {
        byte[] mine = first.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >>> (bit % Byte.SIZE);
            if (((mine[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
