package dev.kvasir.hook;

import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** Lets a call of a trigger in, or refuses it without a word about what was nearly right. */
@Component
@Profile("!worker")
final class CallGuard {

    private static final String BEARER = "Bearer ";
    private static final Pattern MESSAGE = Pattern.compile("[!-~]{1,255}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");

    private final TriggerRows rows;
    private final HookSecrets secrets;
    private final HookProperties settings;

    CallGuard(HookRoom room, HookProperties settings) {
        this.rows = room.triggers();
        this.secrets = room.secrets();
        this.settings = settings;
    }

    /** @throws ProblemException unless the header has the trigger's key */
    void requireKey(Trigger trigger, @Nullable String authorization) {
        boolean isKnown = false;
        if (authorization != null && authorization.startsWith(BEARER)) {
            byte[] digest = new CallKey(authorization.substring(BEARER.length()))
                    .digest()
                    .getBytes(StandardCharsets.UTF_8);
            for (String known : secrets.open(rows.secrets(trigger.id()))) {
                isKnown |= MessageDigest.isEqual(digest, known.getBytes(StandardCharsets.UTF_8));
            }
        }
        if (!isKnown) {
            throw refused("The trigger's key is missing or wrong. Send it as 'Authorization: Bearer'.")
                    .withHeader("WWW-Authenticate", "Bearer");
        }
    }

    /**
     * The id of a message that the trigger's secret signs.
     *
     * @throws ProblemException if it does not, or the message is not of now
     */
    String requireSignature(Trigger trigger, HttpServletRequest request, byte[] body) {
        String message = request.getHeader("webhook-id");
        String timestamp = request.getHeader("webhook-timestamp");
        String signature = request.getHeader("webhook-signature");
        if (message == null || timestamp == null || signature == null) {
            throw refused("The call is not signed. Send webhook-id, webhook-timestamp and webhook-signature.");
        }
        if (!MESSAGE.matcher(message).matches()) {
            throw refused("webhook-id must be 1 to 255 visible ASCII characters.");
        }
        if (!SECONDS.matcher(timestamp).matches()) {
            throw refused("webhook-timestamp must be a number of seconds since 1970.");
        }
        long seconds = Long.parseLong(timestamp);
        if (!isSigned(secrets.open(rows.secrets(trigger.id())), message, seconds, body, signature)) {
            throw refused(
                    "The signature does not fit. Sign webhook-id.webhook-timestamp.body with the trigger's secret.");
        }
        if (!rows.isAbout(seconds, settings.skew())) {
            throw refused("webhook-timestamp is more than %d seconds from now. Sign each try anew, and set the clock."
                    .formatted(settings.skew().toSeconds()));
        }
        return message;
    }

    private static boolean isSigned(List<String> secrets, String message, long seconds, byte[] body, String signature) {
        boolean found = false;
        for (String secret : secrets) {
            found |= Signature.isAmong(signature, Signature.of(secret, message, seconds, body));
        }
        return found;
    }

    private static ProblemException refused(String detail) {
        return new ProblemException(ProblemType.UNAUTHENTICATED, detail);
    }
}
