package io.orderflow.examples.bench;

import io.orderflow.OrderRequest;
import io.orderflow.examples.loadtest.orders.LoadData;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;

/**
 * An order of one line as the bare programs write it, with the bytes that the library stores for one of the load
 * test's.
 *
 * @param id the order's id as 32 hex digits
 * @param fingerprint 16 bytes that differ from order to order, as hex digits
 * @param request the request as the library encodes it, as hex digits
 * @param buyer who buys
 * @param product what is bought, one piece
 * @param price what the piece costs
 */
record BareOrder(String id, String fingerprint, String request, long buyer, long product, long price) {
    private static final HexFormat HEX = HexFormat.of();

    /** Draws an order, under an id as the library makes them: their order in time is what the clustered index sees. */
    static BareOrder draw(Random random, int buyers, int products) {
        long buyer = LoadData.FIRST_BUYER + random.nextInt(buyers);
        long product = LoadData.FIRST_PRODUCT + random.nextInt(products);
        UUID id = OrderRequest.of(buyer).line(product, 1).build().id();
        return new BareOrder(
                hex(id.getMostSignificantBits(), id.getLeastSignificantBits()),
                hex(random.nextLong(), random.nextLong()),
                request(product),
                buyer,
                product,
                LoadData.price(product));
    }

    private static String hex(long high, long low) {
        return HEX.toHexDigits(high) + HEX.toHexDigits(low);
    }

    /**
     * Version, one line, the product's digits to the base 128, lowest first; one piece, any price, no data of the
     * host's.
     */
    private static String request(long product) {
        StringBuilder request = new StringBuilder("0101");
        long rest = product;
        while (rest > 0x7f) {
            request.append(HEX.toHexDigits((byte) (rest | 0x80)));
            rest >>>= 7;
        }
        return request.append(HEX.toHexDigits((byte) rest)).append("010000").toString();
    }
}
