/** Agents as LangChain4j chat models, and LangChain4j's providers as agents: the only room that knows LangChain4j. */
@NullMarked
package dev.kvasir.agent.langchain4j;

import org.jspecify.annotations.NullMarked;
