package dev.kvasir;

import java.time.Clock;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** The application's root: where Spring starts to look. */
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class) // nobody signs in by a generated password
public class KvasirApplication {

    /** The server's clock; leases and due times are the database's. */
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
