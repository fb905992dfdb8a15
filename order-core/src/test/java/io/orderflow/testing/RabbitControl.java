package io.orderflow.testing;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What an operator has {@code rabbitmqctl} do, done by the functions of the node that the command line calls. The
 * command line starts a virtual machine each time, which takes half a second of a processor and on a busy machine many
 * seconds; a call into the node takes next to nothing. For one thread at a time.
 */
public final class RabbitControl {
    private static final String CALLER = "erl_call";

    /** A node takes connections a moment before it counts as started, and until then refuses much of this. */
    private static final String STARTED = "ok = rabbit:await_startup(),\n";

    /** How often a node counts for its management plugin. */
    private static final int USUAL_MILLIS = 5_000;

    private static final int MANAGED_MILLIS = 500;

    private final PrivateServer node;

    /**
     * Speaks with a node.
     *
     * @param node a private node of RabbitMQ that runs
     */
    public RabbitControl(PrivateServer node) {
        this.node = requireNonNull(node, "node");
    }

    /**
     * Evaluates an expression of Erlang in the node.
     *
     * @param expression without the full stop at its end
     * @throws IllegalStateException if it cannot be evaluated or raises an error, with what the node said
     */
    public void evaluate(String expression) {
        Path script = node.folder().resolve("expression");
        try {
            Files.writeString(script, STARTED + expression + ".\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path caller = Programs.find(CALLER)
                .orElseThrow(() -> new IllegalStateException("no " + CALLER + ", which comes with Erlang"));
        String said = node.tool(
                caller.toString(),
                "-sname",
                RabbitProgram.nodeName(node.port()),
                "-a",
                "file script [\"" + script + "\"]");
        if (!said.startsWith("{ok,")) {
            throw new IllegalStateException(expression + ": " + said);
        }
    }

    /** Adds a user, who may do nothing yet. */
    public void addUser(String name, String password) {
        evaluate("ok = rabbit_auth_backend_internal:add_user(" + binary(name) + ", " + binary(password) + ", "
                + binary("tests") + ")");
    }

    /** Says in patterns what a user may do in the virtual host {@code /}. */
    public void setPermissions(String user, String configure, String write, String read) {
        evaluate("ok = rabbit_auth_backend_internal:set_permissions(" + binary(user) + ", " + binary("/") + ", "
                + binary(configure) + ", " + binary(write) + ", " + binary(read) + ", " + binary("tests") + ")");
    }

    /**
     * Sets a policy of queues in the virtual host {@code /}.
     *
     * @param pattern which queues
     * @param definition as JSON
     */
    public void setPolicy(String name, String pattern, String definition) {
        evaluate("ok = rabbit_policy:parse_set(" + binary("/") + ", " + binary(name) + ", " + binary(pattern) + ", "
                + binary(definition) + ", " + binary("0") + ", " + binary("queues") + ", " + binary("tests") + ")");
    }

    /** Takes a policy of the virtual host {@code /} away. */
    public void clearPolicy(String name) {
        evaluate("ok = rabbit_policy:delete(" + binary("/") + ", " + binary(name) + ", " + binary("tests") + ")");
    }

    /** Ends each connection, and tells those who had them why. */
    public void closeAllConnections(String reason) {
        evaluate("[rabbit_networking:close_connection(Each, \"" + reason
                + "\") || Each <- rabbit_networking:connections()]");
    }

    /**
     * Raises the alarm of the disk where less than this is free, and ends it where more is. When this returns, each
     * connection to the node was told before whatever its client sends from then on.
     *
     * <p>The monitor of the disk only tells the process that keeps the alarms, and does not wait for it. That process
     * tells the connections before it answers the next question, which is why it is asked here. A connection takes what
     * it is told, and what its client sends, in the order of arrival.
     *
     * @param free for example {@code 50MB}
     */
    public void setDiskFreeLimit(String free) {
        evaluate("ok = rabbit_disk_monitor:set_disk_free_limit(\"" + free + "\"),\n"
                + "Alarmed = rabbit_disk_monitor:get_disk_free() < rabbit_disk_monitor:get_disk_free_limit(),\n"
                + "Alarmed = lists:keymember({resource_limit, disk, node()}, 1, rabbit_alarm:get_alarms())");
    }

    /**
     * Starts the management plugin on a free port of 127.0.0.1, where it shows changes after a second or two instead of
     * ten; returns the port.
     */
    public int enableManagement() {
        int port = Ports.free();
        countEvery(MANAGED_MILLIS);
        evaluate("application:set_env(rabbitmq_management, tcp_config, [{port, " + port + "}, {ip, \"127.0.0.1\"}])");
        havePlugins("rabbitmq_management");
        return port;
    }

    /** Ends the management plugin. */
    public void disableManagement() {
        havePlugins("");
        countEvery(USUAL_MILLIS);
    }

    /** Starts a node again that waits for no other node of its cluster, since those are lost for good. */
    public void startAlone() {
        node.stop();
        node.tool("rabbitmqctl", "force_boot");
        node.restart();
    }

    /** Takes a node out of the members of a quorum queue in the virtual host {@code /}. */
    public void removeMember(String queue, String nodeName) {
        evaluate("ok = rabbit_quorum_queue:delete_member(" + binary("/") + ", " + binary(queue) + ", '" + nodeName
                + "')");
    }

    /** Makes a node a member of a quorum queue in the virtual host {@code /}. */
    public void addMember(String queue, String nodeName) {
        evaluate("ok = rabbit_quorum_queue:add_member(" + binary("/") + ", " + binary(queue) + ", '" + nodeName
                + "', 60000)");
    }

    /** Has a node of a cluster not pause where it sees a minority. */
    public void goOnWhenCutOff() {
        evaluate("application:set_env(rabbit, cluster_partition_handling, ignore)");
    }

    /** Has this node and another one of its cluster lose sight of each other, and keeps them from it. */
    public void loseSightOf(String nodeName) {
        evaluate("Other = '" + nodeName + "',\n"
                + "true = erlang:set_cookie(Other, another),\n"
                + "true = erlang:disconnect_node(Other)");
    }

    /** Waits until this node counts another one as gone. */
    public void awaitGone(String nodeName) {
        evaluate(
                "Gone = fun Again() -> case lists:member('" + nodeName + "', mnesia:system_info(running_db_nodes)) of\n"
                        + "true -> timer:sleep(50), Again();\n"
                        + "false -> ok end end,\n"
                        + "ok = Gone()");
    }

    /** Ends {@link #loseSightOf}: both find that the other one went on without them. */
    public void see(String nodeName) {
        evaluate("Other = '" + nodeName + "',\n"
                + "true = erlang:set_cookie(Other, erlang:get_cookie()),\n"
                + "true = net_kernel:connect_node(Other)");
    }

    /** Has quorum queues go on with what this node has of them, which RabbitMQ 4 can. */
    public void goOnWithOwnMembers() {
        evaluate("rabbit_quorum_queue:force_all_queues_shrink_member_to_current_member()");
    }

    /** Takes nodes that are lost for good out of the cluster. */
    public void forget(List<String> names) {
        for (String name : names) {
            node.tool("rabbitmqctl", "forget_cluster_node", name);
        }
    }

    private void countEvery(int millis) {
        evaluate("[application:set_env(rabbit, Each, " + millis
                + ") || Each <- [collect_statistics_interval, quorum_tick_interval]]");
    }

    private void havePlugins(String enabled) {
        Path file = node.folder().resolve(RabbitProgram.ENABLED_PLUGINS);
        try {
            Files.writeString(file, "[" + enabled + "].\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        evaluate("{ok, _, _} = rabbit_plugins:ensure(\"" + file + "\")");
    }

    private static String binary(String text) {
        return "<<\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\">>";
    }
}
