package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Limits;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.Seeds;
import io.orderflow.internal.engine.Ledger.Account;
import io.orderflow.internal.replay.ShopModel;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The decision in memory against the model, on random shops and orders. */
class VerdictTest {
    private static final int SHOPS = 5_000;
    private static final int ORDERS = 30;
    private static final int IDS = 5;

    @Test
    void everyVerdictIsTheModels() {
        int[] reached = new int[8];
        Seeds.forEach(SHOPS, random -> {
            ShopModel model = new ShopModel();
            Ledger ledger = new Ledger();
            open(model, ledger, random);
            for (int i = 0; i < ORDERS; i++) {
                OrderEntry order = order(random, model);
                lock(ledger, order);
                Verdict verdict = Verdict.reach(order, ledger);
                assertEquals(
                        model.decide(order.buyer(), order.payment(), order.lines()),
                        new ShopModel.Decision(verdict.rejectReason(), verdict.total()),
                        () -> "of " + order.payment() + " " + order.lines());
                reached[verdict.rejectReason().map(Codes::of).orElse(0)]++;
            }
            assertEquals(new TreeMap<>(model.balances()), balances(ledger));
            assertEquals(new TreeMap<>(model.available()), available(ledger));
            assertEquals(model.purchases(), purchases(ledger));
        });
        for (int reason = 0; reason < reached.length; reason++) {
            assertTrue(reached[reason] > SHOPS / 10, "reason " + reason + " was reached " + reached[reason] + " times");
        }
    }

    private static void open(ShopModel model, Ledger ledger, SplittableRandom random) {
        for (long id = 0; id < IDS; id++) {
            if (random.nextInt(20) > 0) {
                long balance = amount(random, Limits.BALANCE);
                model.openWallet(id, balance);
                ledger.putWallet(id, balance);
            }
            if (random.nextInt(20) > 0) {
                long available = amount(random, Limits.BALANCE);
                long price = amount(random, Limits.AMOUNT);
                model.defineProduct(id, available, price);
                long most = random.nextInt(3) > 0 ? 0 : Math.max(1, amount(random, Limits.BALANCE));
                if (most > 0) {
                    model.setMaxPerBuyer(id, most);
                }
                ledger.putStock(id, available, price, most > 0 ? new BuyerLimit(most, 1) : BuyerLimit.NONE);
            }
        }
    }

    /** Nobody has anything at first. */
    private static void lock(Ledger ledger, OrderEntry order) {
        for (Share share : Share.of(List.of(order), ledger)) {
            if (ledger.purchase(share) == null) {
                ledger.putNoPurchase(share);
            }
        }
    }

    private static Map<String, Long> purchases(Ledger ledger) {
        return ledger.changedPurchases().stream()
                .collect(Collectors.toMap(
                        purchase -> purchase.share().product() + "/"
                                + purchase.share().buyer(),
                        Account::now));
    }

    private static OrderEntry order(SplittableRandom random, ShopModel model) {
        OrderRequest.Builder request = OrderRequest.of(random.nextInt(IDS));
        request.payment(random.nextInt(3) == 0 ? Payment.EXTERNAL : Payment.WALLET);
        int lines = 1 + random.nextInt(random.nextInt(10) == 0 ? Limits.LINES : 4);
        for (int i = 0; i < lines; i++) {
            long product = random.nextInt(IDS);
            int quantity = (int) Math.max(1, amount(random, Limits.QUANTITY));
            long price = model.prices().getOrDefault(product, 0L);
            boolean statesPrice = random.nextInt(3) == 0 && price <= Limits.AMOUNT / Limits.LINES / quantity;
            if (statesPrice) {
                request.line(product, quantity, random.nextInt(40) == 0 ? price + 1 : price);
            } else {
                request.line(product, quantity);
            }
        }
        return OrderEntry.of(request.build());
    }

    /** Mostly small, at times the largest or next to it. */
    private static long amount(SplittableRandom random, long largest) {
        return switch (random.nextInt(10)) {
            case 0 -> 0;
            case 1 -> largest - random.nextInt(2);
            case 2 -> random.nextLong(largest + 1);
            default -> random.nextLong(Math.min(largest, 1_000) + 1);
        };
    }

    private static Map<Long, Long> balances(Ledger ledger) {
        Map<Long, Long> balances = new TreeMap<>();
        for (long id = 0; id < IDS; id++) {
            if (ledger.wallet(id) != null) {
                balances.put(id, ledger.wallet(id).now());
            }
        }
        return balances;
    }

    private static Map<Long, Long> available(Ledger ledger) {
        Map<Long, Long> available = new TreeMap<>();
        for (long id = 0; id < IDS; id++) {
            if (ledger.stock(id) != null) {
                available.put(id, ledger.stock(id).now());
            }
        }
        return available;
    }
}
