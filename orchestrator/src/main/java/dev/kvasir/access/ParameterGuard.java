package dev.kvasir.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Refuses query parameters that a resource does not know, and those that are given twice. */
final class ParameterGuard implements HandlerInterceptor {

    private final Map<HandlerMethod, Set<String>> known = new ConcurrentHashMap<>();

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!(handler instanceof HandlerMethod method)) {
            return true;
        }
        Set<String> allowed = known.computeIfAbsent(method, ParameterGuard::parameters);
        for (Map.Entry<String, String[]> parameter : request.getParameterMap().entrySet()) {
            if (!allowed.contains(parameter.getKey())) {
                throw new ProblemException(
                        ProblemType.INVALID_PARAMETER,
                        "Parameter '%s' is unknown here. Known: %s."
                                .formatted(
                                        shown(parameter.getKey()),
                                        allowed.isEmpty() ? "none" : String.join(", ", allowed)));
            }
            if (parameter.getValue()[0].isEmpty()) {
                throw new ProblemException(
                        ProblemType.INVALID_PARAMETER,
                        "Parameter '%s' is empty. Leave it out.".formatted(parameter.getKey()));
            }
            if (parameter.getValue().length > 1) {
                throw new ProblemException(
                        ProblemType.INVALID_PARAMETER, "Parameter '%s' is given twice.".formatted(parameter.getKey()));
            }
        }
        return true;
    }

    private static Set<String> parameters(HandlerMethod method) {
        Set<String> names = new TreeSet<>();
        for (MethodParameter parameter : method.getMethodParameters()) {
            RequestParam annotation =
                    AnnotatedElementUtils.findMergedAnnotation(parameter.getParameter(), RequestParam.class);
            if (annotation != null) {
                String name = annotation.name();
                names.add(name.isEmpty() ? parameter.getParameter().getName() : name);
            } else if (parameter.getParameterType().isRecord() && parameter.getParameterAnnotations().length == 0) {
                for (RecordComponent field : parameter.getParameterType().getRecordComponents()) {
                    names.add(field.getName());
                }
            }
        }
        return names;
    }

    private static String shown(String name) {
        return name.length() > 100 ? name.substring(0, 100) : name;
    }
}
