package io.orderflow.internal.schema;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Servers that speak the language of MySQL and lock, count and roll back in ways of their own. No I/O. */
final class LookAlike {
    private static final Pattern NAME = Pattern.compile(
            "\\b(TiDB|Vitess|OceanBase|SingleStore|MemSQL|PolarDB-X|TDDL|ShardingSphere|Mycat|Dolt|Xpand|Clustrix"
                    + "|StarRocks|Doris|MatrixOne)",
            Pattern.CASE_INSENSITIVE);

    private LookAlike() {}

    /**
     * Why a server is refused; empty if it is none of them.
     *
     * @param version what it calls its version, such as {@code 8.0.11-TiDB-v7.5.1}
     * @param comment what {@code version_comment} says
     * @param memoryEngine whether it has the engine MEMORY, which neither MySQL nor MariaDB can be built without
     */
    static Optional<String> refusal(String version, String comment, boolean memoryEngine) {
        Matcher name = NAME.matcher(version + " " + comment);
        if (name.find()) {
            return Optional.of("the server is " + name.group(1) + " (" + version + "), where SKIP LOCKED,"
                    + " AUTO_INCREMENT or a lock means something else than on MySQL, and verdicts could be wrong;"
                    + " use MySQL 8.0 or MariaDB 10.6, or later");
        }
        return memoryEngine
                ? Optional.empty()
                : Optional.of("the server (" + version + ", " + comment + ") lacks the engine MEMORY, which each MySQL"
                        + " and MariaDB has, so it only looks like one; use MySQL 8.0 or MariaDB 10.6, or later");
    }
}
