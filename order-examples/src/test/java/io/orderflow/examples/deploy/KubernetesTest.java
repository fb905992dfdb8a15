package io.orderflow.examples.deploy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.examples.Main;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The manifests for Kubernetes")
class KubernetesTest {
    private static final List<String> PROGRAMS = List.of("serve", "worker");

    private final List<JsonNode> all = DeployFiles.yamls("kubernetes/orderflow.yaml");

    private JsonNode one(String kind, String name) {
        List<JsonNode> found = all.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .filter(object -> object.at("/metadata/name").asText().equals(name))
                .toList();
        assertEquals(1, found.size(), kind + " " + name);
        return found.get(0);
    }

    private JsonNode pod(String program) {
        return one("Deployment", program).at("/spec/template/spec");
    }

    private JsonNode container(String program) {
        assertEquals(1, pod(program).path("containers").size());
        return pod(program).at("/containers/0");
    }

    @Test
    @DisplayName("have two Deployments of more than one pod, each with its budget and network policy, and a Service")
    void objects() {
        assertEquals(7, all.size());
        one("Service", "serve");
        for (String program : PROGRAMS) {
            JsonNode labels = one("Deployment", program).at("/spec/template/metadata/labels");
            assertTrue(one("Deployment", program).at("/spec/replicas").asInt() > 1);
            assertEquals(labels, one("Deployment", program).at("/spec/selector/matchLabels"));
            assertEquals(labels, one("PodDisruptionBudget", program).at("/spec/selector/matchLabels"));
            assertEquals(
                    "AlwaysAllow",
                    one("PodDisruptionBudget", program)
                            .at("/spec/unhealthyPodEvictionPolicy")
                            .asText());
            assertEquals(labels, one("NetworkPolicy", program).at("/spec/podSelector/matchLabels"));
        }
        assertEquals(
                one("Deployment", "serve").at("/spec/selector/matchLabels"),
                one("Service", "serve").at("/spec/selector"));
    }

    @Test
    @DisplayName("give the programs options that exist, and the files of the secrets that they mount")
    void arguments() {
        for (String program : PROGRAMS) {
            List<String> arguments = DeployFiles.texts(container(program).path("args"));
            assertDoesNotThrow(() -> Main.commandLine().parseArgs(arguments.toArray(new String[0])), program);
            Set<String> files = new TreeSet<>();
            arguments.stream()
                    .filter(argument -> argument.contains("=/etc/orderflow/"))
                    .forEach(argument -> files.add(argument.substring(argument.lastIndexOf('/') + 1)));
            JsonNode items = pod(program).at("/volumes/0/secret/items");
            if (!items.isMissingNode()) {
                Set<String> mounted = new TreeSet<>();
                items.forEach(item -> mounted.add(item.path("path").asText()));
                assertEquals(files, mounted, program);
            }
            assertFalse(container(program).has("env"), "secrets are files");
            assertEquals(0440, pod(program).at("/volumes/0/secret/defaultMode").asInt(), program);
        }
    }

    @Test
    @DisplayName("ask whether it is ready where that is meant, and never end what only waits for a server")
    void probes() {
        for (String program : PROGRAMS) {
            JsonNode container = container(program);
            assertEquals(
                    "/health/live", container.at("/startupProbe/httpGet/path").asText());
            assertEquals(
                    "/health/live", container.at("/livenessProbe/httpGet/path").asText());
            assertEquals(
                    "/health/ready",
                    container.at("/readinessProbe/httpGet/path").asText());
            assertEquals(8080, container.at("/ports/0/containerPort").asInt());
            List<String> arguments = DeployFiles.texts(container.path("args"));
            assertTrue(arguments.contains(program.equals("serve") ? "--port=8080" : "--health-port=8080"));
        }
    }

    @Test
    @DisplayName("ask as often, and forgive as much, as docs/running.md says")
    void patience() {
        String document = DeployFiles.text("../../docs/running.md");
        for (String program : PROGRAMS) {
            JsonNode container = container(program);
            assertTrue(document.contains("`/health/live`, up to " + longest(container.path("startupProbe")) + " s"));
            JsonNode live = container.path("livenessProbe");
            String failures = live.path("failureThreshold").asText();
            assertTrue(document.contains("`/health/live`, " + failures + " failures in " + longest(live) + " s"));
            JsonNode ready = container.path("readinessProbe");
            assertTrue(document.contains(
                    "`/health/ready`, each " + ready.path("periodSeconds").asText() + " s"));
            int out = longest(ready) + ready.path("timeoutSeconds").asInt();
            assertTrue(document.contains("out of the Service at most " + out + " s after"), program + ": " + out);
        }
    }

    private static int longest(JsonNode probe) {
        return probe.path("periodSeconds").asInt()
                * probe.path("failureThreshold").asInt();
    }

    @Test
    @DisplayName("run it as not root, without capabilities, on a file system that is read-only but for /tmp")
    void security() {
        for (String program : PROGRAMS) {
            assertTrue(pod(program).at("/securityContext/runAsNonRoot").asBoolean());
            assertEquals(10001, pod(program).at("/securityContext/runAsUser").asInt());
            assertEquals(
                    "RuntimeDefault",
                    pod(program).at("/securityContext/seccompProfile/type").asText());
            JsonNode context = container(program).path("securityContext");
            assertTrue(context.path("readOnlyRootFilesystem").asBoolean());
            assertFalse(context.path("allowPrivilegeEscalation").asBoolean(true));
            assertEquals(List.of("ALL"), DeployFiles.texts(context.at("/capabilities/drop")));
            assertFalse(pod(program).path("automountServiceAccountToken").asBoolean(true));
            assertEquals(
                    "/tmp", container(program).at("/volumeMounts/1/mountPath").asText());
        }
    }

    @Test
    @DisplayName("wait longer than a clean end takes, after the time for the proxies")
    void grace() {
        int end = ImageTest.longestEnd();
        int before = Integer.parseInt(
                container("serve").at("/lifecycle/preStop/exec/command/1").asText());
        assertTrue(pod("serve").path("terminationGracePeriodSeconds").asInt() > before + end);
        assertTrue(pod("worker").path("terminationGracePeriodSeconds").asInt() > end);
    }
}
