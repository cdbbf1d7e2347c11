package cli_test
import ("testing";"bytes";"runtime";"runtime/pprof";"os";"io";"context";"time"
"github.com/helm-flink/helm-flink/internal/cli";"github.com/helm-flink/helm-flink/internal/testkit")
type hook struct{ bytes.Buffer; f func() }
func (h *hook) Write(p []byte)(int,error){ if h.f!=nil{h.f();h.f=nil}; return h.Buffer.Write(p)}
var _ io.Writer
func TestZZHeap(t *testing.T){
 stdin:=testkit.Fleet(t,2000)
 runtime.GC(); var m0 runtime.MemStats; runtime.ReadMemStats(&m0)
 done:=make(chan bool)
 var peak uint64
 go func(){ for { select{case <-done:return; case <-time.After(150*time.Millisecond): runtime.GC(); var m runtime.MemStats; runtime.ReadMemStats(&m); if m.HeapAlloc>peak {peak=m.HeapAlloc; f,_:=os.Create("/tmp/perf/heap.out"); pprof.WriteHeapProfile(f); f.Close()}}}}()
 var out bytes.Buffer
 cli.Main(context.Background(),[]string{"validate","-"},cli.Streams{In:bytes.NewReader(stdin),Out:&out,Err:&out},nil,assets())
 close(done)
 t.Logf("peak live %d KB, per doc %d B", (peak-m0.HeapAlloc)/1024, (peak-m0.HeapAlloc)/2000)
}
