package io.orderflow.internal.admin;

import io.orderflow.AdjustmentResult;
import io.orderflow.Inventory;
import io.orderflow.Product;
import io.orderflow.StockAdjustment;
import io.orderflow.internal.engine.Adjustment;
import io.orderflow.internal.engine.Adjustment.Kind;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import org.jdbi.v3.core.Handle;

/** The inventory in the database. Thread-safe. */
public final class JdbcInventory implements Inventory {
    private final Tables tables;
    private final Store store;
    private final Adjustments adjustments;

    /** An inventory in the tables. */
    public JdbcInventory(Tables tables, Store store, Adjustments adjustments) {
        this.tables = tables;
        this.store = store;
        this.adjustments = adjustments;
    }

    @Override
    public AdjustmentResult define(long product, long unitPrice, long available, String reference) {
        return applyAll(List.of(StockAdjustment.define(product, unitPrice, available, reference)))
                .get(0);
    }

    @Override
    public AdjustmentResult restock(long product, long quantity, String reference) {
        return applyAll(List.of(StockAdjustment.restock(product, quantity, reference)))
                .get(0);
    }

    @Override
    public AdjustmentResult correct(long product, long quantity, String reference) {
        return applyAll(List.of(StockAdjustment.correct(product, quantity, reference)))
                .get(0);
    }

    @Override
    public AdjustmentResult setPrice(long product, long unitPrice, String reference) {
        return applyAll(List.of(StockAdjustment.setPrice(product, unitPrice, reference)))
                .get(0);
    }

    @Override
    public AdjustmentResult setMaxPerBuyer(long product, long pieces, String reference) {
        return applyAll(List.of(StockAdjustment.setMaxPerBuyer(product, pieces, reference)))
                .get(0);
    }

    @Override
    public AdjustmentResult removeMaxPerBuyer(long product, String reference) {
        return applyAll(List.of(StockAdjustment.removeMaxPerBuyer(product, reference)))
                .get(0);
    }

    @Override
    public List<AdjustmentResult> applyAll(List<StockAdjustment> all) {
        return adjustments.apply(all.stream().map(JdbcInventory::adjustment).toList());
    }

    private static Adjustment adjustment(StockAdjustment asked) {
        Kind kind = switch (asked.kind()) {
            case DEFINE -> Kind.DEFINE;
            case RESTOCK -> Kind.RESTOCK;
            case CORRECT -> Kind.CORRECT;
            case SET_PRICE -> Kind.SET_PRICE;
            case SET_MAX_PER_BUYER -> Kind.SET_MAX_PER_BUYER;
            case REMOVE_MAX_PER_BUYER -> Kind.REMOVE_MAX_PER_BUYER;
        };
        return new Adjustment(
                Adjustments.idOf(asked.reference()),
                kind,
                asked.product(),
                asked.quantity(),
                asked.unitPrice(),
                asked.reference());
    }

    @Override
    public Optional<Product> find(long product) {
        return findAll(List.of(product)).stream().findFirst();
    }

    @Override
    public List<Product> findAll(Collection<Long> products) {
        List<Long> ids = products.stream().distinct().sorted().toList();
        return ids.isEmpty() ? List.of() : store.read(ids.size() + " products", handle -> found(handle, ids));
    }

    /** One statement, so that all are of one moment; in parts, since a server gives up its index for a long list. */
    private List<Product> found(Handle handle, List<Long> ids) throws SQLException {
        StringJoiner sql = new StringJoiner(" UNION ALL ", "", " ORDER BY product");
        for (List<Long> piece : SqlText.pieces(ids, SqlText.PIECE)) {
            StringBuilder part = new StringBuilder("SELECT product, unit_price, available, max_per_buyer FROM ");
            part.append(tables.stock()).append(" WHERE product IN (");
            SqlText.list(part, piece, StringBuilder::append);
            sql.add(part.append(')'));
        }
        List<Product> found = new ArrayList<>();
        try (Statement statement = handle.getConnection().createStatement();
                ResultSet row = statement.executeQuery(sql.toString())) {
            while (row.next()) {
                OptionalLong most = row.getLong(4) == 0 ? OptionalLong.empty() : OptionalLong.of(row.getLong(4));
                found.add(new Product(row.getLong(1), row.getLong(2), row.getLong(3), most));
            }
        }
        return found;
    }
}
