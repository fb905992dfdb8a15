package io.orderflow.internal.page;

import io.orderflow.DeadLetterResult;
import io.orderflow.DecidingPause;
import io.orderflow.InvalidOrderException;
import io.orderflow.internal.admin.PersonText;
import io.orderflow.page.PageReply;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What can be done through the page. The log has a line for each, with who asked for it and what came of it. */
final class PageActs {
    private static final Logger log = LoggerFactory.getLogger(PageActs.class);

    private static final int LONGEST_NAME = 100;
    private static final Pattern LETTER = Pattern.compile("[0-9a-fA-F]{64}");

    private final PageParts parts;

    PageActs(PageParts parts) {
        this.parts = parts;
    }

    /** Something that can be done. */
    enum Act {
        PAUSE,
        RESUME,
        REDRIVE,
        DISCARD
    }

    /**
     * What was asked for, checked.
     *
     * @param letter empty for none
     */
    private record Asked(PageForm form, String name, String letter) {}

    /** What came of it, for a person, and the status that goes with it. */
    private record Outcome(int status, String words) {}

    /**
     * Does it.
     *
     * @param values names and values as forms have them
     * @param remote where the request came from
     * @throws InvalidOrderException if a value breaks its rule; nothing was done then
     */
    PageReply act(Act act, String values, String remote) {
        Asked asked = asked(act, values, remote);
        String id = asked.letter();
        String by = asked.name() + " (page, from " + remote + ")";
        PageForm form = asked.form();
        String what = id.isEmpty() ? "deciding" : "dead letter " + id;
        String words = "failed";
        try {
            Outcome outcome = switch (act) {
                case PAUSE -> pause(form.text("reason"), by);
                case RESUME -> resume(by);
                case REDRIVE -> outcome(parts.letters().redrive(id, by), "waits for its verdict again");
                case DISCARD -> outcome(parts.letters().discard(id, by), "is discarded");
            };
            words = outcome.words();
            return PageReplies.json(outcome.status(), new PageFields().put("words", words));
        } catch (RuntimeException e) {
            words = "failed: " + e.getMessage();
            throw e;
        } finally {
            log.info("page: {} of {} asked for by {}: {}", act, what, by, words);
        }
    }

    private static Asked asked(Act act, String values, String remote) {
        try {
            PageForm form = new PageForm(values);
            String name = PersonText.checked("by", form.text("by"), LONGEST_NAME);
            return new Asked(form, name, act == Act.PAUSE || act == Act.RESUME ? "" : letter(form));
        } catch (InvalidOrderException e) {
            log.info("page: {} asked for from {} refused: {}", act, remote, e.getMessage());
            throw e;
        }
    }

    /** Checked before it is part of a line of the log: with a line break in it, it would write lines of its own. */
    private static String letter(PageForm form) {
        String id = form.text("id");
        if (!LETTER.matcher(id).matches()) {
            throw new InvalidOrderException("id", PageForm.shown(id), "must have 64 hexadecimal digits");
        }
        return id;
    }

    private Outcome pause(String reason, String by) {
        DecidingPause pause = parts.deciding().pause(by, reason);
        return pause.by().equals(by)
                ? new Outcome(200, "deciding is paused")
                : new Outcome(409, "deciding was paused before, by " + pause.by() + ": " + pause.reason());
    }

    private Outcome resume(String by) {
        Optional<DecidingPause> ended = parts.deciding().resume(by);
        return new Outcome(200, ended.map(pause -> "deciding goes on").orElse("deciding was not paused; it goes on"));
    }

    private static Outcome outcome(DeadLetterResult result, String done) {
        if (result instanceof DeadLetterResult.Done letter) {
            return new Outcome(
                    200,
                    letter.orderId()
                                    .map(order -> "the dead letter is gone, its order " + order + " ")
                                    .orElse("the dead letter ")
                            + done);
        }
        return result instanceof DeadLetterResult.Refused refused
                ? new Outcome(409, refused.detail())
                : new Outcome(404, "there is no such dead letter; somebody may have seen to it before");
    }
}
