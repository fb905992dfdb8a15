package io.orderflow.internal.schema;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderSchema;
import io.orderflow.SchemaException;
import io.orderflow.testing.TestDatabase;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** URLs with several hosts by the drivers themselves, which may tell another URL than they were given. */
class SeveralHostsTest {
    @ParameterizedTest
    @CsvSource({
        "MARIADB, jdbc:mysql:loadbalance:",
        "MARIADB, jdbc:mysql:replication:",
        "MARIADB, jdbc:mysql:",
        "MARIADB_CONNECTOR, jdbc:mariadb:sequential:",
        "MARIADB_CONNECTOR, jdbc:mariadb:loadbalance:",
        "MARIADB_CONNECTOR, jdbc:mariadb:replication:",
        "MARIADB_CONNECTOR, jdbc:mariadb:load-balance-read:"
    })
    void areRefusedAtTheFirstContact(TestDatabase.Kind kind, String mode) {
        try (TestDatabase database = TestDatabase.open(kind)) {
            OrderSchema schema = OrderSchema.of(database.dataSource(1, url(database, mode)));
            SchemaException refused = assertThrows(SchemaException.class, schema::createOrUpgrade);
            assertTrue(refused.getMessage().contains("WritableDataSource"), refused::getMessage);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MARIADB, jdbc:mysql:, '&failOverReadOnly=false&secondsBeforeRetrySource=0&queriesBeforeRetrySource=0'",
        "MARIADB_CONNECTOR, jdbc:mariadb:, ''"
    })
    void passWhereTheDriverStaysWithItsServer(TestDatabase.Kind kind, String mode, String settings) {
        try (TestDatabase database = TestDatabase.open(kind)) {
            DataSource pool = database.dataSource(1, url(database, mode) + settings);
            OrderSchema.of(pool).createOrUpgrade();
        }
    }

    private static String url(TestDatabase database, String mode) {
        String host = database.server().host() + ":" + database.server().port();
        return mode + database.jdbcUrl().replaceFirst("^jdbc:[a-z]+:(//)" + host, "$1" + host + "," + host);
    }
}
