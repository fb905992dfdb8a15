package io.orderflow.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderSchema;
import io.orderflow.SchemaException;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The H2 URLs of the documents work, and each of their settings is asked for when it is missing. */
class DocumentDatabasesTest {
    private static final String FILE = "jdbc:h2:async:./shop;";

    @TempDir
    private Path folder;

    @Test
    void theUrlOfAFile() {
        OrderSchema.of(h2(url(FILE).replace("./shop", folder.resolve("shop").toString())))
                .createOrUpgrade();
    }

    @Test
    void theUrlForTests() {
        DataSource dataSource = h2(url("jdbc:h2:mem:shop;"));
        OrderSchema.of(dataSource).createOrUpgrade();
        OrderSchema.of(dataSource).check();
    }

    @Test
    void aMissingSettingIsNamed() {
        for (String setting : List.of(";MODE=MySQL", ";WRITE_DELAY=0")) {
            String database = folder.resolve("without" + setting.hashCode()).toString();
            String url = url(FILE).replace("./shop", database).replace(setting, "");

            OrderSchema schema = OrderSchema.of(h2(url));

            SchemaException refused = assertThrows(SchemaException.class, schema::createOrUpgrade);
            assertTrue(refused.getMessage().contains("add " + setting), refused.getMessage());
        }
    }

    private static String url(String start) {
        List<String> urls = Documents.lines().stream()
                .flatMap(line -> List.of(line.split("[ `\"]")).stream())
                .filter(word -> word.startsWith(start))
                .distinct()
                .toList();
        assertEquals(1, urls.size(), () -> "URLs in the documents that begin with " + start + ": " + urls);
        return urls.get(0);
    }

    private static DataSource h2(String url) {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setUrl(url);
        dataSource.setUser("sa");
        return dataSource;
    }
}
