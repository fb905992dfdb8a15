package io.orderflow.examples.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.samples.Documents;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What MariaDB and Redis of {@code compose.yaml} are told is what the documents ask for. */
@DisplayName("The servers of compose.yaml")
class DeployedServersTest {
    private static final Pattern GRANT = Pattern.compile("(?m)^GRANT (.+) ON shop\\.(\\w+) TO 'shop'@'%';$");

    @Test
    @DisplayName("give the programs' user of MariaDB the rights of docs/databases.md, and no other")
    void rightsOfMariaDb() {
        String script = DeployFiles.text("mariadb/20-users.sh");
        Map<String, String> granted = new TreeMap<>();
        GRANT.matcher(script).results().forEach(grant -> granted.put(grant.group(2), grant.group(1)));
        Map<String, String> documented = Documents.tableAfter("<!-- checked: Right -->").stream()
                .collect(Collectors.toMap(
                        cells -> cells.get(0).replace("`", ""), cells -> cells.get(1), (a, b) -> a, TreeMap::new));
        assertEquals(documented, granted);
        // an executable one would be run apart, without the function of the entry point
        assertFalse(Files.isExecutable(DeployFiles.folder().resolve("mariadb/20-users.sh")));
        long grants = script.lines().filter(line -> line.contains("GRANT")).count();
        assertEquals(granted.size(), grants, "GRANT for anything else");
    }

    @Test
    @DisplayName("give the programs' user of Redis the permissions of docs/redis.md, and the default user none")
    void permissionsOfRedis() {
        String documented = Documents.lines().stream()
                .filter(line -> line.startsWith("    ACL SETUSER shop on >PASSWORD ~shop-orders "))
                .map(line -> line.substring(line.indexOf('+')))
                // in the documents of Redis and of security
                .distinct()
                .collect(Collectors.joining("\n"));
        String users = DeployFiles.text("redis/users.conf");
        assertTrue(users.lines().anyMatch(("user shop on #PASSWORD_HASH ~orderflow " + documented)::equals), users);
        assertTrue(users.lines().anyMatch("user default off"::equals), users);
        assertEquals(2, users.lines().filter(line -> line.startsWith("user ")).count());
    }

    @Test
    @DisplayName("keep what they confirmed")
    void durable() {
        String redis = DeployFiles.text("redis/redis.conf");
        for (String setting : new String[] {
            "appendonly yes", "appendfsync always", "no-appendfsync-on-rewrite no", "maxmemory-policy noeviction"
        }) {
            assertTrue(redis.lines().anyMatch(setting::equals), setting);
        }
        String mariadb = DeployFiles.text("mariadb/server.cnf");
        for (String setting : new String[] {"innodb_flush_log_at_trx_commit = 1", "innodb_doublewrite = ON"}) {
            assertTrue(mariadb.lines().anyMatch(setting::equals), setting);
        }
    }
}
