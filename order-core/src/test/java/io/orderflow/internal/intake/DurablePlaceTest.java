package io.orderflow.internal.intake;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.orderflow.Acceptance;
import io.orderflow.SubmitResult;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.loop.Outages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A place tells the router of each of its changes, so that whoever uses it cannot forget to. */
class DurablePlaceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final JavaClasses INTAKE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.orderflow.internal.intake");

    private final List<String> woken = new ArrayList<>();
    private long nanos = 1_000_000_000L;
    private final Room room = new Room(10);
    private final Answers answers =
            new Answers(room, new Completions(room, true, () -> nanos), () -> nanos, orders -> {});
    private final Buffer buffer = new Buffer(answers);
    private final Way journal = way(Router.Taker.JOURNAL);
    private final Way queue = way(Router.Taker.QUEUE);
    private final DurabilityGate gate = new DurabilityGate(new FakeQueue(), false);
    private final Router router = new Router(Acceptance.ROW_JOURNAL, buffer, journal, queue, gate);
    private final DurablePlace place = new DurablePlace(journal, PATIENCE, buffer, answers, router, () -> nanos);

    private Way way(Router.Taker taker) {
        Breaker breaker = new Breaker("the " + taker, new Outages(() -> 0).database(), Breaker.State.CLOSED);
        return new Way(taker, breaker, () -> woken.add(taker.name()));
    }

    private CompletableFuture<SubmitResult> submit() {
        room.tryRoom();
        Submission submission =
                Submission.async(OrderEntry.of(Rig.order()), Submission.Kind.ASYNC, nanos, PATIENCE.toNanos());
        buffer.add(submission);
        return submission.future();
    }

    private void assertWoken(String... expected) {
        assertEquals(List.of(expected), woken);
        woken.clear();
    }

    @Test
    void whatFailsOnItsWayStandsInLineBeforeTheOtherPlaceIsWoken() {
        CompletableFuture<SubmitResult> future = submit();
        place.fly(new Group(place.take(500, nanos)), flying -> {
            assertTrue(place.isBusy());
            assertTrue(buffer.isEmpty());
            place.fail(flying, "as the test wants", false);
        });
        assertFalse(place.isBusy());
        assertFalse(buffer.isEmpty(), "else nobody would have been woken");
        assertWoken("QUEUE");
        assertEquals(new IntakeHealth.Place(true, "as the test wants"), place.health());
        assertFalse(future.isDone());
    }

    @Test
    void whatATripThrowsIsAFailureToo() {
        submit();
        List<Submission> taken = place.take(500, nanos);
        assertThrows(
                ArithmeticException.class,
                () -> place.fly(new Group(taken), "broken off", flying -> {
                    throw new ArithmeticException("as the test wants");
                }));
        assertWoken("QUEUE");
        assertTrue(taken.get(0).mayBeStoredBefore(), "nobody knows how far it came");
        assertEquals(new IntakeHealth.Place(true, "broken off"), place.health());
    }

    @Test
    void theWayBackIsToldToo() {
        submit();
        place.probe(() -> Optional.of("gone"));
        assertWoken("QUEUE");
        assertEquals(Breaker.FIRST_PAUSE, place.probeIfDue(Optional::empty, nanos));
        assertWoken();
        nanos += Breaker.FIRST_PAUSE;
        assertEquals(0, place.probeIfDue(Optional::empty, nanos));
        assertWoken("JOURNAL");
        submit();
        List<Submission> trial = place.take(500, nanos);
        assertEquals(1, trial.size());
        place.fly(new Group(trial), flying -> place.worked(flying));
        assertWoken("JOURNAL");
        assertTrue(place.works());
    }

    @Test
    void aPlaceThatIsNotToTakeHasTheOtherWoken() {
        submit();
        DurablePlace other = new DurablePlace(queue, PATIENCE, buffer, answers, router, () -> nanos);
        assertFalse(other.mayTake(nanos));
        assertWoken("JOURNAL");
        assertTrue(place.mayTake(nanos));
        assertWoken();
        place.worked();
        assertWoken("JOURNAL");
    }

    @Test
    void aWriteThatTookTooLongIsAFailureThoughItWorked() {
        submit();
        place.fly(Group.EMPTY, flying -> {
            nanos += PATIENCE.toNanos() + 1;
            place.worked(flying);
        });
        assertEquals(new IntakeHealth.Place(true, "a write took 1000 ms"), place.health());
        assertWoken("QUEUE");
    }

    @Test
    void whatWasKeptApartIsReleasedToTheOtherPlace() {
        submit();
        List<Submission> apart = place.take(500, nanos);
        place.probe(() -> Optional.of("gone"));
        assertWoken();
        place.release(apart);
        assertWoken("QUEUE");
    }

    /** Who changed a breaker without its place could leave the line lying. */
    @Test
    void nobodyElseChangesABreaker() {
        methods()
                .that()
                .areDeclaredIn(Breaker.class)
                .and()
                .haveNameMatching("failed|worked|probed|trying")
                .should()
                .onlyBeCalled()
                .byClassesThat()
                .belongToAnyOf(DurablePlace.class)
                .check(INTAKE);
    }
}
