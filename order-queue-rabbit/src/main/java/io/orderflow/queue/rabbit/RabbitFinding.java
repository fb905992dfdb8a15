package io.orderflow.queue.rabbit;

import io.orderflow.queue.QueueFinding;
import io.orderflow.queue.Severity;
import java.util.Locale;

/** What can be wrong with RabbitMQ and the queue on it; a test holds the table in the documents against it. */
enum RabbitFinding {
    RABBIT_TOO_OLD(
            Severity.ERROR,
            "quorum queues are younger than it, or do not keep what they confirmed",
            "RabbitMQ 3.10 or later"),
    RABBIT_OTHER_ARGUMENTS(
            Severity.ERROR,
            "nothing is sent to the queue or taken from it",
            "delete the queue once it is empty, or another name with queue(...)"),
    RABBIT_ALARM(
            Severity.ERROR,
            "publishing stops on all nodes; orders reach the workers a second later, and while the database is away"
                    + " none is accepted",
            "room on the disk above disk_free_limit, or memory below vm_memory_high_watermark"),
    RABBIT_POLICY_DELETES(
            Severity.ERROR,
            "the server deletes messages that it confirmed; orders that the queue alone accepted are gone",
            "rabbitmqctl clear_policy or clear_operator_policy, or a pattern that does not match the queue"),
    RABBIT_PARTITION(
            Severity.ERROR,
            "nodes of the cluster do not see each other, and take and give different messages",
            "restart the nodes of the smaller part; cluster_partition_handling = pause_minority"),
    RABBIT_ONE_MEMBER(
            Severity.WARNING,
            "when the node of its one member is down the queue is away, and its messages with the disk of that node",
            "rabbitmq-queues grow NODE all --vhost-pattern '^VHOST$' --queue-pattern '^QUEUE$'"),
    RABBIT_MEMBER_AWAY(
            Severity.WARNING,
            "the queue takes and gives nothing when one or two more members are away",
            "start the nodes that are down"),
    RABBIT_NOT_MANAGED(
            Severity.NOTE,
            "policies and members of the queue were not looked at, since AMQP does not show them",
            "management(URL) of RabbitQueue.builder, --management URL of the program doctor; or by hand:"
                    + " rabbitmqctl list_queues name policy members online"),
    RABBIT_MANAGEMENT_AWAY(
            Severity.NOTE,
            "policies and members of the queue were not looked at",
            "rabbitmq-plugins enable rabbitmq_management; the tag monitoring for the user");

    private final Severity severity;
    private final String stake;
    private final String setting;

    RabbitFinding(Severity severity, String stake, String setting) {
        this.severity = severity;
        this.stake = stake;
        this.setting = setting;
    }

    /** It was found. */
    QueueFinding of(String found) {
        return new QueueFinding(id(), severity, found, stake, setting);
    }

    /** Its name as users see it. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
