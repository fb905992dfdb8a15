package io.orderflow.examples.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code -Dtest.passwords=N} sets how many passwords at random are tried in each form of an address. */
@DisplayName("Of a server's address")
class ShownAddressTest {
    private static final int PASSWORDS = Integer.getInteger("test.passwords", 2_000);

    /** Characters that mean something in an address, and some that do not. */
    private static final String ALPHABET = "abcXYZ019@:/?#&;=%+ ~!$'()*,[]{}|^\"<>\\.-_äé";

    private static final List<UnaryOperator<String>> FORMS = List.of(
            password -> "jdbc:mysql://u:" + password + "@h:3306/shop",
            password -> "jdbc:mysql://u:" + password + "@h",
            password -> "jdbc:mysql:loadbalance://u:" + password + "@h1:1,h2:2/shop",
            password -> "jdbc:mysql:replication://h1,u:" + password + "@h2/shop",
            password -> "jdbc:mysql://u:" + password + "@[h1:1,h2:2]/shop",
            password -> "jdbc:mysql+srv://:" + password + "@h/shop",
            password -> "jdbc:mariadb://u:" + password + "@h/shop",
            password -> "mysqlx://u:" + password + "@h/shop",
            password -> "redis://:" + password + "@h:6379/1",
            password -> "rediss://u:" + password + "@h",
            password -> "amqp://u:" + password + "@h/%2f",
            password -> "amqps://u:" + password + "@h:5671",
            password -> "amqp://u:" + password + "@h1:1,h2/%2f",
            password -> "http://u:" + password + "@h:8080",
            password -> "u:" + password + "@h");

    /**
     * Forms in which a password ends where the next key begins, so that it must be encoded or have no such characters.
     */
    private static final List<UnaryOperator<String>> KEYS = List.of(
            password -> "jdbc:mysql://h/shop?password=" + password,
            password -> "jdbc:mysql://h/shop?user=u&password=" + password + "&useSSL=true",
            password -> "jdbc:mysql://h/shop?PASSWORD1=" + password,
            password -> "jdbc:mysql://(host=h,port=1,user=u,password=" + password + ")/shop",
            password -> "jdbc:mysql://address=(host=h)(port=1)(user=u)(password=" + password + ")/shop",
            password -> "jdbc:mysql://[(host=h,password=" + password + "),(host=h2,password=" + password + ")]/shop",
            password -> "jdbc:mariadb://address=(password=" + password + ")(host=h)/shop",
            password -> "jdbc:h2:file:/tmp/shop;USER=sa;PASSWORD=" + password,
            password -> "jdbc:h2:tcp://h:1/shop;PASSWORD=" + password + ";MODE=MySQL",
            password -> "redis://h?password=" + password,
            password -> "amqp://h/v?token=" + password);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jdbc:mysql://127.0.0.1:3306/shop | jdbc:mysql://127.0.0.1:3306/shop",
                "jdbc:mysql://u:p@h:3306/shop?password=p | jdbc:mysql://h:3306/shop",
                "jdbc:mysql://h/shop?user=u@h&password=a@b | jdbc:mysql://h/shop",
                "jdbc:mysql://h1:1,h2/shop | jdbc:mysql://h1:1,h2/shop",
                "jdbc:mysql://[h1:1,h2]/shop | jdbc:mysql://h1:1,h2/shop",
                "jdbc:mysql://[::1]:3306/shop | jdbc:mysql://[::1]:3306/shop",
                "jdbc:mysql://(host=h,port=1,password=p)/shop | jdbc:mysql://h:1/shop",
                "jdbc:mysql://address=(host=h)(port=1)(password=p) | jdbc:mysql://h:1",
                "jdbc:mysql:///shop | jdbc:mysql:///shop",
                "jdbc:mariadb://u:p@h/shop | jdbc:mariadb://h/shop",
                "jdbc:h2:file:/tmp/my shop;PASSWORD=p | jdbc:h2:file:/tmp/my shop",
                "jdbc:h2:mem:x | jdbc:h2:mem:x",
                "jdbc:h2:tcp://h:9/~/shop;MODE=MySQL | jdbc:h2:tcp://...",
                "redis://u:p@h:6379/2 | redis://h:6379/2",
                "amqp://u:p@h/%2f | amqp://h/%2f",
                "amqp://u:p@h1:1,h2,[::1]:3/%2f | amqp://h1:1,h2,[::1]:3/%2f",
                "jdbc:mysql://u:1234?5@h/shop | jdbc:mysql://...",
                "jdbc:mysql://h/shop%3Fpassword=p | jdbc:mysql://...",
                "jdbc:oracle:thin:scott/tiger@h | jdbc:...",
                "u:p@h | ..."
            })
    @DisplayName("what is a scheme, a host or a path is shown, and nothing else")
    void examples(String address, String shown) {
        assertEquals(shown, ShownAddress.of(address));
    }

    @Test
    @DisplayName("no password is shown, wherever it stands and whatever characters it has")
    void property() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < PASSWORDS; i++) {
            String password = password(random);
            String encoded = URLEncoder.encode(password, StandardCharsets.UTF_8);
            for (UnaryOperator<String> form : FORMS) {
                assertHidden(password, password, form.apply(password), seed);
                assertHidden(password, encoded, form.apply(encoded), seed);
            }
            for (UnaryOperator<String> form : KEYS) {
                assertHidden(password, encoded, form.apply(encoded), seed);
                String plain = password.replaceAll("[(),&;#]", "x");
                assertHidden(plain, plain, form.apply(plain), seed);
            }
        }
    }

    /** Begins and ends with marks that nothing else here has, of which neither may be left. */
    private static String password(Random random) {
        StringBuilder password = new StringBuilder("Qq");
        random.ints(random.nextInt(12), 0, ALPHABET.length()).forEach(i -> password.append(ALPHABET.charAt(i)));
        return password.append("Zz").toString();
    }

    private static void assertHidden(String password, String written, String address, long seed) {
        String shown = ShownAddress.of(address);
        String said = new Redaction(address, "")
                .of("Malformed database URL, near '" + written + "' in " + address + " (" + password + ")");
        for (String mark : List.of("Qq", "Zz")) {
            assertFalse(shown.contains(mark), () -> address + " is shown as " + shown + ", seed " + seed);
            assertFalse(said.contains(mark), () -> address + " is told as " + said + ", seed " + seed);
        }
    }

    @Test
    @DisplayName("a driver's words lose what it repeats of the address, in every cause, and keep state and code")
    void redaction() {
        String address = "jdbc:mysql://u:s3cret@h/shop";
        Redaction redaction = new Redaction(address, "of the file");
        SQLException deepest = new SQLException("near u:s3cret@h", "08001", 7);
        SQLException failure =
                new SQLException("refused of the file", "28000", 1_045, new IllegalStateException(deepest));
        SQLException clean = redaction.of(failure);
        assertEquals("refused ***", clean.getMessage());
        assertEquals("28000", clean.getSQLState());
        assertEquals(1_045, clean.getErrorCode());
        assertEquals("near ***@h", clean.getCause().getCause().getMessage());
        SQLException harmless = new SQLException("Access denied for user 'u'@'h'");
        assertEquals(harmless, redaction.of(harmless));
    }

    @Test
    @DisplayName("a driver that does not understand it says so without a part of it")
    void notUnderstood() {
        for (String url : List.of(
                "jdbc:mysql://u:pa:ss@Qq@127.0.0.1:1/shop",
                "jdbc:mysql://u:Qq/w@127.0.0.1:1/shop",
                "jdbc:mysql://u:Qq?w@127.0.0.1:1/shop",
                "jdbc:mysql://u:Qq%zz@127.0.0.1:1/shop",
                "jdbc:mysql:Qq")) {
            ServerDatabase database = new ServerDatabase(url, new Properties(), new Redaction(url, ""));
            SQLException e = assertThrows(SQLException.class, database::getConnection);
            for (Throwable one = e; one != null; one = one.getCause()) {
                assertFalse(String.valueOf(one).contains("Qq"), one.toString());
            }
        }
    }
}
