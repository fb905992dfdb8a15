package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Limits;
import io.orderflow.OrderProcessor;
import io.orderflow.page.PageCall;
import io.orderflow.page.PageConfig;
import io.orderflow.samples.Documents;
import io.vertx.core.http.HttpServerOptions;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The table of limits in docs/security.md")
class LimitTableTest {
    private static final int KIB = 1_024;

    @Test
    @DisplayName("says what the code does")
    void limits() throws Exception {
        HttpServerOptions http = WebServer.options();
        List<String> limits = List.of(
                kib(http.getMaxInitialLineLength()),
                kib(http.getMaxHeaderSize()),
                kib(OrderRoutes.LARGEST_BODY),
                kib(BatchRoute.LARGEST_BODY) + ", " + BatchBody.ORDERS + " orders",
                "1/" + BatchRoute.ROOM_SHARE + " of the heap",
                kib(ChangeRoutes.LARGEST_BODY),
                kib(DecidingRoutes.LARGEST_BODY),
                kib(PageCall.LARGEST_BODY),
                seconds(WebServer.PATIENCE),
                seconds(WebServer.REST),
                submitTimeout(),
                Integer.toString(ShopServer.READS_WAITING),
                Integer.toString(EventStreams.StreamBounds.DEFAULT.most()),
                Integer.toString(PageConfig.defaults().lookers()),
                Integer.toString(internal("page.RemoteAttempts", "MOST")),
                HttpConfig.defaults().rate().isPresent() ? "some" : "any number, unless `--rate-limit` is given",
                Integer.toString(RateLimit.CLIENTS),
                PageConfig.SHORTEST_TOKEN + " to " + PageConfig.LONGEST_TOKEN,
                kib(Limits.FRAME_BYTES) + ", " + Limits.FRAME_ORDERS + " orders",
                kib(internal("codec.JsonOrder", "MOST_BYTES")) + ", " + internal("codec.JsonOrder", "DEEPEST")
                        + " levels",
                Limits.KEY_LENGTH + " characters",
                Limits.HOST_DATA + " bytes");
        assertEquals(
                limits,
                Documents.tableAfter("<!-- checked: limits of security -->").stream()
                        .map(cells -> cells.get(1))
                        .toList());
    }

    private static String kib(int bytes) {
        return bytes / KIB + " KiB";
    }

    private static String seconds(Duration time) {
        return time.toSeconds() + " s";
    }

    private static String submitTimeout() {
        try (HikariDataSource pool = new HikariDataSource()) {
            return Arrays.stream(OrderProcessor.builder(pool).toString().split(", "))
                    .filter(setting -> setting.startsWith("submitTimeout="))
                    .map(setting -> seconds(Duration.parse(setting.substring(setting.indexOf('=') + 1))))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** What only the library itself needs to know. */
    private static int internal(String type, String constant) throws ReflectiveOperationException {
        Field field = Class.forName("io.orderflow.internal." + type).getDeclaredField(constant);
        field.setAccessible(true);
        return field.getInt(null);
    }
}
