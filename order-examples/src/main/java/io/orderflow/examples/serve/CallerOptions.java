package io.orderflow.examples.serve;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say which sites may ask, and how much one client may. */
final class CallerOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Option(
            names = "--cors-origin",
            paramLabel = "ORIGIN",
            description = "Another site whose pages may ask, such as https://shop.example; may be given several times."
                    + " Not for the live page. Default: none")
    private List<String> origins = List.of();

    @Option(
            names = "--rate-limit",
            paramLabel = "N",
            description = "Most requests a second of one address, or of one IPv6 network of 64 bits; each order of a"
                    + " batch counts. Refused with 429. Default: any number")
    private Optional<Integer> rate;

    @Option(
            names = "--rate-burst",
            paramLabel = "N",
            description = "Requests that may come at once after a rest. Default: as many as in a second")
    private Optional<Integer> burst;

    @Option(
            names = "--trusted-proxy",
            paramLabel = "ADDRESS",
            description = "The address of a proxy of yours, or a network such as 10.0.0.0/8 in which all are yours,"
                    + " whose X-Forwarded-For names the client; may be given several times. Only with --rate-limit"
                    + " or a token. Default: none")
    private List<String> proxies = List.of();

    /** Made by the command line. */
    CallerOptions() {}

    /**
     * Who may ask, and how much.
     *
     * @throws ParameterException if an option's value cannot be used, or has no effect
     */
    HttpConfig config(Access access) {
        origins.forEach(this::checkOrigin);
        Set<ProxyNetwork> trusted = proxies.stream().map(this::proxy).collect(Collectors.toSet());
        if (!trusted.isEmpty() && rate.isEmpty() && !access.tokens().hasTokens()) {
            throw wrong("--trusted-proxy has no effect without --rate-limit or a token");
        }
        return new HttpConfig(access, origins, rate.map(this::rule).or(this::none), new TrustedProxies(trusted));
    }

    private void checkOrigin(String origin) {
        if (origin.equals("*")) {
            throw wrong("--cors-origin must name each site: with * every site that a person visits could read orders"
                    + " and wallets, and send what it likes");
        }
        BrowserOrigin.complaint(origin).ifPresent(rule -> {
            throw wrong("--cors-origin must " + rule + ": " + origin);
        });
    }

    private RateRule rule(int perSecond) {
        check("--rate-limit", perSecond);
        int atOnce = burst.orElse(perSecond);
        check("--rate-burst", atOnce);
        return new RateRule(perSecond, atOnce);
    }

    private void check(String option, int value) {
        if (value < 1 || value > RateRule.MOST) {
            throw wrong(option + " must be between 1 and " + RateRule.MOST + ": " + value);
        }
    }

    private ProxyNetwork proxy(String text) {
        return ProxyNetwork.of(text)
                .orElseThrow(() -> wrong("--trusted-proxy must be " + ProxyNetwork.RULE + ": " + text));
    }

    private Optional<RateRule> none() {
        if (burst.isPresent()) {
            throw wrong("--rate-burst has no effect without --rate-limit");
        }
        return Optional.empty();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(program.commandLine(), message);
    }
}
