package io.orderflow.internal.page;

import io.orderflow.internal.codec.Sha256;
import io.orderflow.page.PageCall;
import io.orderflow.page.PageConfig;
import io.orderflow.page.PageReply;
import io.orderflow.page.RequestSite;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may look, and who may act. With tokens a request needs one. Without, one who looks must come from this machine
 * and ask for it by a name of this machine, so that no page from elsewhere can ask through a browser that runs here.
 * Nobody acts without the act token: a front end on this machine may pass on what others ask for, and show nothing of
 * it. Thread-safe.
 */
final class Doorkeeper {
    private static final Logger log = LoggerFactory.getLogger(Doorkeeper.class);

    private static final String BEARER = "Bearer ";
    /** What a front end says about whom it asks for: then this machine is not where the request is from. */
    private static final List<String> FORWARDED = List.of("forwarded", "x-forwarded-for", "x-real-ip", "via");

    private static final String OFF =
            "acting is off, because the page has no actToken (serve: ORDER_ACT_TOKEN or --act-token-file)";
    private static final String LOOKS_ALONE = "this token is for looking alone";

    private final Optional<byte[]> look;
    private final Optional<byte[]> act;
    private final RemoteAttempts attempts;

    Doorkeeper(PageConfig config, LongSupplier nanoTime) {
        this.look = config.lookToken().map(Doorkeeper::digest);
        this.act = config.actToken().map(Doorkeeper::digest);
        this.attempts = new RemoteAttempts(nanoTime);
    }

    /**
     * Why a request is refused.
     *
     * @param acts whether it would change something
     */
    Optional<PageReply> refusal(PageCall call, boolean acts) {
        // one who looks may come by a link of another site
        Optional<String> fetchSite = acts ? call.header("sec-fetch-site") : Optional.empty();
        if (RequestSite.isOther(call.header("origin"), fetchSite, call.header("host"))) {
            return Optional.of(PageReplies.problem(403, "the page that sent this request is from elsewhere"));
        }
        Optional<PageReply> refusal = hasTokens() ? refusalByToken(call) : refusalByPlace(call);
        return refusal.or(() -> acts ? whyNotActing(call).map(why -> PageReplies.problem(403, why)) : Optional.empty());
    }

    /** Why one who may look may not act, for a person; empty when he may. */
    Optional<String> whyNotActing(PageCall call) {
        if (act.isEmpty()) {
            return Optional.of(OFF);
        }
        return isRight(act, given(call).orElse("")) ? Optional.empty() : Optional.of(LOOKS_ALONE);
    }

    private boolean hasTokens() {
        return look.isPresent() || act.isPresent();
    }

    private static Optional<PageReply> refusalByPlace(PageCall call) {
        boolean here = RemoteAddress.isLoopback(call.remote())
                && call.header("host").filter(RequestSite::isLoopback).isPresent()
                && FORWARDED.stream().noneMatch(name -> call.header(name).isPresent());
        return here
                ? Optional.empty()
                : Optional.of(PageReplies.problem(
                        403, "there are no tokens, so only this machine may ask, by its name localhost or 127.0.0.1"));
    }

    private Optional<PageReply> refusalByToken(PageCall call) {
        Optional<String> given = given(call);
        if (given.isEmpty()) {
            return Optional.of(unknown("a token is needed"));
        }
        String client = RemoteAddress.client(call.remote());
        long shut = attempts.shutFor(client);
        if (shut > 0) {
            return Optional.of(PageReplies.problem(
                    429, "too many wrong tokens from this address", Map.of("Retry-After", Long.toString(shut))));
        }
        if (!isRight(act, given.get()) & !isRight(look, given.get())) {
            int wrong = attempts.wrong(client);
            log.warn("page: wrong token number {} in a minute from {}", wrong, call.remote());
            return Optional.of(unknown("this is no token"));
        }
        return Optional.empty();
    }

    private static PageReply unknown(String why) {
        return PageReplies.problem(401, why, Map.of("WWW-Authenticate", "Bearer realm=\"orderflow\""));
    }

    private static Optional<String> given(PageCall call) {
        return call.header("authorization")
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip());
    }

    /** Takes as long for one text as for another. */
    private static boolean isRight(Optional<byte[]> token, String given) {
        return token.isPresent() & MessageDigest.isEqual(token.orElse(new byte[0]), digest(given));
    }

    private static byte[] digest(String token) {
        return Sha256.hash(token.getBytes(StandardCharsets.UTF_8));
    }
}
