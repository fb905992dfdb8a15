package io.orderflow.examples.common;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.orderflow.DecidingPause;
import java.util.Optional;

/** Whether deciding is paused as JSON, over HTTP and from the programs {@code pause} and {@code resume}. */
public final class PauseJson {
    private PauseJson() {}

    /** A pause that is in force, or that there is none. */
    public static ObjectNode of(Optional<DecidingPause> pause) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("paused", pause.isPresent());
        pause.ifPresent(now ->
                json.put("since", now.since().toString()).put("by", now.by()).put("reason", now.reason()));
        return json;
    }
}
