package dev.kvasir;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;

/** The application's root: where Spring starts to look. */
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class) // nobody signs in by a generated password
public class KvasirApplication {}
