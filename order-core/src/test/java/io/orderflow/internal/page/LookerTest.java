package io.orderflow.internal.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("One who looks")
class LookerTest {
    private final List<String> told = new ArrayList<>();
    private final List<Looker> gone = new ArrayList<>();
    private boolean asksAtOnce;
    private boolean endsMeanwhile;

    private final Looker looker = new Looker(
            new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {}

                @Override
                public void onNext(String text) {
                    told.add(text);
                    if (asksAtOnce) {
                        looker().request(1);
                    }
                    if (endsMeanwhile) {
                        endElsewhere();
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    told.add(failure.getMessage());
                }

                @Override
                public void onComplete() {
                    told.add("end");
                }
            },
            "first,",
            gone::add);

    private void endElsewhere() {
        Thread other = new Thread(looker::end);
        other.start();
        try {
            other.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        told.add("told");
    }

    private Looker looker() {
        return looker;
    }

    @Test
    @DisplayName("gets the newest state when he asks, and none in between; what comes first is never left out")
    void newest() {
        looker.offer("1");
        looker.offer("2");
        assertEquals(List.of(), told);
        looker.request(1);
        looker.offer("3");
        looker.offer("4");
        looker.request(1);
        looker.request(1);
        looker.offer("5");
        assertEquals(List.of("first,2", "4", "5"), told);
    }

    @Test
    @DisplayName("gets what comes first at once, and each state when he asks for all")
    void all() {
        looker.request(Long.MAX_VALUE);
        looker.request(5);
        looker.offer("1");
        looker.offer("2");
        looker.end();
        looker.end();
        looker.offer("3");
        assertEquals(List.of("first,", "1", "2", "end"), told);
    }

    @Test
    @DisplayName("may ask for the next one while he is told one")
    void reentrant() {
        asksAtOnce = true;
        looker.request(1);
        looker.offer("1");
        looker.offer("2");
        assertEquals(List.of("first,", "1", "2"), told);
    }

    @Test
    @DisplayName("is not told that there is no more while he is told something else")
    void ended() {
        endsMeanwhile = true;
        looker.request(2);
        looker.offer("1");
        assertEquals(List.of("first,", "told", "end"), told);
    }

    @Test
    @DisplayName("gets nothing when he has gone, or asked for nothing")
    void gone() {
        looker.request(1);
        looker.cancel();
        looker.offer("1");
        looker.request(1);
        assertEquals(List.of("first,"), told);
        assertEquals(List.of(looker), gone);
        looker.request(0);
        assertEquals("more must be 1 or more: 0", told.get(1));
    }
}
