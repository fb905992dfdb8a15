package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitOutcome;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** How the shop ends, on the web and without it. */
@ExtendWith(OutputCaptureExtension.class)
class EndTest {
    private static final Pattern STEPS =
            Pattern.compile("Graceful shutdown complete|order processor closed|Shutdown completed");

    /** Answers when the application has begun to end. */
    @RestController
    static class SlowController {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch ending = new CountDownLatch(1);
        private final OrderProcessor orders;

        SlowController(OrderProcessor orders) {
            this.orders = orders;
        }

        @EventListener
        void ends(ContextClosedEvent event) {
            ending.countDown();
        }

        @GetMapping("/slow")
        String slow() throws InterruptedException {
            asked.countDown();
            assertTrue(ending.await(2, TimeUnit.MINUTES));
            return orders.submit(OrderRequest.of(7).line(1, 1).build()).outcome().name();
        }
    }

    @Test
    void theWebServerThenTheProcessorThenThePool(CapturedOutput output) throws Exception {
        ConfigurableApplicationContext shop = start(WebApplicationType.SERVLET, "ends", SlowController.class);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:"
                        + shop.getEnvironment().getProperty("local.server.port") + "/slow"))
                .build();
        CompletableFuture<HttpResponse<String>> answer =
                HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());
        assertTrue(shop.getBean(SlowController.class).asked.await(2, TimeUnit.MINUTES));
        shop.close();

        assertEquals(SubmitOutcome.ACCEPTED.name(), answer.get(2, TimeUnit.MINUTES).body());
        assertEquals(
                List.of("Graceful shutdown complete", "order processor closed", "Shutdown completed"), steps(output));
    }

    @Test
    void withoutAWebServerOrdersAreDecidedToo(CapturedOutput output) throws Exception {
        try (ConfigurableApplicationContext shop = start(WebApplicationType.NONE, "alone")) {
            OrderProcessor orders = shop.getBean(OrderProcessor.class);
            var result = orders.submit(OrderRequest.of(7).line(1, 1).build());
            assertEquals(250, orders.await(result.orderId(), Duration.ofMinutes(2)).orElseThrow().total());
        }

        assertEquals(List.of("order processor closed", "Shutdown completed"), steps(output));
    }

    private static ConfigurableApplicationContext start(WebApplicationType type, String database, Class<?>... more) {
        return new SpringApplicationBuilder(Shop.class)
                .sources(more)
                .web(type)
                .run("--spring.datasource.url=jdbc:h2:mem:" + database
                        + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE", "--server.port=0");
    }

    private static List<String> steps(CapturedOutput output) {
        return STEPS.matcher(output).results().map(MatchResult::group).toList();
    }
}
