package io.orderflow.simulation;

import io.orderflow.Acceptance;
import io.orderflow.OrderRequest;
import io.orderflow.internal.codec.FrameKeys;
import io.orderflow.internal.codec.Frames;
import io.orderflow.internal.intake.Intake;
import io.orderflow.internal.intake.IntakeListener;
import io.orderflow.internal.journal.AcceptedOrders;
import io.orderflow.internal.journal.GroupJournal;
import io.orderflow.internal.journal.Journal;
import io.orderflow.internal.journal.RowJournal;
import io.orderflow.internal.loop.Outages;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SessionHolder;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.internal.worker.ManualRunner;
import io.orderflow.internal.worker.ManualRunner.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * One process: an intake, workers, recovery, expiry. Each of them can die alone, as one of several processes of its
 * kind, or with all others.
 */
final class Node {
    private static final Session.Settings JOURNAL =
            new Session.Settings(false, Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(10));

    private final Simulation run;
    private final int number;
    private final List<Member> workers = new ArrayList<>();
    private VerifiedSessions sessions;
    private AtomicBoolean unpublished;
    private AcceptedOrders accepted;
    private ManualRunner runner;
    private Actor intakeActor;
    private Intake intake;
    private Member recovery;
    private Member expiry;
    private int life;
    private boolean ending;

    /** One worker, recovery or expiry, and who he is. */
    static final class Member {
        private final String role;
        private final Function<String, Steps> maker;
        private Actor actor;
        private Steps steps;

        Member(String role, Function<String, Steps> maker) {
            this.role = role;
            this.maker = maker;
        }
    }

    Node(Simulation run, int number) {
        this.run = run;
        this.number = number;
        start();
    }

    private void start() {
        ending = false;
        sessions = new VerifiedSessions(run.dataSource(), run.database().tables(), false);
        unpublished = new AtomicBoolean();
        runner = run.runner(sessions, unpublished, ids -> accepted.decided(ids));
        startIntake();
        workers.clear();
        for (int i = 0; i < run.profile().workers(); i++) {
            workers.add(hire(new Member("worker", runner::worker)));
        }
        recovery = hire(new Member("recovery", runner::recovery));
        expiry = hire(new Member("expiry", runner::expiry));
    }

    private void startIntake() {
        life++;
        intakeActor = actor("intake");
        IntakeListener listener = new IntakeListener() {
            @Override
            public void unpublished(int orders) {
                unpublished.set(true);
            }
        };
        accepted = run.acceptedOrders();
        intake = Intake.manual(
                run.profile().intake(new Frames(FrameKeys.NONE, sessions::shop)),
                journal(),
                run.queue(),
                run.time()::nanos,
                run.time().clock(),
                listener,
                new Outages(System::nanoTime));
    }

    private Journal journal() {
        SessionHolder.Source source = () -> sessions.open(JOURNAL);
        boolean groups = run.profile().intake().acceptance() == Acceptance.GROUP_JOURNAL;
        return run.mutant()
                .journal(
                        groups
                                ? new GroupJournal(
                                        run.database().tables(),
                                        source,
                                        Telemetry.NONE,
                                        accepted,
                                        Requests::isNameless,
                                        run.time().clock())
                                : new RowJournal(run.database().tables(), source, Telemetry.NONE));
    }

    private Member hire(Member member) {
        life++;
        member.actor = actor(member.role);
        member.steps = member.maker.apply(member.actor.toString());
        return member;
    }

    private Actor actor(String role) {
        return new Actor(number + "." + life + "-" + role);
    }

    void submit(OrderRequest request) {
        run.book().submitted(intakeActor, request, intake.submitAsync(request));
    }

    void stepJournal() throws InterruptedException {
        intakeStep(intake::stepJournal);
    }

    void stepPublisher() throws InterruptedException {
        intakeStep(intake::stepPublisher);
    }

    void stepWatchdog() throws InterruptedException {
        intakeStep(intake::stepWatchdog);
    }

    private void intakeStep(Stage.Scene scene) throws InterruptedException {
        try {
            run.stage().play(intakeActor, scene);
        } catch (Death e) {
            if (run.isQuiet()) {
                die();
            } else {
                intakeDies();
            }
        } catch (Stumble e) {
            run.trace().add(intakeActor + " stumbles");
        }
    }

    private void intakeDies() {
        run.bury(intakeActor);
        run.book().collect();
        run.book().died(intakeActor);
        startIntake();
    }

    /** One step of a worker, unless it is the one in whose step this happens. */
    void stepWorker() throws InterruptedException {
        stepIfFree(workers.get(run.random().nextInt(workers.size())));
    }

    /** One step of recovery, as long as this does not happen in one. */
    void stepRecovery() throws InterruptedException {
        stepIfFree(recovery);
    }

    /** One step of expiry, as long as this does not happen in one. */
    void stepExpiry() throws InterruptedException {
        stepIfFree(expiry);
    }

    private void stepIfFree(Member member) throws InterruptedException {
        if (!ending && !run.stage().actor().equals(Optional.of(member.actor))) {
            step(member);
        }
    }

    /** Everybody runs until he wants to pause, as his loop would do. */
    void live() throws InterruptedException {
        stepJournal();
        stepPublisher();
        stepWatchdog();
        stepPublisher();
        stepJournal();
        for (int i = 0; i < workers.size(); i++) {
            untilPause(workers.get(i));
        }
        untilPause(recovery);
        untilPause(expiry);
    }

    private void untilPause(Member member) throws InterruptedException {
        Actor who = member.actor;
        long pause = 0;
        long before = -1;
        for (int i = 0; i < 200 && pause == 0 && before != run.progress() && member.actor == who; i++) {
            before = run.progress();
            pause = step(member);
        }
    }

    private long step(Member member) throws InterruptedException {
        long[] pause = {0};
        if (member == recovery && !run.mutant().recovers()) {
            return 1;
        }
        try {
            run.stage().play(member.actor, () -> pause[0] = member.steps.runOnce());
        } catch (Death e) {
            // in the middle of another one's step that one would have to die too
            boolean all = run.isQuiet() && run.random().nextBoolean();
            run.bury(member.actor);
            hire(member);
            if (all) {
                die();
            }
        } catch (Stumble e) {
            run.trace().add(member.actor + " stumbles");
        }
        return pause[0];
    }

    /** The whole process ends without a word, and another one starts. */
    void die() {
        run.trace().add("process " + number + " dies");
        run.bury(intakeActor);
        run.book().collect();
        run.book().died(intakeActor);
        workers.forEach(worker -> run.bury(worker.actor));
        run.bury(recovery.actor);
        run.bury(expiry.actor);
        start();
    }

    /** The process ends well, and another one starts. */
    void restart() throws InterruptedException {
        run.trace().add("process " + number + " is restarted");
        close();
        start();
    }

    /** Ends well, or dies while it tries. */
    void close() throws InterruptedException {
        ending = true;
        intakeStep(() -> intake.close(Duration.ZERO));
        run.book().collect();
        run.book().died(intakeActor);
        for (Member worker : List.copyOf(workers)) {
            close(worker);
        }
        close(recovery);
        close(expiry);
        run.bury(intakeActor);
    }

    private void close(Member member) throws InterruptedException {
        try {
            run.stage().play(member.actor, member.steps::close);
        } catch (Death | Stumble e) {
            run.trace().add(member.actor + " dies while it ends");
            run.bury(member.actor);
        }
    }
}
