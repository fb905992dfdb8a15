package io.orderflow.queue.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * A Lua script that runs on the server: what must happen in one step and depends on what is there. Its text stands in
 * the resources that it is made of. Each has the stream as its only key.
 */
enum Script {
    ACK("ack.lua"),
    CHECK("check.lua"),
    CLAIM("sent.lua", "claim.lua"),
    HAND_BACK("hand-back.lua"),
    LEAVE("leave.lua"),
    READ("sent.lua", "read.lua"),
    RELEASE("release.lua"),
    REMOVE_DEAD("remove-dead.lua"),
    RENEW("renew.lua");

    private final byte[] text;
    private final byte[] hash;

    Script(String... files) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String file : files) {
            all.writeBytes(read(file));
        }
        text = all.toByteArray();
        try {
            hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text))
                    .getBytes(US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] read(String file) {
        try (InputStream resource = Script.class.getResourceAsStream(file)) {
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it; a server that does not know it yet, or no more, is sent the text. */
    Object run(RedisLink link, String stream, List<String> arguments, Deadline deadline)
            throws IOException, ReplyException {
        try {
            return link.call(command(Command.EVALSHA, hash, stream, arguments), deadline);
        } catch (ReplyException e) {
            if (!e.code().equals("NOSCRIPT")) {
                throw e;
            }
            return link.call(command(Command.EVAL, text, stream, arguments), deadline);
        }
    }

    private static CommandArguments command(Command command, byte[] script, String stream, List<String> arguments) {
        CommandArguments all =
                new CommandArguments(command).add(script).add("1").add(stream.getBytes(UTF_8));
        arguments.forEach(all::add);
        return all;
    }
}
