package io.orderflow.examples.loadtest.report;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Map;
import java.util.Optional;

/**
 * What the servers say about versions and durability. The names in JSON are those of the components.
 *
 * @param database which database it is
 * @param innodbFlushLogAtTrxCommit the database's variable of this name
 * @param syncBinlog the database's variable of this name
 * @param logBin the database's variable of this name
 * @param queue which queue it is
 * @param queueServer the queue's server, in its own words
 * @param queueDurability what the queue's server says of its durability
 * @param reasons why a value is null, by its name
 */
@JsonNaming(SnakeCaseStrategy.class)
public record ServerSettings(
        String database,
        Optional<String> innodbFlushLogAtTrxCommit,
        Optional<String> syncBinlog,
        Optional<String> logBin,
        String queue,
        Optional<String> queueServer,
        Optional<String> queueDurability,
        Map<String, String> reasons) {}
