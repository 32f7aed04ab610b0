package dev.kvasir.fuser;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/** SHA-256 over what a fuser computes with. */
final class FuserDigest {

    private final MessageDigest sha256;

    private FuserDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException fault) {
            throw new IllegalStateException("Every Java runtime has SHA-256", fault);
        }
    }

    static String of(FuserDescription description, FuserTensors tensors) {
        FuserDigest digest = new FuserDigest();
        digest.add(description.layers() + " " + description.alignment());
        for (int i = 0; i < description.layerFusers().size(); i++) {
            digest.add(description.layerFusers().get(i).toString());
            for (String name : new TreeSet<>(tensors.names(i))) {
                digest.add(name);
                digest.add(tensors, i, name);
            }
        }
        return HexFormat.of().formatHex(digest.sha256.digest());
    }

    private void add(String text) {
        sha256.update(text.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) 0);
    }

    private void add(FuserTensors tensors, int layerFuser, String name) {
        List<Long> shape = tensors.shape(layerFuser, name);
        int size = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(size, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer values = bytes.asFloatBuffer();
        tensors.read(layerFuser, name, values);
        sha256.update(bytes);
    }
}
