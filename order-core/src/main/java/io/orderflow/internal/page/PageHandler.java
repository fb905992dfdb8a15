package io.orderflow.internal.page;

import static java.util.Objects.requireNonNull;

import io.orderflow.InvalidOrderException;
import io.orderflow.Order;
import io.orderflow.PageRequest;
import io.orderflow.SchemaException;
import io.orderflow.StoreUnavailableException;
import io.orderflow.page.LivePage;
import io.orderflow.page.PageCall;
import io.orderflow.page.PageConfig;
import io.orderflow.page.PageReply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what a page is asked for. Thread-safe. */
public final class PageHandler implements LivePage {
    private static final Logger log = LoggerFactory.getLogger(PageHandler.class);

    private static final String CALLS = "page/";

    /** No form of another site can send it without asking first, and nobody answers that question. */
    private static final String OWN_HEADER = "x-orderflow-page";

    private static final int FOUND = 20;
    private static final Pattern ID =
            Pattern.compile("[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}");
    private static final Pattern BUYER = Pattern.compile("[0-9]{1,18}");

    private final PageParts parts;
    private final Doorkeeper door;
    private final ShopSampler sampler;
    private final PageActs acts;
    private final Consumer<LivePage> whenClosed;
    private final PageFile file = new PageFile();

    /**
     * Prepares it; no I/O, and nothing is started.
     *
     * @param whenClosed told when it is closed, each time that is asked for
     */
    public PageHandler(PageParts parts, PageConfig config, Consumer<LivePage> whenClosed) {
        this.whenClosed = requireNonNull(whenClosed, "whenClosed");
        this.parts = requireNonNull(parts, "parts");
        this.door = new Doorkeeper(config, System::nanoTime);
        this.sampler = new ShopSampler(parts, config.lookers(), System::nanoTime);
        this.acts = new PageActs(parts);
    }

    @Override
    public Optional<PageReply> refusal(PageCall call, boolean acts) {
        return door.refusal(requireNonNull(call, "call"), acts);
    }

    @Override
    public PageReply answer(PageCall call) {
        try {
            return routed(requireNonNull(call, "call"));
        } catch (InvalidOrderException e) {
            return PageReplies.problem(400, e.getMessage());
        } catch (StoreUnavailableException | SchemaException e) {
            return PageReplies.problem(503, e.getMessage());
        } catch (RuntimeException e) {
            log.error("page: {} failed; the caller was told 500", call, e);
            return PageReplies.problem(500, "a bug; the log says more");
        }
    }

    private PageReply routed(PageCall call) {
        String path = call.path().startsWith("/") ? call.path().substring(1) : call.path();
        boolean gets = call.method().equals("GET");
        return switch (path) {
            case "" -> gets || call.method().equals("HEAD") ? file.reply() : notAllowed("GET, HEAD");
            case CALLS + "stream" -> gets ? looked(call, this::stream) : notAllowed("GET");
            case CALLS + "find" -> gets ? looked(call, this::find) : notAllowed("GET");
            case CALLS + "pause" -> acted(call, PageActs.Act.PAUSE);
            case CALLS + "resume" -> acted(call, PageActs.Act.RESUME);
            case CALLS + "redrive" -> acted(call, PageActs.Act.REDRIVE);
            case CALLS + "discard" -> acted(call, PageActs.Act.DISCARD);
            default -> PageReplies.problem(404, "nothing is there");
        };
    }

    private static PageReply notAllowed(String allowed) {
        return PageReplies.problem(405, "not with this method", Map.of("Allow", allowed));
    }

    /** What is asked by one who may look. */
    @FunctionalInterface
    private interface Look {
        PageReply at(PageCall call);
    }

    private PageReply looked(PageCall call, Look look) {
        return door.refusal(call, false).orElseGet(() -> look.at(call));
    }

    private PageReply stream(PageCall call) {
        if (sampler.isFull()) {
            return PageReplies.problem(503, "too many look at the page, or it is closed", Map.of("Retry-After", "5"));
        }
        Optional<String> why = door.whyNotActing(call);
        PageFields you = new PageFields()
                .put("mayAct", why.isEmpty())
                .put("why", why)
                .put("queue", parts.queue().name());
        return PageReplies.stream(sampler.stream("event: you\ndata: " + you.json() + "\n\n"));
    }

    private PageReply find(PageCall call) {
        PageForm form = new PageForm(call.query());
        String text = form.text("q");
        return switch (form.text("by")) {
            case "id" -> ID.matcher(text).matches() ? life(text) : withPrefix(text);
            case "buyer" -> ofBuyer(text);
            default -> throw new InvalidOrderException("by", PageForm.shown(form.text("by")), "must be id or buyer");
        };
    }

    private PageReply life(String text) {
        String digits = text.replace("-", "").toLowerCase(Locale.ROOT);
        UUID id = new UUID(Long.parseUnsignedLong(digits, 0, 16, 16), Long.parseUnsignedLong(digits, 16, 32, 16));
        return parts.records()
                .timeline(id)
                .map(timeline -> PageReplies.json(200, new PageFields().put("order", OrderWords.life(timeline))))
                .orElseGet(() -> PageReplies.problem(404, "the database knows no order " + id));
    }

    private PageReply withPrefix(String digits) {
        List<Order> orders;
        try {
            orders = parts.records().withIdPrefix(digits, FOUND);
        } catch (IllegalArgumentException e) {
            throw new InvalidOrderException(
                    "q", PageForm.shown(digits), "must be an order's id, or 4 or more of its first digits");
        }
        if (orders.isEmpty()) {
            return PageReplies.problem(404, "no order with a row has an id that begins so");
        }
        return orders.size() == 1 ? life(orders.get(0).id().toString()) : list(orders);
    }

    private PageReply ofBuyer(String text) {
        if (!BUYER.matcher(text).matches()) {
            throw new InvalidOrderException("q", PageForm.shown(text), "must be the number of a buyer");
        }
        List<Order> orders = parts.reads()
                .ofBuyer(Long.parseLong(text), PageRequest.first(FOUND))
                .entries();
        return orders.isEmpty() ? PageReplies.problem(404, "the database knows no order of this buyer") : list(orders);
    }

    private static PageReply list(List<Order> orders) {
        return PageReplies.json(
                200,
                new PageFields()
                        .put("orders", orders.stream().map(OrderWords::row).toList()));
    }

    /** Why the body is not even read. */
    private static Optional<PageReply> unread(PageCall call) {
        if (call.header(OWN_HEADER).isEmpty()) {
            return Optional.of(PageReplies.problem(403, "the header " + OWN_HEADER + " must be there"));
        }
        return call.body().length > PageCall.LARGEST_BODY
                ? Optional.of(PageReplies.problem(413, "a body has at most " + PageCall.LARGEST_BODY + " bytes"))
                : Optional.empty();
    }

    private PageReply acted(PageCall call, PageActs.Act act) {
        if (!call.method().equals("POST")) {
            return notAllowed("POST");
        }
        Optional<PageReply> refusal = door.refusal(call, true).or(() -> unread(call));
        if (refusal.isPresent()) {
            // anybody can have any number of these lines
            log.debug(
                    "page: {} from {} refused with {}",
                    act,
                    call.remote(),
                    refusal.get().status());
            return refusal.get();
        }
        try {
            return acts.act(act, new String(call.body(), StandardCharsets.UTF_8), call.remote());
        } finally {
            sampler.hint();
        }
    }

    /** How many look. */
    int lookers() {
        return sampler.lookers();
    }

    /** Whether nothing is read for anybody. */
    boolean isResting() {
        return sampler.isResting();
    }

    @Override
    public void close() {
        sampler.close();
        whenClosed.accept(this);
    }
}
