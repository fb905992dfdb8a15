package io.orderflow.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultProxy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A target that accepts and never answers")
class SilentTargetTest {
    private static final int SOME = 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    @DisplayName("is given up after the time-out and tried again, and gets each event in its order")
    void isTriedAgain(Receiver.Kind kind) throws Exception {
        try (RelayShop shop = new RelayShop();
                Receiver receiver = Receiver.open(kind);
                FaultProxy proxy = FaultProxy.to("127.0.0.1", receiver.port())) {
            shop.decide(SOME);
            proxy.blackHole();
            try (RelayProcess relay = shop.relay(folder, receiver.options(proxy.port()))) {
                awaitTold(1, kind, relay);
                Eventually.await("a third try", RelayShop.BOUND, () -> proxy.connections() > 2, relay::toString);
                assertEquals(List.of(), receiver.received(), relay::toString);
                proxy.pass();
                RelayShop.await("all came", () -> receiver.received().size() >= SOME, receiver, relay);
                assertEquals(shop.all(), receiver.received(), relay::toString);
                answersGetLost(shop, kind, receiver, proxy, relay);
            }
        }
    }

    /** The target has what it does not answer, and gets it again. */
    private static void answersGetLost(
            RelayShop shop, Receiver.Kind kind, Receiver receiver, FaultProxy proxy, RelayProcess relay)
            throws Exception {
        Eventually.await("the cursor moved", RelayShop.BOUND, () -> shop.behind() == 0, relay::toString);
        proxy.blackHole(FaultProxy.Direction.DOWN);
        shop.decide(SOME);
        awaitTold(2, kind, relay);
        proxy.pass();
        Eventually.await("the cursor moved", RelayShop.BOUND, () -> shop.behind() == 0, relay::toString);
        assertEquals(shop.all(), RelayShop.seen(receiver), relay::toString);
    }

    private static void awaitTold(int times, Receiver.Kind kind, RelayProcess relay) {
        String reason = switch (kind) {
            case RABBITMQ -> ": the server did not answer in time; sent again until it is taken";
            case REDIS -> ": SocketTimeoutException: Read timed out; sent again until it is taken";
            case WEBHOOK -> ": no answer within 2 s; sent again until it is taken";
        };
        Eventually.await(
                "time-out " + times + " is told", RelayShop.BOUND, () -> relay.count(reason) == times, relay::toString);
    }
}
