package io.orderflow.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers by what they say of themselves; of the strange ones none runs here. */
class LookAlikeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8.0.11-TiDB-v7.5.1 | TiDB Server (Apache License 2.0) Community Edition, MySQL 8.0 compatible | TiDB",
                "8.0.40-Vitess | Version: 21.0.0 (Git revision 0f9e) | Vitess",
                "8.0.30-vitess | | vitess",
                "5.7.25-OceanBase_CE-v4.2.1.0 | OceanBase_CE 4.2.1.0 (Built Nov 30 2023) | OceanBase",
                "5.7.25 | OceanBase 4.2.1.0 | OceanBase",
                "5.7.32 | SingleStoreDB source distribution (compatible; MySQL Enterprise) | SingleStore",
                "5.6.29-TDDL-5.4.12-16327949 | MySQL Server | TDDL",
                "5.7.22-ShardingSphere-Proxy 5.3.0 | | ShardingSphere",
                "8.0.31 | Dolt | Dolt"
            })
    void areRefusedByTheirName(String version, String comment, String name) {
        String refusal =
                LookAlike.refusal(version, String.valueOf(comment), true).orElseThrow();
        assertTrue(refusal.startsWith("the server is " + name + " (" + version + ")"), refusal);
        assertTrue(refusal.endsWith("use MySQL 8.0 or MariaDB 10.6, or later"), refusal);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "9.7.0 | MySQL Community Server - GPL",
                "8.0.36-28 | Percona Server (GPL), Release 28, Revision 47601f19",
                "8.0.35-27.1 | Percona XtraDB Cluster (GPL), Release rel27",
                "8.0.28 | Source distribution",
                "10.11.14-MariaDB-0+deb12u2-log | Debian 12",
                "11.4.2-MariaDB-ubu2404 | mariadb.org binary distribution"
            })
    void othersAreNot(String version, String comment) {
        assertEquals(Optional.empty(), LookAlike.refusal(version, comment, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.0.36", "10.11.6-MariaDB"})
    void whoLacksAnEngineThatAllHaveIsRefusedUnderAnyName(String version) {
        String refusal = LookAlike.refusal(version, "a database", false).orElseThrow();
        assertTrue(refusal.startsWith("the server (" + version + ", a database) lacks the engine MEMORY"), refusal);
    }
}
