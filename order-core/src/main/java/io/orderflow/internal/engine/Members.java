package io.orderflow.internal.engine;

import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The members of a batch as its row has them, in the order of their places: 16 bytes each, the id. Where one came to
 * something else than {@link BatchKind#usual}, one byte follows for each, which says to what.
 */
public final class Members {
    private Members() {}

    /**
     * A member of a batch.
     *
     * @param id of the order, or of the change
     * @param code what it came to; what that means depends on the batch's kind
     */
    public record Member(UUID id, int code) {}

    /** The literal for members that all came to the usual. */
    public static <T> String literal(List<T> members, Function<T, UUID> id) {
        StringBuilder sql = new StringBuilder(members.size() * 2 * OrderIds.BYTES + 3).append("x'");
        members.forEach(member -> SqlText.digits(sql, id.apply(member)));
        return sql.append('\'').toString();
    }

    /**
     * The literal for members.
     *
     * @param code what each came to, 0 to 255
     */
    public static <T> String literal(BatchKind kind, List<T> members, Function<T, UUID> id, ToIntFunction<T> code) {
        String ids = literal(members, id);
        if (members.stream().allMatch(member -> code.applyAsInt(member) == kind.usual())) {
            return ids;
        }
        StringBuilder sql = new StringBuilder(ids.length() + 2 * members.size());
        sql.append(ids, 0, ids.length() - 1);
        for (T member : members) {
            int value = code.applyAsInt(member);
            sql.append(Character.forDigit(value >> 4, 16)).append(Character.forDigit(value & 0xf, 16));
        }
        return sql.append('\'').toString();
    }

    /**
     * Reads the members of a row.
     *
     * @param size how many the row says there are
     * @throws IllegalStateException if the bytes are not those of as many members
     */
    public static List<Member> read(BatchKind kind, byte[] bytes, int size) {
        boolean usual = bytes.length == size * OrderIds.BYTES;
        if (!usual && bytes.length != size * (OrderIds.BYTES + 1)) {
            throw new IllegalStateException(
                    "a batch of " + size + " has members of " + bytes.length + " bytes in the database");
        }
        List<Member> members = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            int code = usual ? kind.usual() : bytes[size * OrderIds.BYTES + i] & 0xff;
            members.add(new Member(OrderIds.fromBytes(bytes, i * OrderIds.BYTES), code));
        }
        return members;
    }
}
