package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.testing.JavaProcess;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testing.TestDatabase.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Times are UTC in the tables and right in the API, whatever the zone of the JVM, of the database's session and of the
 * driver's URL is. Each zone has a JVM of its own.
 */
class ZonesTest {

    static Stream<Arguments> zones() {
        Stream<Arguments> daylightSaving = Stream.of("Europe/Berlin", "America/St_Johns")
                .flatMap(zone -> Stream.of(Kind.values()).map(kind -> Arguments.of(zone, kind)));
        return Stream.concat(daylightSaving, Stream.of(Arguments.of("Asia/Kolkata", Kind.H2)));
    }

    @ParameterizedTest
    @MethodSource("zones")
    void timesAreUtc(String zone, Kind kind) {
        try (TestDatabase database = TestDatabase.open(kind)) {
            List<String> arguments = new ArrayList<>(List.of(database.user(), database.password()));
            for (String settings : settings(kind)) {
                arguments.add(database.jdbcUrl() + settings);
            }
            List<String> options = List.of("-Xmx256m", "-Duser.timezone=" + zone);
            try (JavaProcess process =
                    JavaProcess.start(options, ZonesProgram.class, arguments.toArray(String[]::new))) {
                assertEquals(0, process.awaitExit(ShopProcess.BOUND.multipliedBy(2)), process::toString);
            }
        }
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
