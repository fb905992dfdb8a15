package io.orderflow.internal.doctor;

import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

final class MariaDbFaultsTest extends ServerFaultsContract {
    MariaDbFaultsTest() {
        super(ServerKind.MARIADB, TestDatabase.Kind.MARIADB);
    }

    @Override
    List<Fault> more() {
        return List.of(
                Fault.session(
                        RefusedFinding.SQL_MODE_OTHER_MEANING,
                        "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,EMPTY_STRING_IS_NULL'"),
                Fault.disguised(RefusedFinding.SERVER_TOO_OLD, "version", MariaDbFaultsTest::older),
                Fault.driver(RefusedFinding.AFFECTED_ROWS, "useAffectedRows", "true"));
    }

    /** 10.5, and as long. */
    private static String older(String version) {
        Matcher release = Pattern.compile("\\d+\\.\\d+").matcher(version);
        return release.replaceFirst(now -> "10." + "0".repeat(now.group().length() - "10.5".length()) + "5");
    }

    @Override
    Stream<Started> startedWith() {
        return Stream.of(
                new Started(ServerFinding.INNODB_DOUBLEWRITE, "--skip-innodb-doublewrite"),
                new Started(ServerFinding.INNODB_NO_SYNC, "--innodb-flush-method=nosync"),
                new Started(ServerFinding.INNODB_FORCE_RECOVERY, "--innodb-force-recovery=1"),
                new Started(ServerFinding.SYNC_BINLOG, "--log-bin=binlog"),
                new Started(ServerFinding.QUERY_CACHE, "--query-cache-type=ON"));
    }
}
