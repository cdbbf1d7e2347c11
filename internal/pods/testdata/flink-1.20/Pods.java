// Makes the JobManager's and a TaskManager's pod with Flink's own classes, from each NAME.properties (the configuration) and
// NAME.yaml (the pod template, if there is one) of this folder, and writes what internal/pods tells about pods to NAME.json.
//
// It needs org.apache.flink:flink-kubernetes:1.20.1 and org.apache.flink:flink-clients:1.20.4 with what that depends on:
//   javac -cp $CLASSPATH Pods.java -d /tmp && java -cp /tmp:$CLASSPATH Pods internal/pods/testdata/flink-1.20
//
// The ports are those that Flink's deployment descriptor sets before, and the CPUs of a TaskManager are taken as its resource
// manager takes them.
import org.apache.flink.configuration.*;
import org.apache.flink.client.deployment.ClusterSpecification;
import org.apache.flink.kubernetes.kubeclient.*;
import org.apache.flink.kubernetes.kubeclient.factory.*;
import org.apache.flink.kubernetes.kubeclient.parameters.*;
import org.apache.flink.kubernetes.*;
import org.apache.flink.kubernetes.shaded.io.fabric8.kubernetes.api.model.*;
import org.apache.flink.kubernetes.shaded.io.fabric8.kubernetes.client.utils.Serialization;
import org.apache.flink.runtime.clusterframework.*;
import java.nio.file.*;
import java.util.*;

public class Pods {
  static FlinkPod template(Path p) throws Exception {
    Pod pod = Files.exists(p) ? Serialization.unmarshal(Files.readString(p), Pod.class) : new PodBuilder().build();
    if (pod.getMetadata() == null) pod.setMetadata(new ObjectMeta());
    Container main = null; List<Container> others = new ArrayList<>();
    if (pod.getSpec() == null) pod.setSpec(new PodSpec());
    for (Container c : pod.getSpec().getContainers()) { if ("flink-main-container".equals(c.getName())) main = c; else others.add(c); }
    pod.getSpec().setContainers(others);
    return new FlinkPod.Builder().withPod(pod).withMainContainer(main == null ? new ContainerBuilder().build() : main).build();
  }
  static Map<String,Object> show(ObjectMeta m, PodSpec s) {
    Map<String,Object> o = new LinkedHashMap<>();
    o.put("labels", new TreeMap<>(m.getLabels()));
    o.put("nodeSelector", s.getNodeSelector() == null ? Map.of() : new TreeMap<>(s.getNodeSelector()));
    o.put("tolerations", s.getTolerations());
    o.put("serviceAccountName", s.getServiceAccountName());
    o.put("imagePullSecrets", s.getImagePullSecrets());
    o.put("hostNetwork", s.getHostNetwork());
    Map<String,Object> cs = new TreeMap<>();
    for (Container c : s.getContainers()) {
      Map<String,Object> x = new LinkedHashMap<>();
      ResourceRequirements r = c.getResources();
      x.put("requests", r == null || r.getRequests() == null ? Map.of() : r.getRequests()); x.put("limits", r == null || r.getLimits() == null ? Map.of() : r.getLimits());
      List<String> ports = new ArrayList<>(); for (ContainerPort p : c.getPorts()) ports.add(p.getName()+"="+p.getContainerPort());
      x.put("ports", ports);
      List<String> env = new ArrayList<>(); for (EnvVar e : c.getEnv()) env.add(e.getName()); x.put("env", env);
      cs.put(c.getName(), x);
    }
    o.put("containers", cs);
    return o;
  }
  public static void main(String[] a) throws Exception {
    Path dir = Path.of(a[0]);
    for (Path f : (Iterable<Path>) Files.list(dir).filter(x -> x.toString().endsWith(".properties")).sorted()::iterator) {
      String name = f.getFileName().toString().replace(".properties", "");
      Properties props = new Properties(); try (var r = Files.newBufferedReader(f)) { props.load(r); }
      Configuration conf = new Configuration();
      for (String k : props.stringPropertyNames()) conf.setString(k, props.getProperty(k));
      conf.setString("kubernetes.cluster-id", "orders"); conf.setString("kubernetes.namespace", "team-a");
      conf.setString("blob.server.port","6124"); conf.setString("taskmanager.rpc.port","6122"); conf.setString("execution.target", "kubernetes-application");
      conf.setString("$internal.application.program-args", "");
      Path t = dir.resolve(name + ".yaml");
      Map<String,Object> out = new LinkedHashMap<>();
      try {
        ClusterSpecification cs = new KubernetesClusterClientFactory().getClusterSpecification(conf);
        conf.setString("$internal.kubernetes.jobmanager.entrypoint.class", "x");
        conf.setString("$internal.kubernetes.entrypoint.class", "x");
        conf.setString("$internal.deployment.config-dir", a[0]);
        var jp = new KubernetesJobManagerParameters(conf, cs);
        var spec = KubernetesJobManagerFactory.buildKubernetesJobManagerSpecification(template(t), jp);
        var d = spec.getDeployment();
        out.put("replicas", d.getSpec().getReplicas());
        out.put("jobmanager", show(d.getSpec().getTemplate().getMetadata(), d.getSpec().getTemplate().getSpec()));
        var ps = TaskExecutorProcessUtils.processSpecFromWorkerResourceSpec(conf, org.apache.flink.kubernetes.entrypoint.KubernetesWorkerResourceSpecFactory.INSTANCE.createDefaultWorkerResourceSpec(conf));
        var ctp = ContaineredTaskManagerParameters.create(conf, ps);
        var tp = new KubernetesTaskManagerParameters(conf, "tm-1", "", "", ctp, org.apache.flink.runtime.externalresource.ExternalResourceUtils.getExternalResourceConfigurationKeys(conf, "kubernetes.config-key"), Set.of());
         var pod = KubernetesTaskManagerFactory.buildTaskManagerKubernetesPod(template(t), tp).getInternalResource();
        out.put("taskmanager", show(pod.getMetadata(), pod.getSpec()));
      } catch (Throwable e) { out.put("error", e.toString()); e.printStackTrace(); }
      Files.writeString(dir.resolve(name + ".json"), Serialization.asJson(out) + "\n");
      System.out.println(name + " " + (out.containsKey("error") ? out.get("error") : "ok"));
    }
  }
}
