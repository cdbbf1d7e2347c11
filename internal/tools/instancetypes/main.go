// Command instancetypes writes the instance types and prices that
// internal/karpenter/instances embeds: types.tsv.gz and prices.tsv.gz, from two
// CSV files and from sources.tsv beside it, which dates them. See README.md.
package main

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

//go:embed sources.tsv
var sources string

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: instancetypes TYPES.csv PRICES.csv FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(types, prices, folder string) error {
	for _, part := range []struct {
		from, to string
		write    func([][]string) ([]byte, error)
	}{{types, "types.tsv.gz", writeTypes}, {prices, "prices.tsv.gz", writePrices}} {
		data, err := os.ReadFile(part.from)
		if err != nil {
			return err
		}
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			return fmt.Errorf("%s: %w", part.from, err)
		}
		text, err := part.write(rows)
		if err != nil {
			return fmt.Errorf("%s: %w", part.from, err)
		}
		packed, err := pack(text)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, part.to), packed, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func pack(text []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// source finds the line of sources.tsv about a part: date and words.
func source(about string) (date, words string, err error) {
	for line := range strings.Lines(sources) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) == 3 && f[0] == about {
			return f[1], f[2], nil
		}
	}
	return "", "", fmt.Errorf("sources.tsv does not say where %s is from", about)
}

// columns are those of the types that the product reads, in its order.
func columns() []string {
	return []string{
		"instance_type", "arch", "category", "family", "generation", "size", "cpu", "cpu_manufacturer",
		"cpu_sustained_clock_speed_mhz", "memory", "local_nvme", "network_bandwidth", "ebs_bandwidth", "hypervisor",
		"encryption_in_transit_supported", "capability_flex", "gpu_name", "gpu_manufacturer", "gpu_count", "gpu_memory",
		"accelerator_name", "accelerator_manufacturer", "accelerator_count", "max_enis", "ipv4_per_eni",
		"allocatable_cpu", "allocatable_memory", "allocatable_pods", "allocatable_ephemeral_storage",
	}
}

func writeTypes(rows [][]string) ([]byte, error) {
	if len(rows) == 0 || !slices.Equal(rows[0], columns()) {
		return nil, fmt.Errorf("the columns are not %s", strings.Join(columns(), ","))
	}
	var out bytes.Buffer
	for _, about := range []string{"types", "eni"} {
		date, words, err := source(about)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&out, "#%s\t%s\t%s\n", about, date, words)
	}
	rows = rows[1:]
	slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	for _, row := range rows {
		enis, err := defaultCard(row[slices.Index(columns(), "ipv4_per_eni")], row[slices.Index(columns(), "allocatable_pods")])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", row[0], err)
		}
		fmt.Fprintf(&out, "%s\t%s\n", strings.Join(row, "\t"), enis)
	}
	return out.Bytes(), nil
}

// defaultCard gives the network interfaces of the default network card, of
// pods = interfaces × (addresses − 1) + 2; nothing where the addresses are not
// known.
func defaultCard(addresses, pods string) (string, error) {
	if addresses == "" {
		return "", nil
	}
	a, err := strconv.Atoi(addresses)
	if err != nil {
		return "", err
	}
	p, err := strconv.Atoi(pods)
	if err != nil {
		return "", err
	}
	if a < 2 || (p-2)%(a-1) != 0 {
		return "", fmt.Errorf("%d pods do not go with %d addresses an interface", p, a)
	}
	return strconv.Itoa((p - 2) / (a - 1)), nil
}

func writePrices(rows [][]string) ([]byte, error) {
	if len(rows) == 0 || !slices.Equal(rows[0], []string{"region", "instance_type", "currency", "price_per_hour"}) {
		return nil, fmt.Errorf("the columns are not region,instance_type,currency,price_per_hour")
	}
	rows = rows[1:]
	slices.SortFunc(rows, slices.Compare)
	var out bytes.Buffer
	region, currency := "", ""
	for _, row := range rows {
		if row[0] != region {
			region, currency = row[0], row[2]
			date, words, err := source(region)
			if err != nil {
				return nil, err
			}
			fmt.Fprintf(&out, "#%s\t%s\t%s\t%s\n", region, currency, date, words)
		}
		if row[2] != currency {
			return nil, fmt.Errorf("%s has prices in %s and %s", region, currency, row[2])
		}
		if _, err := strconv.ParseFloat(row[3], 64); err != nil {
			return nil, fmt.Errorf("%s, %s: %w", region, row[1], err)
		}
		fmt.Fprintf(&out, "%s\t%s\n", row[1], row[3])
	}
	return out.Bytes(), nil
}
