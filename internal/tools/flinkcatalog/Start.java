import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Runs a small job in a local cluster with one option that does not parse, for each option of the list that catalog.sh
 * printed for a version, and prints the keys with which it does not run.
 */
public class Start {
    /** Options that such a job does not read: of other backends, clients and languages, of Kubernetes, of Flink's insides. */
    private static final String ELSEWHERE =
            "(.*internal|hidden|state\\.backend\\.(rocksdb|forst)|table|sql|python|kubernetes|historyserver|queryable|external|client\\.|s3\\.).*";

    private static void run(String key) throws Exception {
        Configuration c = new Configuration();
        c.setString("restart-strategy.type", "none");
        c.setString("execution.checkpointing.interval", "1 h");
        c.setString("rest.bind-port", "0");
        c.setString("taskmanager.memory.managed.size", "16m");
        c.setString("taskmanager.memory.network.min", "16m");
        c.setString("taskmanager.memory.network.max", "16m");
        if (key != null) {
            c.setString(key, "no value");
        }
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, c);
        env.fromSequence(1, 3).map(x -> x + 1).keyBy(x -> x).reduce(Long::sum).print();
        env.execute("start");
    }

    public static void main(String[] args) throws Exception {
        var out = System.out;
        System.setOut(new java.io.PrintStream(java.io.OutputStream.nullOutputStream()));
        run(null); // must not fail
        TreeSet<String> keys = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of(args[1]))) {
            List<String> f = List.of(line.split("\t", -1));
            if (f.get(0).equals(args[0]) && !f.get(2).equals("string") && !f.get(2).equals("list:string") && !f.get(1).contains("<")
                    && !f.get(1).matches(ELSEWHERE)) {
                keys.add(f.get(1));
            }
        }
        ExecutorService pool = Executors.newCachedThreadPool(r -> {
            Thread t = new Thread(r);
            t.setDaemon(true);
            return t;
        });
        for (String key : keys) {
            Future<?> f = pool.submit(() -> {
                run(key);
                return null;
            });
            try {
                f.get(10, TimeUnit.SECONDS);
            } catch (java.util.concurrent.TimeoutException e) {
                System.err.println("hangs with " + key);
            } catch (java.util.concurrent.ExecutionException e) {
                StringBuilder causes = new StringBuilder();
                for (Throwable t = e; t != null; t = t.getCause()) {
                    causes.append(t.getMessage()).append(' ');
                }
                if (causes.indexOf(key) >= 0 || causes.indexOf("no value") >= 0
                        || causes.indexOf("MiniCluster is not yet running or has already been shut down") >= 0) {
                    out.println(key);
                } else {
                    System.err.println(key + " fails otherwise: " + causes.toString().replace('\n', ' '));
                }
            }
        }
        System.exit(0);
    }
}
