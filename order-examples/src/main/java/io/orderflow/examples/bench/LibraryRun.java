package io.orderflow.examples.bench;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.orderflow.examples.loadtest.report.LoadResult;
import java.util.Optional;
import java.util.OptionalDouble;

/** What is told of each of the library's runs beside its rate, under the names that a load test gives it. */
@JsonNaming(SnakeCaseStrategy.class)
record LibraryRun(
        long accepted,
        long completed,
        long rejected,
        long parked,
        long lost,
        long duplicated,
        double acceptPerS,
        double endToEndS,
        OptionalDouble dbCommitsPerOrder,
        OptionalDouble statementsPerOrder,
        double processCpuS,
        Optional<Boolean> auditOk,
        Optional<Long> auditDifferences,
        long resubmissions,
        Optional<String> firstProblem) {
    static LibraryRun of(LoadResult result) {
        return new LibraryRun(
                result.orders().accepted(),
                result.orders().completed(),
                result.orders().rejected(),
                result.orders().parked(),
                result.orders().lost(),
                result.orders().duplicated(),
                result.orders().acceptPerS(),
                result.orders().endToEndS(),
                result.cost().dbCommitsPerOrder(),
                result.cost().statementsPerOrder(),
                result.cost().processCpuS(),
                result.checks().auditOk(),
                result.checks().auditDifferences(),
                result.checks().resubmissions(),
                result.checks().firstProblem());
    }
}
