package io.orderflow.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JDBC URLs that let the driver change the server under a session. */
class UrlCheckTest {
    private static final String SAFE = "failOverReadOnly=false&secondsBeforeRetrySource=0&queriesBeforeRetrySource=0";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:mysql:loadbalance://a,b/shop",
                "jdbc:mysql:loadbalance://a/shop?" + SAFE,
                "jdbc:mysql:replication://a,b:3307/shop",
                "jdbc:mysql+srv:loadbalance://_mysql._tcp.example.org/shop",
                "JDBC:MySQL:LoadBalance://a,b/shop",
                "jdbc:mariadb:sequential://a,b/shop",
                "jdbc:mariadb:loadbalance:address=(host=a),address=(host=b)/shop",
                "jdbc:mariadb:replication://a,b/shop",
                "jdbc:mariadb:load-balance-read://a,b/shop"
            })
    void aModeOfTheDriverIsRefused(String url) {
        String refusal = UrlCheck.refusal(url).orElseThrow();
        assertTrue(refusal.startsWith("the JDBC URL begins with jdbc:m"), refusal);
        assertTrue(refusal.endsWith("give their pools to WritableDataSource"), refusal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:mysql://a,b/shop",
                "jdbc:mysql://a:3306,b:3307/shop?user=u&password=geheim",
                "jdbc:mysql://u:geheim@a,b/shop",
                "jdbc:mysql://address=(host=a)(port=1),address=(host=b)/shop",
                "jdbc:mysql://(host=a,port=1),(host=b,port=2)/shop",
                "jdbc:mysql+srv://_mysql._tcp.example.org/shop",
                "jdbc:mysql://a,b/shop?failOverReadOnly=false",
                "jdbc:mysql://a,b?failOverReadOnly=false&queriesBeforeRetrySource=0",
                "jdbc:mysql://a,b/shop?failOverReadOnly=false&secondsBeforeRetrySource=0&queriesBeforeRetrySource=00",
                "jdbc:mysql://a,b/shop?failOverReadOnly=true&secondsBeforeRetrySource=0&queriesBeforeRetrySource=0"
            })
    void severalHostsNeedSettings(String url) {
        String refusal = UrlCheck.refusal(url).orElseThrow();
        assertTrue(refusal.startsWith("the JDBC URL names several hosts"), refusal);
        assertTrue(refusal.endsWith("or add " + SAFE), refusal);
        assertFalse(refusal.contains("geheim"), refusal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:mysql://a/shop",
                "jdbc:mysql://[::1]:3306/shop?sessionVariables=a=1,b=2",
                "jdbc:mysql://(host=a,port=3306)/shop",
                "jdbc:mysql://address=(host=a)(port=1)/shop",
                "jdbc:mysql://a,b/shop?" + SAFE,
                "jdbc:mysql://a,b/?user=u&failoverreadonly=FALSE&secondsBeforeRetryMaster=0&queriesBeforeRetryMaster=0",
                "jdbc:mysql+srv://_mysql._tcp.example.org/shop?" + SAFE,
                "jdbc:mariadb://a,b/shop",
                "jdbc:h2:mem:shop",
                "null"
            })
    void othersPass(String url) {
        assertEquals(Optional.empty(), UrlCheck.refusal(url));
    }
}
