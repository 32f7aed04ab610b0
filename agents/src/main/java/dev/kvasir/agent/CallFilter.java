package dev.kvasir.agent;

/** Passes on what a model says and holds back what may be the beginning of a call; whoever listens never hears half a call. */
final class CallFilter implements ReplyListener {

    private final ReplyListener listener;
    private final StringBuilder all = new StringBuilder();
    private int heard;
    private int tokens;

    CallFilter(ReplyListener listener) {
        this.listener = listener;
    }

    @Override
    public void text(String delta, int count) {
        all.append(delta);
        tokens += count;
        pass(certain());
    }

    /** Passes on the rest of what was said, once the reply is whole. */
    void end(String said) {
        pass(Math.max(heard, said.length()));
        if (tokens > 0) {
            listener.text("", tokens);
            tokens = 0;
        }
    }

    @Override
    public void progressed() {
        listener.progressed();
    }

    @Override
    public boolean isCancelled() {
        return listener.isCancelled();
    }

    private void pass(int end) {
        if (end > heard) {
            listener.text(all.substring(heard, end), tokens);
            tokens = 0;
            heard = end;
        }
    }

    /** Up to where nothing can be a call. */
    private int certain() {
        if (heard == 0 && (all.toString().isBlank() || WrittenCalls.mayBeBare(all.toString()))) {
            return 0;
        }
        int open = all.indexOf(WrittenCalls.OPEN);
        int end = open < 0 ? all.length() - beginning() : open;
        while (end > heard && Character.isWhitespace(all.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    /** How many of the last characters begin a tag. */
    private int beginning() {
        for (int length = Math.min(WrittenCalls.OPEN.length() - 1, all.length()); length > 0; length--) {
            if (WrittenCalls.OPEN.startsWith(all.substring(all.length() - length))) {
                return length;
            }
        }
        return 0;
    }
}
