package dev.kvasir.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.HttpStatus;

/** Every kind of problem that the API tells of (RFC 9457), with its status, its title and its cure. */
public enum ProblemType {
    MALFORMED_REQUEST(400, "The request cannot be understood", "Send the request as the API's reference describes it."),
    MALFORMED_JSON(
            400,
            "The body is not JSON as we take it",
            "Send one JSON value in UTF-8: no duplicate keys, no NaN, no null (leave the field out), no unpaired "
                    + "surrogates, no U+0000, at most 64 levels deep."),
    INVALID_CURSOR(
            400, "The cursor is not ours", "Pass 'nextCursor' of the list before unchanged, or start without one."),
    INVALID_PARAMETER(400, "A parameter is not allowed", "Correct or leave out the parameter that the detail names."),
    INVALID_IDEMPOTENCY_KEY(
            400, "The Idempotency-Key is not allowed", "Use 1 to 255 visible ASCII characters, such as a UUID."),
    INVALID_EVENT_ID(
            400,
            "The event id is not one of this run",
            "Pass the id of the last event that was received, or none to start with the first."),
    UNAUTHENTICATED(
            401,
            "Nobody is signed in",
            "Send 'Authorization: Bearer' with an API key (kvasir keys create), or open the sign-in link that "
                    + "'kvasir up' prints."),
    FORBIDDEN(403, "This is not allowed", "Use a key or an account with the scope that the detail names."),
    CSRF(
            403,
            "The request does not come from our pages",
            "Reload the page and try again, or use an API key without a cookie."),
    NOT_FOUND(404, "There is no such thing", "Check the id or the name; what belongs to others is not found either."),
    METHOD_NOT_ALLOWED(405, "The method is not allowed here", "Use one of the methods that the Allow header names."),
    REQUEST_TIMEOUT(408, "The request took too long to arrive", "Send the whole request at once."),
    NAME_TAKEN(409, "The name is taken", "Choose another name, or change what has this one."),
    RUN_FINISHED(409, "The run has ended", "Start a new run; what has ended does not change."),
    RUN_NOT_FINISHED(409, "The run has not ended", "Wait for its end, or cancel it first."),
    OPERATION_FINISHED(409, "The operation has ended", "Read the operation; what has ended does not change."),
    IN_USE(409, "It is in use", "Remove what uses it first."),
    IDEMPOTENCY_IN_FLIGHT(
            409,
            "The first request with this key is still running",
            "Repeat the request, same key and body, in a moment."),
    WAIT_CLOSED(409, "The wait is closed", "It was answered or has expired; read the run."),
    MODEL_CHANGED(409, "The model has changed", "Publish the graph again, so that it names the model's new digest."),
    CACHE_EXPIRED(410, "The cache is gone", "Replay without 'reuse=CACHES', or pin the next run."),
    STALE_DRAFT(412, "The draft has changed meanwhile", "Read it again and send its new ETag as If-Match."),
    TOO_LARGE(
            413,
            "The request is too large",
            "Send less: a graph may take 2 MB, a conversation 1 MB, any other body 64 KB."),
    UNSUPPORTED_MEDIA_TYPE(
            415, "The body has a type that is not read here", "Send 'Content-Type: application/json' in UTF-8."),
    PICKLE_DISABLED(
            415, "Pickle files are not read", "Convert the checkpoint to safetensors, or allow the whitelist reader."),
    GRAPH_INVALID(422, "The graph has problems", "Mend what each entry of 'errors' names."),
    INPUT_INVALID(422, "The input does not fit", "Send what the graph's input schema asks for."),
    C2C_INCOMPATIBLE(
            422, "The cache edge does not fit its ends", "Use a fuser for this pair, TEXT, or a fallback to TEXT."),
    PROMPT_TOO_LONG(
            422,
            "The prompt is longer than the model's context",
            "Shorten the input, or use a model with a longer context."),
    OPTION_OUT_OF_RANGE(422, "An option is out of range", "Keep to the range that the detail names."),
    MODEL_INVALID(
            422,
            "The model's files are refused",
            "Fetch the model again, or choose another; the detail names file and rule."),
    FUSER_INVALID(
            422, "The fuser's files are refused", "Train or fetch the fuser again; the detail names file and rule."),
    TEMPLATE_INVALID(422, "The template is refused", "Mend the template where the detail says."),
    REGEX_INVALID(422, "The regular expression is refused", "Use RE2 syntax: no look-around, no back references."),
    DATASET_INVALID(422, "The data set has problems", "Mend the lines that 'errors' names."),
    RUN_FAILED(422, "The run failed", "Read the run's error; its detail says what to mend."),
    STUDY_INVALID(422, "The study cannot be made", "Mend the keys that 'errors' names."),
    RECIPE_INVALID(422, "The recipe cannot be run", "Mend the keys that 'errors' names."),
    IDEMPOTENCY_MISMATCH(422, "The key was used for another body", "Use a new Idempotency-Key for a new request."),
    ADDRESS_NOT_ALLOWED(422, "The address may not be called", "Ask the administrator to allow the host."),
    PRECONDITION_REQUIRED(
            428, "The request must say which revision it changes", "Send If-Match with the ETag that was read."),
    RATE_LIMITED(429, "Too many requests", "Wait as long as Retry-After says."),
    QUEUE_FULL(429, "Too many runs are open", "Wait as long as Retry-After says, or cancel runs."),
    BUDGET_EXCEEDED(429, "The budget is used up", "Ask the administrator for more."),
    HEADERS_TOO_LARGE(431, "The headers are too large", "Send fewer or shorter headers."),
    INTERNAL(500, "A fault of ours", "Tell the administrator the request id; the log has the cause."),
    DATABASE_UNAVAILABLE(503, "The database cannot be reached", "Nothing was lost. Try again in a moment."),
    STORAGE_FULL(503, "The disk is full", "Free space; nothing that was accepted is lost."),
    STARTING(503, "The server is starting", "Try again in a moment."),
    RUN_UNFINISHED(503, "The run was not finished", "Start it again in a moment; its page says what happened."),
    NO_WORKER(503, "No worker is there", "Start one with 'kvasir worker'.");

    private final int status;
    private final String title;
    private final String cure;

    ProblemType(int status, String title, String cure) {
        this.status = status;
        this.title = title;
        this.cure = cure;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** What to do about it, as the type's page says. */
    public String cure() {
        return cure;
    }

    /** The last part of the type's address, such as {@code graph-invalid}. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The type's page on this server. */
    public String page() {
        return "/problems/" + slug();
    }

    /** Whether the same request may succeed later, unchanged. */
    public boolean isRetryable() {
        return status == 429 || status == 503 || status == 408 || this == IDEMPOTENCY_IN_FLIGHT;
    }

    public static Optional<ProblemType> ofSlug(String slug) {
        return Arrays.stream(values()).filter(type -> type.slug().equals(slug)).findFirst();
    }

    /** The type that stands for a bare status, as the web server itself sets it. */
    static ProblemType ofStatus(int status) {
        return switch (status) {
            case 401 -> UNAUTHENTICATED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 405, 501 -> METHOD_NOT_ALLOWED;
            case 408 -> REQUEST_TIMEOUT;
            case 413 -> TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 431 -> HEADERS_TOO_LARGE;
            case 503 -> STARTING;
            case 505 -> MALFORMED_REQUEST;
            default -> HttpStatus.valueOf(status).is4xxClientError() ? MALFORMED_REQUEST : INTERNAL;
        };
    }
}
