package io.orderflow.queue.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ChannelContinuationTimeoutException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;

/** Puts what the client library throws into words for a person, and finds the server's reply code in it. */
final class AmqpFailures {
    private AmqpFailures() {}

    /** Why, as far as the server or the network said. */
    static String reason(Throwable failure) {
        ShutdownSignalException shutdown = shutdown(failure);
        if (shutdown != null) {
            return shutdown(shutdown);
        }
        if (failure instanceof PossibleAuthenticationFailureException) {
            return "the server refused the user or the password, or the user may not use the virtual host";
        }
        if (failure instanceof TimeoutException || failure instanceof ChannelContinuationTimeoutException) {
            return "the server did not answer in time";
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    private static String shutdown(ShutdownSignalException shutdown) {
        Method method = shutdown.getReason();
        if (method instanceof AMQP.Channel.Close close) {
            return close.getReplyCode() + " " + close.getReplyText();
        }
        if (method instanceof AMQP.Connection.Close close) {
            return close.getReplyCode() + " " + close.getReplyText();
        }
        Throwable cause = shutdown.getCause();
        return "the connection was lost"
                + (cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage());
    }

    /** The code with which the server closed the channel or the connection. */
    static OptionalInt replyCode(Throwable failure) {
        ShutdownSignalException shutdown = shutdown(failure);
        Method method = shutdown == null ? null : shutdown.getReason();
        if (method instanceof AMQP.Channel.Close close) {
            return OptionalInt.of(close.getReplyCode());
        }
        if (method instanceof AMQP.Connection.Close close) {
            return OptionalInt.of(close.getReplyCode());
        }
        return OptionalInt.empty();
    }

    private static ShutdownSignalException shutdown(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof ShutdownSignalException found) {
                return found;
            }
        }
        return null;
    }
}
