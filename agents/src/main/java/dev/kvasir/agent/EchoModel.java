package dev.kvasir.agent;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The model without weights: it answers with the last user message, a word a token.
 *
 * <p>With tools, it makes the calls that the message holds in {@code <tool_call>} tags, and answers with what the last one returned.
 *
 * <p>With faults on, a first line {@code #echo {...}} is taken off and obeyed, so that a test can say in the prompt
 * what shall go wrong.
 */
final class EchoModel {

    private static final Placement PLACEMENT = new Placement("cpu:0", "none", "none");
    private static final Pattern WORD = Pattern.compile("\\s*\\S+\\s*?(?=\\s|$)|\\s+$");

    private final EchoFaults faults;

    EchoModel(EchoFaults faults) {
        this.faults = faults;
    }

    AgentReply reply(ReplyRequest request, int attempt, ReplyListener listener) {
        long start = System.nanoTime();
        EchoOrder order = faults.order(repeated(request));
        Pacing pacing = new Pacing(listener);
        pacing.spend(order.loadMs());
        Duration load = since(start);
        order.failIfDue(attempt);
        WrittenCalls calls = calls(request, order.text());
        List<String> words = words(calls.said());
        int limit = Math.min(request.options().maxTokens(), order.tokens() > 0 ? order.tokens() : words.size());
        StringBuilder text = new StringBuilder();
        long first = 0;
        int generated = 0;
        while (generated < limit) {
            pacing.spend(order.sleepMs() / Math.max(1, limit));
            String word = words.isEmpty() ? "" : words.get(generated % words.size());
            text.append(word);
            generated++;
            first = first == 0 ? System.nanoTime() : first;
            listener.text(word, 1);
        }
        boolean cut = order.tokens() == 0 && limit < words.size();
        Duration firstToken = first == 0 ? Duration.ZERO : Duration.ofNanos(first - start);
        AgentReply reply = new AgentReply(
                text.toString(),
                cut ? AgentReply.FinishReason.LENGTH : AgentReply.FinishReason.STOP,
                promptWords(request.messages()),
                generated,
                0,
                timings(load, since(start), firstToken),
                FusionReport.NONE,
                PLACEMENT);
        return reply.asking(reply.text(), calls.calls());
    }

    /** With tools, calls in tags are made; what tools returned is only repeated. */
    private static WrittenCalls calls(ReplyRequest request, String text) {
        boolean mayCall =
                !request.tools().isEmpty() && request.messages().getLast().role() != Message.Role.TOOL;
        return mayCall ? WrittenCalls.in(text, Set.of()) : new WrittenCalls(text, List.of());
    }

    private static Timings timings(Duration load, Duration total, Duration firstToken) {
        Duration none = Duration.ZERO;
        return new Timings(load, none, none, none, none, none, total.minus(load), firstToken, total);
    }

    /** What a tool returned, else what the user said last. */
    private static String repeated(ReplyRequest request) {
        Message last = request.messages().getLast();
        return last.role() == Message.Role.TOOL ? last.content() : lastUserMessage(request.messages());
    }

    private static String lastUserMessage(List<Message> messages) {
        for (Message message : messages.reversed()) {
            if (message.role() == Message.Role.USER) {
                return message.content();
            }
        }
        return "";
    }

    private static int promptWords(List<Message> messages) {
        return messages.stream()
                .mapToInt(message -> words(message.content()).size())
                .sum();
    }

    private static List<String> words(String text) {
        return WORD.matcher(text).results().map(MatchResult::group).toList();
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Lets time pass in small parts, so that a cancelled reply stops soon. */
    private record Pacing(ReplyListener listener) {

        private static final long PART_MS = 20;

        void spend(long millis) {
            long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
            do {
                if (listener.isCancelled()) {
                    throw new AgentException(AgentFault.CANCELLED, "The reply was cancelled.");
                }
                listener.progressed();
            } while (rest(end));
        }

        private static boolean rest(long end) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                Thread.sleep(Duration.ofNanos(
                        Math.min(left, Duration.ofMillis(PART_MS).toNanos())));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AgentException(AgentFault.CANCELLED, "The reply was interrupted.", interrupted);
            }
            return System.nanoTime() < end;
        }
    }
}
