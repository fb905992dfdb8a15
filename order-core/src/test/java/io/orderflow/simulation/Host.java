package io.orderflow.simulation;

import io.orderflow.AdjustmentResult;
import io.orderflow.OrderRequest;
import io.orderflow.PlaceResult;
import io.orderflow.StockAdjustment;
import io.orderflow.StoreUnavailableException;
import io.orderflow.WalletAdjustment;
import io.orderflow.internal.admin.JdbcInventory;
import io.orderflow.internal.admin.JdbcWallets;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.journal.AcceptedOrders;
import io.orderflow.internal.journal.OrderPlacement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What the hosts do besides submitting: open the shop, adjust stock and wallets, place orders in transactions of their
 * own.
 */
final class Host {
    private final Simulation run;
    private final Requests requests;
    private final RandomGenerator random;
    private final Actor actor = new Actor("host");
    private final List<Transaction> open = new ArrayList<>();
    private final Set<String> applied = new HashSet<>();
    private final JdbcInventory inventory;
    private final JdbcWallets wallets;
    private int references;

    /** A transaction that is still open, with the order that it placed. */
    private record Transaction(Connection connection, OrderRequest request, PlaceResult result) {}

    Host(Simulation run, Requests requests) {
        this.run = run;
        this.requests = requests;
        this.random = run.random();
        this.inventory = run.hostSide().inventory();
        this.wallets = run.hostSide().wallets();
    }

    /** Little of everything, so that much is sold out and many a buyer is poor. */
    void openShop() {
        List<StockAdjustment> products = new ArrayList<>();
        for (int product = 1; product <= Requests.PRODUCTS; product++) {
            int pieces = random.nextInt(60);
            products.add(StockAdjustment.define(product, Requests.PRICE * product, pieces, "define-" + product));
            if (product > 1 && pieces % 3 == 0) {
                products.add(StockAdjustment.setMaxPerBuyer(product, 1 + pieces % 7, "limit-" + product));
            }
        }
        run.database().hostSide().inventory().applyAll(products);
        List<WalletAdjustment> opened = new ArrayList<>();
        for (int buyer = 1; buyer <= Requests.BUYERS; buyer++) {
            opened.add(WalletAdjustment.open(buyer, random.nextInt(2_000), "open-" + buyer));
        }
        run.database().hostSide().wallets().applyAll(opened);
    }

    /** Adjusts something, at times under a reference that was used before, which always asks for the same. */
    void adjust() throws InterruptedException {
        int number = references == 0 || random.nextInt(4) > 0 ? ++references : 1 + random.nextInt(references);
        String reference = "adjust-" + number;
        run.stage().play(actor, () -> {
            try {
                AdjustmentResult result = adjust(number, reference);
                run.trace().add(reference + " " + result);
                if (result instanceof AdjustmentResult.Applied && !applied.add(reference)) {
                    throw new AssertionError("I7: " + reference + " was applied twice");
                }
            } catch (StoreUnavailableException e) {
                run.trace().add(reference + " " + e.getMessage());
            } catch (Death | Stumble e) {
                run.trace().add(reference + " " + e.getMessage());
                run.bury(actor);
                open.clear();
            }
        });
    }

    private AdjustmentResult adjust(int number, String reference) {
        long buyer = 1 + number / 4 % Requests.BUYERS;
        long product = 1 + number / 4 % Requests.PRODUCTS;
        return switch (number % 4) {
            case 0 -> wallets.deposit(buyer, 300, reference);
            case 1 -> wallets.withdraw(buyer, 200, reference);
            case 2 -> inventory.restock(product, 5, reference);
            default -> change(number / 4 % 6, product, reference);
        };
    }

    private AdjustmentResult change(int kind, long product, String reference) {
        return switch (kind) {
            case 0, 1 -> inventory.setMaxPerBuyer(product, 3L + kind, reference);
            case 2 -> inventory.removeMaxPerBuyer(product, reference);
            default -> inventory.correct(product, -2, reference);
        };
    }

    /** Places an order in a transaction of its own, or ends one that is open. */
    void transact() throws InterruptedException {
        if (!open.isEmpty() && random.nextBoolean()) {
            end(open.remove(random.nextInt(open.size())));
            return;
        }
        // only an id that nobody else uses may stay uncommitted: others would wait for its row in real time
        boolean unshared = random.nextBoolean();
        OrderRequest request = unshared ? requests.unshared() : requests.next();
        run.stage().play(actor, () -> {
            try {
                Connection connection = run.dataSource().getConnection();
                connection.setAutoCommit(false);
                OrderPlacement placement = new OrderPlacement(
                        run.database().tables(),
                        new AcceptedOrders(AcceptedOrders.MOST, System::nanoTime),
                        id -> Optional.empty());
                Transaction transaction =
                        new Transaction(connection, request, placement.place(connection, OrderEntry.of(request)));
                run.trace().add("place " + request + ": " + transaction.result());
                if (unshared && random.nextBoolean()) {
                    open.add(transaction);
                } else {
                    end(transaction);
                }
            } catch (SQLException | Death | Stumble e) {
                run.trace().add("the host could not place " + request + ": " + e.getMessage());
                run.bury(actor);
                open.clear();
            }
        });
    }

    private void end(Transaction transaction) throws InterruptedException {
        boolean commits = random.nextInt(4) > 0;
        run.stage().play(actor, () -> {
            boolean done = false;
            try {
                if (commits) {
                    transaction.connection().commit();
                } else {
                    transaction.connection().rollback();
                }
                done = true;
            } catch (SQLException | Death | Stumble e) {
                run.trace().add("the host could not end its transaction: " + e.getMessage());
            }
            run.trace()
                    .add((commits ? "commit" : "rollback") + " of "
                            + transaction.request().id() + ": " + done);
            if (commits) {
                run.book().placed(transaction.request(), transaction.result(), done);
            }
            close(transaction.connection());
        });
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new AssertionError("a host's connection", e);
        }
    }

    /** Ends all transactions. */
    void endAll() throws InterruptedException {
        while (!open.isEmpty()) {
            end(open.remove(0));
        }
    }
}
