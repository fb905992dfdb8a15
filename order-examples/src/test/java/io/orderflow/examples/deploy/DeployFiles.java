package io.orderflow.examples.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.orderflow.samples.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of {@code order-examples/deploy}. */
final class DeployFiles {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private DeployFiles() {}

    static Path folder() {
        return Documents.root().resolve("order-examples/deploy");
    }

    static String text(String name) {
        Path file = folder().resolve(name).normalize();
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(file + " cannot be read", e);
        }
    }

    static JsonNode json(String name) {
        try {
            return MAPPER.readTree(text(name));
        } catch (IOException e) {
            throw new AssertionError(name + " is no JSON", e);
        }
    }

    /** The only document of a file, with its merges resolved; a key that is there twice is refused. */
    static JsonNode yaml(String name) {
        List<JsonNode> documents = yamls(name);
        if (documents.size() != 1) {
            throw new AssertionError(name + " has " + documents.size() + " documents");
        }
        return documents.get(0);
    }

    /** All documents of a file. */
    static List<JsonNode> yamls(String name) {
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        List<JsonNode> documents = new ArrayList<>();
        new Yaml(new SafeConstructor(strict))
                .loadAll(text(name))
                .forEach(document -> documents.add(MAPPER.valueToTree(document)));
        return documents;
    }

    /** The elements of an array, or none where it is absent. */
    static Stream<JsonNode> each(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** The same as texts. */
    static List<String> texts(JsonNode array) {
        return each(array).map(JsonNode::asText).toList();
    }
}
