package dev.kvasir.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** The one place where a controller's exceptions become problem documents. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ProblemHandler {

    private final ProblemWriter writer;
    private final Faults faults;

    ProblemHandler(ProblemWriter writer, Faults faults) {
        this.writer = writer;
        this.faults = faults;
    }

    /** Spring Security answers these itself, further out. */
    @ExceptionHandler({AccessDeniedException.class, AuthenticationException.class})
    void rethrow(RuntimeException refused) {
        throw refused;
    }

    /** The client went away; there is nobody to answer. */
    @ExceptionHandler(AsyncRequestNotUsableException.class)
    void hungUp(AsyncRequestNotUsableException gone) {}

    @ExceptionHandler(Exception.class)
    void handle(Exception fault, HttpServletRequest request, HttpServletResponse response) throws IOException {
        writer.write(problem(fault, request), request, response);
    }

    private ProblemException problem(Exception fault, HttpServletRequest request) {
        return switch (fault) {
            case ProblemException problem -> problem;
            case HttpMessageNotReadableException unreadable -> unreadable(unreadable.getCause());
            case JacksonException unreadable -> unreadable(unreadable);
            case HttpRequestMethodNotSupportedException method -> methodNotAllowed(method, request);
            case HttpMediaTypeNotSupportedException type ->
                new ProblemException(
                        ProblemType.UNSUPPORTED_MEDIA_TYPE,
                        "The body's Content-Type is not read here. Send 'Content-Type: application/json'.");
            case HttpMediaTypeNotAcceptableException type ->
                new ProblemException(
                        ProblemType.MALFORMED_REQUEST,
                        "Accept asks for a type that this resource does not have. Ask for application/json.");
            case MethodArgumentTypeMismatchException mismatch ->
                new ProblemException(
                        ProblemType.INVALID_PARAMETER,
                        "Parameter '%s' cannot be read as %s.".formatted(mismatch.getName(), kind(mismatch)));
            case MissingServletRequestParameterException missing ->
                new ProblemException(
                        ProblemType.INVALID_PARAMETER,
                        "Parameter '%s' is missing.".formatted(missing.getParameterName()));
            case MissingRequestHeaderException missing ->
                new ProblemException(
                        ProblemType.MALFORMED_REQUEST, "Header '%s' is missing.".formatted(missing.getHeaderName()));
            case NoResourceFoundException nothing -> ProblemException.notFound("resource", request.getRequestURI());
            case ErrorResponse response
            when response.getStatusCode().is4xxClientError() ->
                new ProblemException(
                        ProblemType.ofStatus(response.getStatusCode().value()), "The request cannot be understood.");
            default -> faults.problem(fault);
        };
    }

    private static ProblemException methodNotAllowed(
            HttpRequestMethodNotSupportedException fault, HttpServletRequest request) {
        String[] supported = fault.getSupportedMethods();
        String allowed = supported == null ? "" : String.join(", ", supported);
        return new ProblemException(
                        ProblemType.METHOD_NOT_ALLOWED,
                        "%s is not allowed on %s. Allowed: %s."
                                .formatted(fault.getMethod(), request.getRequestURI(), allowed))
                .withHeader("Allow", allowed);
    }

    private static ProblemException unreadable(@Nullable Throwable fault) {
        return switch (fault) {
            case UnrecognizedPropertyException unknown ->
                malformed(
                        pointer(unknown),
                        "Field '%s' is unknown. Known: %s.".formatted(unknown.getPropertyName(), known(unknown)));
            case DatabindException mismatch ->
                malformed(pointer(mismatch), "The value does not have the type that is asked for here.");
            case JacksonException syntax ->
                new ProblemException(ProblemType.MALFORMED_JSON, "The body is not JSON as we take it.");
            case null, default ->
                new ProblemException(ProblemType.MALFORMED_REQUEST, "A body is needed. Send a JSON object.");
        };
    }

    private static ProblemException malformed(String pointer, String detail) {
        return new ProblemException(
                ProblemType.MALFORMED_REQUEST,
                pointer.isEmpty() ? detail : "At " + pointer + ": " + detail,
                List.of(ProblemFault.at(pointer, detail)));
    }

    private static String known(UnrecognizedPropertyException unknown) {
        return unknown.getKnownPropertyIds().stream()
                .map(String::valueOf)
                .sorted()
                .reduce((left, right) -> left + ", " + right)
                .orElse("none");
    }

    private static String pointer(DatabindException fault) {
        StringBuilder pointer = new StringBuilder();
        for (JacksonException.Reference reference : fault.getPath()) {
            String name = reference.getPropertyName();
            pointer.append('/').append(name == null ? Integer.toString(reference.getIndex()) : escaped(name));
        }
        return pointer.toString();
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static String kind(MethodArgumentTypeMismatchException mismatch) {
        Class<?> type = mismatch.getRequiredType();
        if (type == null) {
            return "what is asked for";
        }
        if (type == Integer.class || type == int.class || type == Long.class || type == long.class) {
            return "a whole number";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        return "what is asked for";
    }
}
