package io.orderflow.examples.common;

import java.util.regex.Pattern;

/** Whether a JDBC URL says itself who logs in. */
final class UrlLogin {
    private static final Pattern BEFORE_HOST = Pattern.compile("//[^?;#]*@");
    private static final Pattern USER = Pattern.compile("[?&;(,]\\s*user\\s*=", Pattern.CASE_INSENSITIVE);
    private static final Pattern PASSWORD_BEFORE_HOST = Pattern.compile("//[^?;#]*:[^?;#]*@");
    private static final Pattern PASSWORD = Pattern.compile("[?&;(,]\\s*password1?\\s*=", Pattern.CASE_INSENSITIVE);

    private UrlLogin() {}

    static boolean hasUser(String url) {
        return BEFORE_HOST.matcher(url).find() || USER.matcher(url).find();
    }

    static boolean hasPassword(String url) {
        return PASSWORD_BEFORE_HOST.matcher(url).find() || PASSWORD.matcher(url).find();
    }
}
