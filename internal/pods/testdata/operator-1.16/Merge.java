// Merges NAME.common.yaml and NAME.own.yaml of this folder with the operator's own FlinkUtils.mergePodTemplates, by position
// and by name, and writes NAME.by-position.json and NAME.by-name.json.
//
// It needs org.apache.flink:flink-kubernetes-operator:1.16.1 and flink-kubernetes-operator-api:1.16.1, flink-kubernetes:1.20.1,
// flink-clients:1.20.4 and io.javaoperatorsdk:operator-framework-core:5.3.2:
//   javac -cp $CLASSPATH Merge.java -d /tmp && java -cp /tmp:$CLASSPATH Merge internal/pods/testdata/operator-1.16
import org.apache.flink.kubernetes.operator.utils.FlinkUtils;
import io.fabric8.kubernetes.api.model.*;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.*;
public class Merge { public static void main(String[] a) throws Exception {
  Path dir = Path.of(a[0]);
  for (Path f : (Iterable<Path>) Files.list(dir).filter(x -> x.toString().endsWith(".common.yaml")).sorted()::iterator) {
    String name = f.getFileName().toString().replace(".common.yaml", "");
    for (boolean byName : new boolean[] {false, true}) {
      var c = Serialization.unmarshal(Files.readString(f), PodTemplateSpec.class);
      var o = Serialization.unmarshal(Files.readString(dir.resolve(name + ".own.yaml")), PodTemplateSpec.class);
      var m = FlinkUtils.mergePodTemplates(c, o, byName);
      Files.writeString(dir.resolve(name + (byName ? ".by-name.json" : ".by-position.json")), Serialization.asJson(m) + "\n");
    }
    System.out.println(name);
  } } }
