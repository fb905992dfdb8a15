package io.orderflow.internal.worker;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The same with orders that have no rows until they are found: groups carry them. */
class GroupRecoveryTest extends RecoveryTest {
    @BeforeEach
    void journalGroups() {
        shop.journalGroups(true);
    }

    @AfterEach
    void journalRows() {
        shop.journalGroups(false);
    }
}
