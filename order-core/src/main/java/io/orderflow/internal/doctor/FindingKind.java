package io.orderflow.internal.doctor;

import io.orderflow.Finding;
import java.util.Locale;

/** What can be found, beside what queues say themselves. A test holds the documents' tables against all of them. */
interface FindingKind {
    /** The constant's name. */
    String name();

    /** It was found. */
    Finding of(String found);

    /** Its name as users see it. */
    default String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
