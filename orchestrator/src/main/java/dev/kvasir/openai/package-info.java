/** The API that clients of OpenAI's know: published graphs and local models answer chats and responses. */
@ApplicationModule(allowedDependencies = {"graph", "library", "run", "pool", "access"})
@NullMarked
package dev.kvasir.openai;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
