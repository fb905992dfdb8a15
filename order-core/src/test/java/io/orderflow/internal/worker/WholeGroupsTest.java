package io.orderflow.internal.worker;

import static io.orderflow.internal.worker.Bench.orders;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.OrderEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch that decides a whole group takes its row out of the journal; nobody has searched for it then. */
class WholeGroupsTest extends BenchTests {
    private Worker worker;

    @BeforeEach
    void work() {
        worker = bench.worker();
    }

    @AfterEach
    void check() {
        worker.close();
        shop.journalGroups(false);
        bench.checkShop();
    }

    @ParameterizedTest(name = "groups carry their orders: {0}")
    @ValueSource(booleans = {true, false})
    void aGroupThatIsAFrameGoesWithItsDecision(boolean carry) throws InterruptedException {
        List<OrderEntry> group = journal(carry, 16);
        bench.queue.send(group, 0);
        worker.runOnce();
        bench.assertStatus(OrderStatus.COMPLETED, group.toArray(new OrderEntry[0]));
        assertEquals(0, groups());
    }

    /** In one journal it is a row that names some and one that carries the others, in the other one that names all. */
    @ParameterizedTest(name = "groups carry their orders: {0}")
    @ValueSource(booleans = {true, false})
    void aGroupOfOrdersWithAndWithoutKeysGoesWithItsDecision(boolean carry) throws InterruptedException {
        List<OrderEntry> group = new ArrayList<>(orders(20));
        for (int i = 0; i < 20; i++) {
            group.add(
                    2 * i,
                    OrderEntry.of(OrderRequest.of(1)
                            .line(1, 1)
                            .idempotencyKey("key " + i)
                            .build()));
        }
        shop.journalGroups(carry);
        shop.journal(group);
        assertEquals(carry ? 2 : 1, groups());
        bench.queue.send(group, 0);
        worker.runOnce();
        bench.assertStatus(OrderStatus.COMPLETED, group.toArray(new OrderEntry[0]));
        assertEquals(0, groups());
    }

    @ParameterizedTest(name = "groups carry their orders: {0}")
    @ValueSource(booleans = {true, false})
    void twoGroupsInOneBatchGoTogether(boolean carry) throws InterruptedException {
        List<OrderEntry> one = journal(carry, 20);
        List<OrderEntry> two = journal(carry, 30);
        bench.queue.send(one, 0);
        bench.queue.send(two, 0);
        worker.runOnce();
        assertEquals(0, groups());
    }

    @ParameterizedTest(name = "groups carry their orders: {0}")
    @ValueSource(booleans = {true, false})
    void aGroupStaysAsLongAsSomeOfItIsUndecided(boolean carry) throws InterruptedException {
        List<OrderEntry> group = journal(carry, 40);
        bench.queue.send(group.subList(0, 20), 0);
        worker.runOnce();
        assertEquals(1, groups());
        bench.queue.send(group.subList(20, 40), 0);
        worker.runOnce();
        assertEquals(1, groups(), "two frames are no whole group, and the search takes it out");
        shop.takeOutDecidedGroups();
        assertEquals(0, groups());
    }

    /** The batch has a part of the frame alone. */
    @ParameterizedTest(name = "groups carry their orders: {0}")
    @ValueSource(booleans = {true, false})
    void aFrameThatIsDecidedInTwoBatchesLeavesItsGroupToTheSearch(boolean carry) throws InterruptedException {
        bench.config =
                WorkerConfig.builder().maxBatch(20).batchWait(Duration.ZERO).build();
        Worker small = bench.worker("small");
        List<OrderEntry> group = journal(carry, 40);
        bench.queue.send(group, 0);
        small.runOnce();
        assertEquals(1, groups());
        bench.drain(small);
        bench.assertStatus(OrderStatus.COMPLETED, group.toArray(new OrderEntry[0]));
        small.close();
    }

    /** A row that is there with another content is not what the group has. */
    @ParameterizedTest(name = "groups carry their orders: {0}")
    @ValueSource(booleans = {true, false})
    void aGroupWithAConflictStays(boolean carry) throws InterruptedException {
        List<OrderEntry> group = new ArrayList<>(journal(carry, 20));
        List<OrderEntry> other = new ArrayList<>(orders(20));
        other.set(3, Bench.conflicting(group.get(3)));
        bench.queue.send(group.subList(3, 4), 0);
        worker.runOnce();
        shop.journalGroups(true);
        shop.journal(other);
        int before = groups();
        bench.queue.send(other, 0);
        bench.drain(worker);
        assertEquals(before, groups(), "what lost is told of before its group goes");
    }

    @ParameterizedTest(name = "groups carry their orders: {0}")
    @ValueSource(booleans = {true, false})
    void smallGroupsAreLeftToTheSearch(boolean carry) throws InterruptedException {
        bench.queue.send(journal(carry, 15), 0);
        worker.runOnce();
        assertEquals(1, groups());
    }

    private List<OrderEntry> journal(boolean carry, int count) {
        List<OrderEntry> group = orders(count);
        shop.journalGroups(carry);
        shop.journal(group);
        return group;
    }

    private int groups() {
        return shop.read("SELECT id FROM " + shop.tables().pending()).size();
    }
}
