package io.orderflow.examples.loadtest.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Figures as people read them, the same in every language and country. */
final class Texts {
    private static final int PLACES = 4;

    private Texts() {}

    /** Thousands apart; four places after the point below 1, three below 100, one above. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "no value";
        }
        double size = Math.abs(value);
        int places = size < 1 ? PLACES : size < 100 ? PLACES - 1 : 1;
        return number(BigDecimal.valueOf(value).setScale(places, RoundingMode.HALF_UP));
    }

    private static String number(BigDecimal value) {
        DecimalFormat format = new DecimalFormat("#,##0.####", DecimalFormatSymbols.getInstance(Locale.ROOT));
        return format.format(value);
    }
}
