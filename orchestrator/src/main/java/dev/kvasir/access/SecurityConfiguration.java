package dev.kvasir.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.firewall.FirewalledRequest;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.HeaderWriter;
import org.springframework.security.web.header.writers.CrossOriginOpenerPolicyHeaderWriter.CrossOriginOpenerPolicy;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/** Four chains, each ended by {@code denyAll}: health, problem pages and triggers, our API, the APIs of others, and the pages. */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
class SecurityConfiguration {

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private final ProblemWriter problems;

    SecurityConfiguration(ProblemWriter problems) {
        this.problems = problems;
    }

    @Bean
    @Order(1)
    SecurityFilterChain management(HttpSecurity http) throws Exception {
        http.securityMatcher("/health/**", "/problems/**", "/error", "/hooks/**");
        withoutState(http);
        return http.csrf(csrf -> csrf.disable())
                .authorizeHttpRequests(requests -> requests.requestMatchers("/error")
                        .permitAll()
                        .requestMatchers(HttpMethod.GET, "/health/live", "/health/ready", "/problems/*")
                        .permitAll()
                        .requestMatchers(HttpMethod.POST, "/hooks/*") // a trigger knows its callers itself
                        .permitAll()
                        .anyRequest()
                        .denyAll())
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain api(HttpSecurity http, ApiKeys keys, Users users) throws Exception {
        http.securityMatcher("/api/**");
        withoutState(http);
        return http.addFilterBefore(new CallerFilter(keys, users), CsrfFilter.class)
                .csrf(csrf -> csrf.requireCsrfProtectionMatcher(SecurityConfiguration::needsToken))
                .authorizeHttpRequests(SecurityConfiguration::scopes)
                .build();
    }

    /** For keys only: where no cookie counts, no other site can ride on one. */
    @Bean
    @Order(3)
    SecurityFilterChain foreign(HttpSecurity http, ApiKeys keys) throws Exception {
        http.securityMatcher("/v1/**", "/mcp");
        withoutState(http);
        return http.addFilterBefore(new KeyFilter(keys), CsrfFilter.class)
                .csrf(csrf -> csrf.disable())
                .authorizeHttpRequests(requests -> requests.requestMatchers(HttpMethod.GET, "/v1/models/**")
                        .hasAnyAuthority(Scope.GRAPHS_READ.text(), Scope.RUNS_WRITE.text())
                        .requestMatchers("/v1/chat/**", "/v1/responses/**", "/mcp")
                        .hasAuthority(Scope.RUNS_WRITE.text())
                        .requestMatchers("/v1/**")
                        .authenticated() // what no controller knows is 404, with an account
                        .anyRequest()
                        .denyAll())
                .build();
    }

    /** Names of published graphs hold a slash, which clients of OpenAI's API encode; nowhere else may one be hidden so. */
    @Bean
    HttpFirewall firewall() {
        StrictHttpFirewall strict = new StrictHttpFirewall();
        StrictHttpFirewall names = new StrictHttpFirewall();
        names.setAllowUrlEncodedSlash(true);
        return new HttpFirewall() {
            @Override
            public FirewalledRequest getFirewalledRequest(HttpServletRequest request) {
                boolean isName = request.getRequestURI().startsWith("/v1/models/");
                return (isName ? names : strict).getFirewalledRequest(request);
            }

            @Override
            public HttpServletResponse getFirewalledResponse(HttpServletResponse response) {
                return strict.getFirewalledResponse(response);
            }
        };
    }

    @Bean
    @Order(4)
    SecurityFilterChain pages(HttpSecurity http, ApiKeys keys, Users users) throws Exception {
        withoutState(http);
        return http.addFilterBefore(new CallerFilter(keys, users), CsrfFilter.class)
                .csrf(csrf -> csrf.requireCsrfProtectionMatcher(SecurityConfiguration::needsToken))
                .exceptionHandling(refusals -> refusals.authenticationEntryPoint(this::toSignIn))
                .authorizeHttpRequests(requests -> requests.requestMatchers(
                                HttpMethod.GET, "/login", "/setup", "/favicon.ico", "/assets/**", "/css/**", "/js/**")
                        .permitAll()
                        .requestMatchers("/**")
                        .authenticated()
                        .anyRequest()
                        .denyAll())
                .build();
    }

    private static void scopes(
            AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry requests) {
        requests.requestMatchers(HttpMethod.GET, "/api/v1/version", "/api/v1/openapi.json")
                .authenticated()
                .requestMatchers(
                        HttpMethod.GET, "/api/v1/schemas/graph") // of this version of Kvasir, not of this installation
                .permitAll()
                .requestMatchers(HttpMethod.POST, "/api/v1/graphs/validate")
                .hasAuthority(Scope.GRAPHS_READ.text())
                .requestMatchers(HttpMethod.POST, "/api/v1/graphs/*/runs")
                .hasAuthority(Scope.RUNS_WRITE.text())
                .requestMatchers(HttpMethod.GET, "/api/v1/graphs/**", "/api/v1/templates")
                .hasAuthority(Scope.GRAPHS_READ.text())
                .requestMatchers("/api/v1/graphs/**", "/api/v1/templates/**")
                .hasAuthority(Scope.GRAPHS_WRITE.text())
                .requestMatchers(HttpMethod.GET, "/api/v1/runs/**")
                .hasAuthority(Scope.RUNS_READ.text())
                .requestMatchers("/api/v1/runs/**")
                .hasAuthority(Scope.RUNS_WRITE.text())
                .requestMatchers(HttpMethod.GET, "/api/v1/webhooks/**", "/api/v1/triggers/**", "/api/v1/schedules/**")
                .hasAuthority(Scope.RUNS_READ.text())
                .requestMatchers("/api/v1/webhooks/**", "/api/v1/triggers/**", "/api/v1/schedules/**")
                .hasAuthority(Scope.RUNS_WRITE.text())
                .requestMatchers(
                        HttpMethod.GET,
                        "/api/v1/models/**",
                        "/api/v1/fusers/**",
                        "/api/v1/operations/**",
                        "/api/v1/devices",
                        "/api/v1/workers",
                        "/api/v1/pool")
                .hasAuthority(Scope.GRAPHS_READ.text())
                .requestMatchers(
                        "/api/v1/models/**",
                        "/api/v1/fusers/**",
                        "/api/v1/operations/**",
                        "/api/v1/studies/**",
                        "/api/v1/workers/**")
                .hasAuthority(Scope.MODELS_ADMIN.text())
                .requestMatchers(HttpMethod.GET, "/api/v1/policy")
                .hasAuthority(Scope.GRAPHS_READ.text())
                .requestMatchers("/api/v1/keys/**", "/api/v1/audit", "/api/v1/policy")
                .hasAuthority(Scope.ADMIN.text())
                .requestMatchers("/api/**")
                .authenticated() // what no controller knows is 404, with an account
                .anyRequest()
                .denyAll();
    }

    private void withoutState(HttpSecurity http) throws Exception {
        http.sessionManagement(sessions -> sessions.disable())
                .securityContext(context -> context.disable())
                .requestCache(cache -> cache.disable())
                .formLogin(login -> login.disable())
                .httpBasic(basic -> basic.disable())
                .logout(logout -> logout.disable())
                .headers(headers -> headers.frameOptions(frame -> frame.deny())
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
                        .crossOriginOpenerPolicy(opener -> opener.policy(CrossOriginOpenerPolicy.SAME_ORIGIN))
                        .addHeaderWriter(contentPolicy()))
                .exceptionHandling(refusals -> refusals.authenticationEntryPoint(
                                (request, response, fault) -> unauthenticated(request, response))
                        .accessDeniedHandler((request, response, fault) -> forbidden(request, response, fault)));
    }

    private static HeaderWriter contentPolicy() {
        return (request, response) ->
                response.setHeader("Content-Security-Policy", ContentPolicy.of(ContentPolicy.nonce(request)));
    }

    private static boolean needsToken(HttpServletRequest request) {
        return !SAFE.contains(request.getMethod()) && !(CallerFilter.hasKey(request) && request.getCookies() == null);
    }

    private void toSignIn(HttpServletRequest request, HttpServletResponse response, Exception fault)
            throws IOException {
        if ("GET".equals(request.getMethod())) {
            response.sendRedirect("/login");
            return;
        }
        unauthenticated(request, response);
    }

    private void unauthenticated(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String detail = CallerFilter.hasKey(request)
                ? "The API key is not known, has expired or was revoked. Make one with 'kvasir keys create'."
                : "Nobody is signed in. Send 'Authorization: Bearer' with an API key, or open a sign-in link.";
        problems.write(
                new ProblemException(ProblemType.UNAUTHENTICATED, detail).withHeader("WWW-Authenticate", "Bearer"),
                request,
                response);
    }

    private void forbidden(HttpServletRequest request, HttpServletResponse response, Exception fault)
            throws IOException {
        ProblemException problem = fault instanceof CsrfException
                ? new ProblemException(
                        ProblemType.CSRF,
                        "The CSRF token is missing or stale. Reload the page, or use an API key without a cookie.")
                : new ProblemException(
                        ProblemType.FORBIDDEN,
                        "%s %s needs a scope that this key or account does not have."
                                .formatted(request.getMethod(), request.getRequestURI()));
        problems.write(problem, request, response);
    }
}
