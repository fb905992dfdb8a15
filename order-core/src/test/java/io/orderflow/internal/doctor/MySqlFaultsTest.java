package io.orderflow.internal.doctor;

import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import java.util.List;
import java.util.stream.Stream;

final class MySqlFaultsTest extends ServerFaultsContract {
    MySqlFaultsTest() {
        super(ServerKind.MYSQL, TestDatabase.Kind.MYSQL);
    }

    @Override
    List<Fault> more() {
        return List.of(
                Fault.global(ServerFinding.SYNC_BINLOG, "sync_binlog", "0", "1"),
                Fault.global(RefusedFinding.BINLOG_FORMAT, "binlog_format", "'STATEMENT'", "'ROW'"),
                Fault.driver(RefusedFinding.AFFECTED_ROWS, "useAffectedRows", "true"),
                Fault.of(RefusedFinding.SEVERAL_HOSTS, setUp -> setUp.url(MySqlFaultsTest::twice)));
    }

    private static String twice(String url) {
        return url.replaceFirst("//([^/]+)/", "//$1,$1/");
    }

    @Override
    Stream<Started> startedWith() {
        return Stream.of(new Started(ServerFinding.INNODB_DOUBLEWRITE, "--innodb-doublewrite=OFF"));
    }
}
