package dev.kvasir.access;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;

/** Lets the server listen on this machine only, unless the administrator says otherwise. */
@Component
final class BindGuard implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {

    private final HttpProperties properties;

    BindGuard(HttpProperties properties) {
        this.properties = properties;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.setAddress(allowed(factory.getAddress(), properties.insecureLan()));
    }

    static InetAddress allowed(@Nullable InetAddress asked, boolean insecureLan) {
        if (asked == null) {
            return InetAddress.getLoopbackAddress();
        }
        if (!asked.isLoopbackAddress() && !insecureLan) {
            throw new BindRefusedException(asked);
        }
        return asked;
    }

    /** After Boot has set what the settings say. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }
}
