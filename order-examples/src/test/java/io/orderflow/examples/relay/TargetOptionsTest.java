package io.orderflow.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

@DisplayName("The options that say where events go")
class TargetOptionsTest {
    private static final Map<String, String> SECRET =
            Map.of(TargetOptions.SECRET_VARIABLE, WebhookReceiver.SECRET, TargetOptions.PASSWORD_VARIABLE, "pass-word");

    @Command
    private static final class Program {
        @Mixin
        private TargetOptions options;
    }

    private static RelayTarget open(Map<String, String> environment, String line) {
        Program program = new Program();
        new CommandLine(program).parseArgs(line.split(" "));
        return program.options.open(environment);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--to amqp://user:pass-word@rabbit.test/shop | RabbitMQ rabbit.test:5672, exchange orderflow.events",
                "--to amqps://[::1] --exchange e | RabbitMQ ::1:5671, exchange e",
                "--to amqp://u:pass-word@a,[::1]:7/v --exchange e | RabbitMQ a:5672,::1:7, exchange e",
                "--to redis://:pass-word@redis.test/3 --max-len 1 | Redis redis.test:6379, stream orderflow.events",
                "--to rediss://redis.test:7 --to-user u --stream s | Redis redis.test:7, stream s",
                "--to https://example.org/hooks/4711?token=pass-word | webhook https://example.org/hooks/4711",
                "--to HTTPS://example.org | webhook ..."
            })
    @DisplayName("name a target, and are shown without what is secret")
    void shown(String line, String shown) {
        try (RelayTarget target = open(SECRET, line)) {
            assertEquals(shown, target.toString());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--to kafka://example.org | --to must be an amqp:",
                "--to amqp:// | --to is no URI",
                "--to amqp:/vhost | --to must have a host",
                "--to amqp://h/a/b | --to must have one path segment",
                "--to amqp://a,/v | --to must have a host",
                "--to amqp://a,b,a:5672 | --to must have each host once",
                "--to redis://a,b | --to must have a host",
                "--to redis://h:0 | --to must have a port from 1 to 65535: 0",
                "--to redis://h/zero | --to must have the number of a database",
                "--to redis://h?x | --to must have no ? and no #",
                "--to redis://h --exchange e | --exchange has no effect with --to redis:",
                "--to redis://h --mandatory | --mandatory has no effect with --to redis:",
                "--to redis://h --to-trust f | --to-trust has no effect with --to redis:",
                "--to redis://h --max-len 0 | --max-len must be >= 1: 0",
                "--to amqp://h --stream s | --stream has no effect with --to amqp:",
                "--to amqp://h --max-len 1 | --max-len has no effect with --to amqp:",
                "--to amqp://h --secret-file f | --secret-file has no effect with --to amqp:",
                "--to amqp://u@h --to-user u | --to-user must not be given",
                "--to amqp://u:p@h --to-password-file f | --to-password-file must not be given",
                "--to https://h --to-user u | --to-user has no effect with --to https:",
                "--to https://u:p@h | --to must have a host, no user and no #",
                "--to https://h/#x | --to must have a host, no user and no #",
                "--to http://h --to-trust f | --to-trust has no effect with --to http:",
                "--to https://h --secret-file no-such-file | --secret-file cannot be read",
                "--to redis://h --timeout 0 | --timeout must be between 1 and 60: 0",
                "--to redis://h --timeout 61 | --timeout must be between 1 and 60: 61"
            })
    @DisplayName("are refused where they make no sense")
    void refused(String line, String refusal) {
        String message = assertThrows(
                        ParameterException.class, () -> open(SECRET, line).close())
                .getMessage();
        assertTrue(message.startsWith(refusal), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "amqp://user:pass-word@h:port",
                "amqp://user:pass-word@h,i:port",
                "amqp://user:pass,word/pass-word@h,i",
                "redis://user:pass-word@h/path/pass-word",
                "kafka://user:pass-word@h",
                "https://user:pass-word@h",
                "redis://user:pass word@h"
            })
    @DisplayName("are refused without the password that they have")
    void passwordsAreNotShown(String uri) {
        Program program = new Program();
        new CommandLine(program).parseArgs("--to", uri);
        String message = assertThrows(
                        ParameterException.class,
                        () -> program.options.open(SECRET).close())
                .getMessage();
        assertFalse(message.matches("(?s).*pass.?word.*"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"whsec_c2hvcnQ=", "c2VjcmV0", "whsec_?secret?", ""})
    @DisplayName("need a secret for webhooks, and do not show one that is none")
    void secrets(String secret) {
        Map<String, String> environment = Map.of(TargetOptions.SECRET_VARIABLE, secret);
        String message = assertThrows(
                        ParameterException.class,
                        () -> open(environment, "--to https://h").close())
                .getMessage();
        assertTrue(message.startsWith("the secret of --secret-file or ORDER_WEBHOOK_SECRET must "), message);
        assertTrue(secret.isEmpty() || !message.contains(secret), message);
    }

    @Test
    @DisplayName("need a secret for webhooks")
    void noSecret() {
        String message = assertThrows(
                        ParameterException.class,
                        () -> open(Map.of(), "--to https://h").close())
                .getMessage();
        assertEquals("a secret is needed: --secret-file, or the environment variable ORDER_WEBHOOK_SECRET", message);
    }
}
