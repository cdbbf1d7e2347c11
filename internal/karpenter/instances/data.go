package instances

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

//go:embed types.tsv.gz
var packedTypes []byte

//go:embed prices.tsv.gz
var packedPrices []byte

// Source says where facts are from.
type Source struct {
	// About is what the facts are: "types", "eni".
	About string
	// Date is their day or month as YYYY-MM-DD or YYYY-MM; "" if it is not known.
	Date string
	// Text names the source.
	Text string
}

// BuiltIn has the data that come with the program. They are unpacked when they
// are first asked for. Safe for concurrent use.
type BuiltIn struct {
	types  func() *Catalogue
	prices func() PriceList
}

// NewBuiltIn makes a BuiltIn; it unpacks nothing yet.
func NewBuiltIn() *BuiltIn {
	return &BuiltIn{types: sync.OnceValue(unpackTypes), prices: sync.OnceValue(unpackPrices)}
}

// Types is the catalogue of all types that are known.
func (b *BuiltIn) Types() *Catalogue { return b.types() }

// Prices are the on-demand prices of the regions that are known.
func (b *BuiltIn) Prices() PriceList { return b.prices() }

// unpackTypes reads the embedded types. They are part of the program and read by
// a test: damage is a bug, hence the panic.
func unpackTypes() *Catalogue {
	c, err := decodeTypes(packedTypes)
	if err != nil {
		panic(err)
	}
	return c
}

// unpackPrices is unpackTypes for prices.
func unpackPrices() PriceList {
	l, err := decodePrices(packedPrices)
	if err != nil {
		panic(err)
	}
	return l
}

func unpack(packed []byte) (string, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return "", fmt.Errorf("unpack: %w", err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return "", fmt.Errorf("unpack: %w", err)
	}
	return string(text), nil
}

func decodeTypes(packed []byte) (*Catalogue, error) {
	text, err := unpack(packed)
	if err != nil {
		return nil, err
	}
	all, sources := make([]Instance, 0, strings.Count(text, "\n")), []Source(nil)
	for line := range strings.Lines(text) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if about, ok := strings.CutPrefix(fields[0], "#"); ok && len(fields) == 3 {
			sources = append(sources, Source{About: about, Date: fields[1], Text: fields[2]})
			continue
		}
		one, err := decodeType(fields)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return newCatalogue(all, sources)
}

// decodeType reads a row: the columns are those of internal/tools/instancetypes.
func decodeType(f []string) (Instance, error) {
	if len(f) != 30 {
		return Instance{}, fmt.Errorf("instance type %s: %d columns, not 30", f[0], len(f))
	}
	n := numbers{}
	i := Instance{
		Name: f[0], Arch: f[1], Category: f[2], Family: f[3], Generation: f[4], Size: f[5], CPU: n.read(f[6]), Manufacturer: f[7],
		ClockMHz: n.read(f[8]), MemoryMiB: n.read(f[9]), NVMe: n.read(f[10]), Storage: n.read(f[10]),
		NetworkMbps: n.read(f[11]), EBSMbps: n.read(f[12]), Hypervisor: f[13], Encrypts: f[14] == "true", Flex: f[15] == "true",
		GPU:         Device{Name: f[16], Manufacturer: f[17], Count: n.read(f[18]), MemoryMiB: n.read(f[19])},
		Accelerator: Device{Name: f[20], Manufacturer: f[21], Count: n.read(f[22])},
		MaxENIs:     n.read(f[23]), IPv4PerENI: n.read(f[24]), Pods: n.read(f[27]), ENIs: n.read(f[29]),
		Documented: Documented{CPU: f[25], Memory: f[26], Pods: f[27], EphemeralStorage: f[28]},
	}
	i.StorageUnknown = i.Hypervisor == "xen" && i.NVMe == 0
	if n.err != nil {
		return Instance{}, fmt.Errorf("instance type %s: %w", i.Name, n.err)
	}
	return i, nil
}

// numbers reads numbers and keeps the first error; "" is 0.
type numbers struct{ err error }

func (n *numbers) read(text string) int64 {
	if text == "" {
		return 0
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil && n.err == nil {
		n.err = err
	}
	return v
}
