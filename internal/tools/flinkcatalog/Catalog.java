import java.io.File;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.FallbackKey;

/**
 * Prints the configuration options of the Flink jars of a folder, one a line, as tab-separated key, type, default,
 * deprecated keys, fallback keys, class, section and whether it is deprecated. The jars must be on the class path too.
 */
public class Catalog {
    /** Prefixes of keys that an annotation says: `Documentation.SuffixOption`. */
    private static String prefix(Field f) {
        for (Annotation a : f.getAnnotations()) {
            if (a.annotationType().getSimpleName().equals("SuffixOption")) {
                try {
                    return (String) a.annotationType().getMethod("value").invoke(a) + ".";
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return "";
    }

    /** The sections of the documentation, by `Documentation.Section`: a resource may set what is in the operator's "dynamic". */
    private static String section(Field f) {
        for (Annotation a : f.getAnnotations()) {
            if (a.annotationType().getSimpleName().equals("Section")) {
                try {
                    return String.join(",", (String[]) a.annotationType().getMethod("value").invoke(a));
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return "";
    }

    private static Object read(ConfigOption<?> o, String name) throws ReflectiveOperationException {
        Field f = ConfigOption.class.getDeclaredField(name);
        f.setAccessible(true);
        return f.get(o);
    }

    private static String type(ConfigOption<?> o) throws ReflectiveOperationException {
        Class<?> c = (Class<?>) read(o, "clazz");
        String name = c.getSimpleName().toLowerCase();
        if (c.isEnum()) {
            List<String> constants = new ArrayList<>();
            for (Object e : c.getEnumConstants()) {
                constants.add(e.toString());
            }
            name = "enum(" + String.join(",", constants) + ")";
        }
        return (boolean) read(o, "isList") ? "list:" + name : name;
    }

    private static String text(Object v) {
        if (v == null) {
            return "";
        }
        if (v instanceof List) {
            return ((List<?>) v).stream().map(Catalog::text).collect(Collectors.joining(";"));
        }
        if (v instanceof Map) {
            return ((Map<?, ?>) v).entrySet().stream().map(e -> e.getKey() + ":" + text(e.getValue())).collect(Collectors.joining(","));
        }
        if (v instanceof Duration) {
            return ((Duration) v).toMillis() + " ms";
        }
        return v.toString().replace('\t', ' ').replace('\n', ' ');
    }

    private static String keys(ConfigOption<?> o, String prefix, boolean deprecated) {
        List<String> out = new ArrayList<>();
        for (FallbackKey k : o.fallbackKeys()) {
            if (k.isDeprecated() == deprecated) {
                out.add(prefix + k.getKey());
            }
        }
        return String.join(",", out);
    }

    private static void print(String className, ClassLoader loader, TreeSet<String> lines) {
        Class<?> c;
        Field[] fields;
        try {
            c = Class.forName(className, false, loader);
            fields = c.getDeclaredFields();
        } catch (Throwable e) { // a class that needs a library which is not there
            return;
        }
        for (Field f : fields) {
            if (!Modifier.isStatic(f.getModifiers()) || f.getType() != ConfigOption.class) {
                continue;
            }
            try {
                f.setAccessible(true);
                ConfigOption<?> o = (ConfigOption<?>) f.get(null);
                String p = prefix(f);
                lines.add(String.join("\t", p + o.key(), type(o), text(o.defaultValue()), keys(o, p, true), keys(o, p, false),
                        className.substring(className.lastIndexOf('.') + 1), section(f),
                        f.isAnnotationPresent(Deprecated.class) ? "deprecated" : "current"));
            } catch (Throwable e) {
                System.err.println("not read: " + className + "." + f.getName() + ": " + e);
            }
        }
    }

    public static void main(String[] args) throws IOException {
        TreeSet<String> lines = new TreeSet<>();
        File[] jars = new File(args[0]).listFiles((d, n) -> n.startsWith("flink-") && n.endsWith(".jar") && !n.startsWith("flink-shaded"));
        for (File jar : jars) {
            try (JarFile j = new JarFile(jar)) {
                for (var e : Collections.list(j.entries())) {
                    String n = e.getName();
                    if (n.startsWith("org/apache/flink/") && n.endsWith(".class") && !n.contains("/shaded/")
                            && n.matches(args[1])) {
                        print(n.substring(0, n.length() - 6).replace('/', '.'), Catalog.class.getClassLoader(), lines);
                    }
                }
            }
        }
        lines.forEach(System.out::println);
    }
}
