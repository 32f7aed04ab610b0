package dev.kvasir;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The application's root: where Spring starts to look. */
@SpringBootApplication
public class KvasirApplication {}
