package shop;

import io.orderflow.WorkerConfig;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the shop's operator sets under {@code orderflow}.
 *
 * @param tablePrefix what the names of the library's tables begin with
 * @param submitTimeout longest that a buyer waits for the answer
 * @param journalTimeout how long the database may take before it counts as away
 * @param workers threads that decide
 * @param lease how long others wait for what a frozen worker held
 * @param drainTimeout longest that the end of the shop waits for what is being decided
 */
@ConfigurationProperties("orderflow")
public record ShopProperties(
        @DefaultValue("orderflow_") String tablePrefix,
        @DefaultValue("5s") Duration submitTimeout,
        @DefaultValue("2500ms") Duration journalTimeout,
        @DefaultValue("1") int workers,
        @DefaultValue("30s") Duration lease,
        @DefaultValue("10s") Duration drainTimeout) {

    WorkerConfig workerConfig() {
        return WorkerConfig.builder()
                .threads(workers)
                .lease(lease)
                .drainTimeout(drainTimeout)
                .build();
    }
}
