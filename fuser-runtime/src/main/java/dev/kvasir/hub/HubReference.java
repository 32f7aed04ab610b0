package dev.kvasir.hub;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model as people name it: {@code hf:owner/name[@revision][:file.gguf]}.
 *
 * @param owner user or organisation
 * @param name the repository's
 * @param revision a branch, a tag or a commit
 * @param file one GGUF file of the repository; empty for whatever the repository's model is
 */
public record HubReference(String owner, String name, String revision, String file) {

    private static final String DEFAULT_REVISION = "main";
    private static final String PART = "[A-Za-z0-9][A-Za-z0-9._-]{0,95}";
    private static final Pattern FORM =
            Pattern.compile("(?:hf:)?(" + PART + ")/(" + PART + ")(?:@([^:@]{1,200}))?(?::(.{1,300}))?");
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]*(/[A-Za-z0-9_][A-Za-z0-9._+-]*)*");

    /** @throws HubException if a part is not what it may be */
    public HubReference {
        require(owner.matches(PART) && name.matches(PART), owner + "/" + name, "is no owner/name");
        require(isPath(revision), revision, "is no revision");
        require(file.isEmpty() || (isPath(file) && file.endsWith(".gguf")), file, "is no GGUF file of a repository");
    }

    /**
     * Reads a reference; {@code hf:} may be left out.
     *
     * @throws HubException if it is none
     */
    public static HubReference parse(String text) {
        Matcher form = FORM.matcher(text);
        require(form.matches(), text, "is not of the form hf:owner/name[@revision][:file.gguf]");
        String revision = form.group(3) == null ? DEFAULT_REVISION : form.group(3);
        return new HubReference(form.group(1), form.group(2), revision, form.group(4) == null ? "" : form.group(4));
    }

    public HubReference withRevision(String other) {
        return new HubReference(owner, name, other, file);
    }

    public HubReference withFile(String other) {
        return new HubReference(owner, name, revision, other);
    }

    /** Such as {@code owner/name}. */
    public String repository() {
        return owner + "/" + name;
    }

    /** The reference in full, as {@link #parse} reads it. */
    @Override
    public String toString() {
        return "hf:" + repository() + "@" + revision + (file.isEmpty() ? "" : ":" + file);
    }

    /** A relative path of plain names, none of which leads upwards. */
    static boolean isPath(String path) {
        return path.length() <= 300 && PATH.matcher(path).matches() && !path.contains("..");
    }

    private static void require(boolean holds, String text, String rule) {
        if (!holds) {
            String shown = text.replaceAll("\\p{Cntrl}", "?");
            throw new HubException(
                    HubFault.WRONG_USAGE,
                    "'%s' %s.".formatted(shown.length() > 120 ? shown.substring(0, 120) + "..." : shown, rule));
        }
    }
}
