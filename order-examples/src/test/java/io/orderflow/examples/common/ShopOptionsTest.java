package io.orderflow.examples.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

@DisplayName("The options of every program")
class ShopOptionsTest {
    private static final int NEEDED = 5;
    private static final String URL = "jdbc:mysql://127.0.0.1:3306/shop";

    @TempDir
    Path folder;

    @Command
    static final class AnyProgram {
        @Mixin
        ShopOptions shop;
    }

    private static Shop open(Map<String, String> environment, String... arguments) {
        AnyProgram program = CommandLine.populateCommand(new AnyProgram(), arguments);
        return program.shop.open(NEEDED, Shop.Patience.SERVICE, environment);
    }

    private static HikariDataSource pool(Shop shop) {
        return (HikariDataSource) shop.dataSource();
    }

    private static String refusal(String... arguments) {
        return assertThrows(
                        ParameterException.class,
                        () -> open(Map.of(), arguments).close())
                .getMessage();
    }

    @Test
    @DisplayName("name an embedded database in a folder, and its file is made there")
    void embedded() throws Exception {
        try (Shop shop = open(Map.of(), "--db", "embedded:" + folder.resolve("data"))) {
            shop.schema().createOrUpgrade();
            assertEquals(NEEDED, pool(shop).getMaximumPoolSize());
            assertEquals("orderflow_", shop.tablePrefix());
        }
        assertTrue(Files.exists(folder.resolve("data/shop.mv.db")));
        assertFalse(Files.exists(folder.resolve("data/shop.door")), "the door is taken away at the end");
    }

    @Test
    @DisplayName("take the password from the environment")
    void passwordOfTheEnvironment() {
        try (Shop shop = open(Map.of("ORDER_DB_PASSWORD", "s3cret"), "--db", URL, "--db-user", "shop")) {
            assertEquals("shop", pool(shop).getUsername());
            assertEquals("s3cret", pool(shop).getPassword());
        }
    }

    @Test
    @DisplayName("prefer the first line of a password file")
    void passwordOfAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "from file\nsecond line\n");
        try (Shop shop =
                open(Map.of("ORDER_DB_PASSWORD", "s3cret"), "--db", URL, "--db-password-file", file.toString())) {
            assertEquals("root", pool(shop).getUsername());
            assertEquals("from file", pool(shop).getPassword());
        }
    }

    @Test
    @DisplayName("refuse a password file that is not there")
    void noPasswordFile() {
        String message = refusal(
                "--db", URL, "--db-password-file", folder.resolve("none").toString());
        assertTrue(message.startsWith("--db-password-file cannot be read: "), message);
    }

    @Test
    @DisplayName("leave a driver property alone that the URL gives")
    void propertyOfTheUrl() {
        try (Shop shop = open(Map.of(), "--db", URL + "?socketTimeout=7")) {
            assertFalse(pool(shop).getDataSourceProperties().containsKey("socketTimeout"));
            assertEquals("2000", pool(shop).getDataSourceProperties().getProperty("connectTimeout"));
        }
    }

    @Test
    @DisplayName("take a URL of MariaDB's own driver, with the settings that it knows")
    void mariaDbUrl() {
        try (Shop shop = open(Map.of(), "--db", "jdbc:mariadb://127.0.0.1:1/shop")) {
            assertEquals("2000", pool(shop).getDataSourceProperties().getProperty("connectTimeout"));
            assertFalse(pool(shop).getDataSourceProperties().containsKey("useLocalSessionState"));
        }
    }

    @Test
    @DisplayName("take a larger pool than needed and refuse a smaller one")
    void poolSize() {
        try (Shop shop = open(Map.of(), "--db", URL, "--db-pool", "9")) {
            assertEquals(9, pool(shop).getMaximumPoolSize());
        }
        assertEquals(
                "--db-pool must be >= 5, which is what this program needs: 4", refusal("--db", URL, "--db-pool", "4"));
        assertEquals("--db-pool must be at most 1000: 1001", refusal("--db", URL, "--db-pool", "1001"));
    }

    @ParameterizedTest
    @CsvSource({
        "--db, jdbc:postgresql://u:hidden@h/shop?password=hidden, '--db must be embedded, embedded:FOLDER, a "
                + "jdbc:mysql: URL"
                + " (MariaDB too) or a jdbc:mariadb: URL: jdbc:postgresql://h/shop'",
        "--table-prefix, Shop, '--table-prefix must match [a-z][a-z0-9_]{0,30}: Shop'"
    })
    @DisplayName("refuse other values with the rule and the value")
    void otherValues(String option, String value, String message) {
        assertEquals(message, refusal(option, value));
    }

    @Test
    @DisplayName("never show a password in the shop's name")
    void nameWithoutSecrets() {
        try (Shop shop = open(Map.of(), "--db", "jdbc:mysql://u:hidden@h:3306/shop?password=hidden")) {
            assertEquals("jdbc:mysql://h:3306/shop", shop.toString());
        }
    }
}
