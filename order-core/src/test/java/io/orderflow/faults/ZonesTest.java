package io.orderflow.faults;

import io.orderflow.testing.JavaProcess;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testing.TestDatabase.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Times are UTC in the tables and right in the API, whatever the zone of the JVM, of the database's session and of the
 * driver's URL is. Each zone has a JVM of its own, for all databases.
 */
class ZonesTest {
    private static final Map<String, JavaProcess> BY_ZONE = new HashMap<>();

    static Stream<Arguments> zones() {
        Stream<Arguments> daylightSaving = Stream.of("Europe/Berlin", "America/St_Johns")
                .flatMap(zone -> Stream.of(Kind.values()).map(kind -> Arguments.of(zone, kind)));
        return Stream.concat(daylightSaving, Stream.of(Arguments.of("Asia/Kolkata", Kind.H2)));
    }

    @ParameterizedTest
    @MethodSource("zones")
    void timesAreUtc(String zone, Kind kind) {
        try (TestDatabase database = TestDatabase.open(kind)) {
            JavaProcess process =
                    BY_ZONE.compute(zone, (name, before) -> before != null && before.isAlive() ? before : start(name));
            for (String settings : settings(kind)) {
                String url = database.jdbcUrl() + settings;
                process.send(String.join(ZonesProgram.BETWEEN, url, database.user(), database.password()));
                process.awaitLine(ZonesProgram.HOLDS + url, ShopProcess.BOUND);
            }
        }
    }

    private static JavaProcess start(String zone) {
        return JavaProcess.start(List.of("-Xmx256m", "-Duser.timezone=" + zone), ZonesProgram.class);
    }

    @AfterAll
    static void end() {
        BY_ZONE.values().forEach(JavaProcess::close);
        BY_ZONE.clear();
    }

    /**
     * Without a word on zones, with a driver that believes in another zone than the session, and with the session in
     * another one.
     */
    private static List<String> settings(Kind kind) {
        return switch (kind) {
            case H2 -> List.of("", ";TIME ZONE=America/New_York");
            case MARIADB, MYSQL ->
                List.of(
                        "",
                        "&connectionTimeZone=America/New_York",
                        "&serverTimezone=Europe/Paris&sessionVariables=time_zone='-03:30'",
                        "&connectionTimeZone=%2B05:30&forceConnectionTimeZoneToSession=true"
                                + "&preserveInstants=false&useServerPrepStmts=true");
            case MARIADB_CONNECTOR ->
                List.of(
                        "",
                        "&connectionTimeZone=America/New_York",
                        "&sessionVariables=time_zone='-03:30'&useServerPrepStmts=true",
                        "&connectionTimeZone=+05:30&forceConnectionTimeZoneToSession=true");
        };
    }
}
