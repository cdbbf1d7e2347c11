import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;

/**
 * Asks Flink itself: `memory` prints what its memory calculation makes of generated configurations, and `values` whether it
 * takes texts as values of options of each type. The same for one version of Flink at every run.
 */
public class Oracle {
    private static final Random RANDOM = new Random(20261124);

    private static String pick(String... of) {
        return of[RANDOM.nextInt(of.length)];
    }

    private static void maybe(Map<String, String> conf, double chance, String key, String... of) {
        boolean take = RANDOM.nextDouble() < chance;
        String value = pick(of);
        if (take) {
            conf.put(key, value);
        }
    }

    /** Sizes around those that people use, with a few that are odd, too small, or no sizes. */
    private static String[] sizes(int from, int to) {
        List<String> out = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            out.add(from + RANDOM.nextInt(to - from) + "m");
        }
        out.add("1gb");
        out.add(1024L * 1024 * from + RANDOM.nextInt(1000000) + "");
        out.add("2 g");
        out.add(RANDOM.nextInt(10) == 0 ? "1.5g" : "768 MB");
        return out.toArray(new String[0]);
    }

    private static final String[] FRACTIONS = {"0.1", "0.2", "0.25", "0.3", "0.4", "0.5", "0.75", "0.05", "0.0", "0.01", "0.15", "0.9", "1.0", "0.33"};

    private static void common(Map<String, String> conf, String role) {
        maybe(conf, 0.75, role + "memory.process.size", sizes(500, 8000));
        maybe(conf, conf.isEmpty() ? 0.6 : 0.1, role + "memory.flink.size", sizes(300, 6000));
        maybe(conf, 0.1, role + "memory.jvm-metaspace.size", sizes(16, 600));
        maybe(conf, 0.1, role + "memory.jvm-overhead.min", sizes(16, 500));
        maybe(conf, 0.1, role + "memory.jvm-overhead.max", sizes(300, 1500));
        maybe(conf, 0.15, role + "memory.jvm-overhead.fraction", FRACTIONS);
        maybe(conf, conf.isEmpty() ? 0.4 : 0.03, role + "heap.size", sizes(700, 4000));
        maybe(conf, conf.isEmpty() ? 0.4 : 0.03, role + "heap.mb", "1024", "800", "2048m", "600", "+1600");
    }

    private static Map<String, String> jobManager() {
        Map<String, String> conf = new TreeMap<>();
        common(conf, "jobmanager.");
        maybe(conf, 0.15, "jobmanager.memory.heap.size", sizes(64, 4000));
        maybe(conf, 0.3, "jobmanager.memory.off-heap.size", sizes(16, 700));
        return conf;
    }

    private static Map<String, String> taskManager() {
        Map<String, String> conf = new TreeMap<>();
        common(conf, "taskmanager.");
        maybe(conf, 0.12, "taskmanager.memory.task.heap.size", sizes(16, 3000));
        maybe(conf, 0.15, "taskmanager.memory.managed.size", sizes(0, 3000));
        maybe(conf, 0.03, "taskmanager.memory.size", sizes(0, 3000));
        maybe(conf, 0.15, "taskmanager.memory.managed.fraction", FRACTIONS);
        maybe(conf, 0.1, "taskmanager.memory.network.min", sizes(1, 300));
        maybe(conf, 0.1, "taskmanager.memory.network.max", sizes(32, 600));
        maybe(conf, 0.1, "taskmanager.memory.network.fraction", FRACTIONS);
        maybe(conf, 0.1, "taskmanager.memory.framework.heap.size", sizes(0, 300));
        maybe(conf, 0.1, "taskmanager.memory.framework.off-heap.size", sizes(0, 300));
        maybe(conf, 0.1, "taskmanager.memory.task.off-heap.size", sizes(0, 600));
        maybe(conf, 0.05, "taskmanager.network.numberOfBuffers", "2048", "4096", "1024", "x");
        maybe(conf, 0.05, "taskmanager.memory.segment-size", "32kb", "64kb", "33kb", "2kb");
        return conf;
    }

    private static JobManagerProcessSpec jobManagerSpec(Configuration c) throws Throwable {
        try {
            for (Method m : JobManagerProcessUtils.class.getDeclaredMethods()) {
                if (m.getName().equals("processSpecFromConfigWithNewOptionToInterpretLegacyHeap")) {
                    return (JobManagerProcessSpec) m.invoke(null, c, JobManagerOptions.TOTAL_PROCESS_MEMORY);
                }
            }
            return (JobManagerProcessSpec) JobManagerProcessUtils.class.getMethod("processSpecFromConfig", Configuration.class).invoke(null, c);
        } catch (java.lang.reflect.InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** As Flink's Kubernetes client does: the size of Flink 1.9 stands for that of the process. */
    private static TaskExecutorProcessSpec taskManagerSpec(Configuration c) throws Throwable {
        try {
            for (Method m : TaskExecutorProcessUtils.class.getDeclaredMethods()) {
                if (m.getName().equals("getConfigurationMapLegacyTaskManagerHeapSizeToConfigOption")) {
                    c = (Configuration) m.invoke(null, c, org.apache.flink.configuration.TaskManagerOptions.TOTAL_PROCESS_MEMORY);
                }
            }
        } catch (java.lang.reflect.InvocationTargetException e) {
            throw e.getCause();
        }
        return TaskExecutorProcessUtils.processSpecFromConfig(c);
    }

    private static String bytes(Object spec, String name) {
        try {
            for (Class<?> c = spec.getClass(); c != null; c = c.getSuperclass()) {
                for (Method m : c.getDeclaredMethods()) {
                    if (m.getName().equals(name) && m.getParameterCount() == 0) {
                        m.setAccessible(true);
                        return ((MemorySize) m.invoke(spec)).getBytes() + "";
                    }
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException(name);
    }

    private static String spec(Object s, String... getters) {
        List<String> out = new ArrayList<>();
        for (String g : getters) {
            out.add(bytes(s, g));
        }
        return "ok " + String.join(" ", out);
    }

    private static void memory(String role, Map<String, String> conf) {
        Configuration c = Configuration.fromMap(conf);
        String outcome;
        try {
            if (role.equals("jobmanager")) {
                outcome = spec(jobManagerSpec(c), "getTotalProcessMemorySize", "getTotalFlinkMemorySize", "getJvmHeapMemorySize",
                        "getJvmDirectMemorySize", "getJvmMetaspaceSize", "getJvmOverheadSize");
            } else {
                outcome = spec(taskManagerSpec(c), "getTotalProcessMemorySize", "getTotalFlinkMemorySize", "getFrameworkHeapSize",
                        "getTaskHeapSize", "getFrameworkOffHeapMemorySize", "getTaskOffHeapSize", "getNetworkMemSize",
                        "getManagedMemorySize", "getJvmMetaspaceSize", "getJvmOverheadSize");
            }
        } catch (Throwable t) {
            outcome = "refused " + String.valueOf(t.getMessage()).split("\n")[0].replace('\t', ' ');
        }
        List<String> pairs = new ArrayList<>();
        conf.forEach((k, v) -> pairs.add(k + "=" + v));
        System.out.println(role + "\t" + String.join(";", pairs) + "\t" + outcome);
    }

    enum Colour {
        RED, DARK_BLUE
    }

    private static void values() {
        Map<String, ConfigOption<?>> types = new LinkedHashMap<>();
        types.put("boolean", ConfigOptions.key("k").booleanType().noDefaultValue());
        types.put("integer", ConfigOptions.key("k").intType().noDefaultValue());
        types.put("long", ConfigOptions.key("k").longType().noDefaultValue());
        types.put("double", ConfigOptions.key("k").doubleType().noDefaultValue());
        types.put("float", ConfigOptions.key("k").floatType().noDefaultValue());
        types.put("duration", ConfigOptions.key("k").durationType().noDefaultValue());
        types.put("memorysize", ConfigOptions.key("k").memoryType().noDefaultValue());
        types.put("enum(RED,DARK_BLUE)", ConfigOptions.key("k").enumType(Colour.class).noDefaultValue());
        types.put("map", ConfigOptions.key("k").mapType().noDefaultValue());
        types.put("string", ConfigOptions.key("k").stringType().noDefaultValue());
        types.put("list:string", ConfigOptions.key("k").stringType().asList().noDefaultValue());
        types.put("list:integer", ConfigOptions.key("k").intType().asList().noDefaultValue());
        types.put("list:enum(RED,DARK_BLUE)", ConfigOptions.key("k").enumType(Colour.class).asList().noDefaultValue());
        types.put("list:map", ConfigOptions.key("k").mapType().asList().noDefaultValue());
        String[] texts = {"true", "TRUE", "False", "yes", "1", "0", "-1", "+1", "01", "1.0", "1e3", ".5", "5.", "1f", "2d", "1L", "NaN", "Infinity", "-Infinity",
            "inf", "2147483647", "2147483648", "-2147483648", "9223372036854775807", "9223372036854775808", "1_000", "1,000", "10s", "10 s", "10 S", "1m", "1min",
            "1 minutes", "1.5h", "1h30m", "-5s", "PT1M", "P1D", "pt5s", "PT", "P", "P1DT", "-PT1M", "PT-1M", "PT1.5S", "10 sec", "10 seconds", "1 day", "2 d", "3 hours", "5 ms", "5 milli",
            "5 µs", "5 micros", "5 ns", "5 nanos", "s", "512", "512m", "512 mb", "512MB", "512Mi", "1Gi", "1.5g", "1 gb", "1g", "1 GiB", "1tb", "5 kibibytes", "5 bytes", "5 b", "m", "8 pb",
            "9000000t", "red", "RED", "Red", "dark-blue", "dark_blue", "DARK_BLUE", "darkblue", "red;dark_blue", "red;green", "red;", ";red", "red, red", "a:b", "a:b,c:d", "a:b,c", "a",
            "a:b:c", "a:", ":b", "'a:b':c", "'a", "a'b:c", "\"a\":\"b\"", "''", "'a''b':c", "1;2", "1;x", "1; 2", "'1';2", "'1'2", "a:b;c:d", "x y", "", "a : b", "\"a\" :b", "null", "1;;2", "a:b,,c:d", ",a:b,", ";;1", "1;;", ";1;", "1 2", "2 gb "};
        types.forEach((name, option) -> {
            for (String text : texts) {
                String outcome;
                try {
                    Configuration c = new Configuration();
                    c.setString("k", text);
                    outcome = c.getOptional(option).isPresent() ? "ok" : "absent";
                } catch (RuntimeException e) {
                    outcome = "refused";
                }
                System.out.println(name + "\t" + text + "\t" + outcome);
            }
        });
    }

    public static void main(String[] args) {
        if (args[0].equals("values")) {
            values();
            return;
        }
        for (int i = 0; i < 200; i++) {
            memory("jobmanager", jobManager());
        }
        for (int i = 0; i < 600; i++) {
            memory("taskmanager", taskManager());
        }
    }
}
