package dev.helmflink;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.File;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.apache.flink.kubernetes.operator.api.FlinkSessionJob;
import org.apache.flink.kubernetes.operator.config.FlinkConfigManager;
import org.apache.flink.kubernetes.operator.validation.DefaultValidator;

/**
 * Asks the operator's DefaultValidator about every case of a file: arguments are the file of cases
 * and the file to write. A case is a YAML document with "case" (its name), "objects" (the first is
 * judged, the second is what it refers to) and "operator" (configuration of the operator). A
 * document with "defaults" alone is that configuration for all cases. A line of the output has the
 * case's name, what came of it, and the message:
 *
 * <ul>
 *   <li>accept: the validator says nothing
 *   <li>refuse: it says the message
 *   <li>throw: it throws, which the webhook answers with HTTP 500
 *   <li>decode: the object does not become the API's Java class
 *   <li>skip: this version has no such kind
 * </ul>
 */
public final class Oracle {
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory())
                    .registerModule(new JavaTimeModule())
                    .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    private static final Map<String, String> DEFAULTS = new HashMap<>();

    private Oracle() {}

    private static void put(JsonNode map, Map<String, String> into) {
        map.fieldNames().forEachRemaining(key -> into.put(key, map.get(key).asText()));
    }

    public static void main(String[] args) throws Exception {
        try (PrintStream out = new PrintStream(new File(args[1]), StandardCharsets.UTF_8)) {
            var version = DefaultValidator.class.getPackage().getImplementationVersion();
            out.println("# flink-kubernetes-operator " + version);
            var cases = YAML.readerFor(JsonNode.class).<JsonNode>readValues(new File(args[0]));
            while (cases.hasNext()) {
                JsonNode c = cases.next();
                if (c.has("defaults")) {
                    put(c.get("defaults"), DEFAULTS);
                } else {
                    out.println(c.get("case").asText() + "\t" + ask(c));
                }
            }
        }
        System.exit(0); // the configuration manager leaves a thread behind
    }

    private static String ask(JsonNode c) {
        Map<String, String> conf = new HashMap<>(DEFAULTS);
        if (c.has("operator")) {
            put(c.get("operator"), conf);
        }
        Optional<String> message;
        Object judged;
        Optional<Object> other;
        try {
            judged = decode(c.get("objects").get(0));
            other = c.get("objects").size() > 1 ? Optional.of(decode(c.get("objects").get(1))) : Optional.empty();
        } catch (ClassNotFoundException e) {
            return "skip\t";
        } catch (Exception e) {
            return "decode\t" + line(e.getMessage());
        }
        try {
            message = validate(new DefaultValidator(new FlinkConfigManager(Configuration.fromMap(conf))), judged, other);
        } catch (InvocationTargetException e) {
            return "throw\t" + line(String.valueOf(e.getCause()));
        } catch (Exception e) {
            return "throw\t" + line(String.valueOf(e));
        }
        return message.map(m -> "refuse\t" + line(m)).orElse("accept\t");
    }

    private static Object decode(JsonNode node) throws Exception {
        return YAML.treeToValue(node, kind(node.get("kind").asText()));
    }

    private static Class<?> kind(String name) throws ClassNotFoundException {
        return Class.forName("org.apache.flink.kubernetes.operator.api." + name);
    }

    @SuppressWarnings("unchecked")
    private static Optional<String> validate(DefaultValidator v, Object judged, Optional<Object> other) throws Exception {
        if (judged instanceof FlinkDeployment) {
            return v.validateDeployment((FlinkDeployment) judged);
        }
        if (judged instanceof FlinkSessionJob) {
            return v.validateSessionJob((FlinkSessionJob) judged, other.map(o -> (FlinkDeployment) o));
        }
        // By name, since operators before 1.10 have no snapshots.
        var method = DefaultValidator.class.getMethod("validateStateSnapshot", kind("FlinkStateSnapshot"), Optional.class);
        return (Optional<String>) method.invoke(v, judged, other);
    }

    private static String line(String s) {
        if (s == null) {
            return "";
        }
        var text = s.replaceAll("\\s*\\R\\s*", " ").replace('\t', ' ');
        // The order in which Java prints an immutable set changes from run to run.
        int list = text.indexOf("Allowed keys are [");
        if (list >= 0) {
            int from = text.indexOf('[', list) + 1;
            var keys = text.substring(from, text.length() - 1).split(", ");
            Arrays.sort(keys);
            text = text.substring(0, from) + String.join(", ", keys) + "]";
        }
        return text;
    }
}
