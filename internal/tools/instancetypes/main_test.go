package main

import (
	"strings"
	"testing"
)

func TestWriteTypes(t *testing.T) {
	t.Parallel()
	row := strings.Split("m6g.large,arm64,m,m6g,6,large,2,aws,2500,8192,,750,4750,nitro,false,false,,,,,,,,3,10,1930m,6830Mi,29,17Gi", ",")
	text, err := writeTypes([][]string{columns(), row})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "#types\t20") || lines[2] != strings.Join(row, "\t")+"\t3" {
		t.Errorf("%q", lines)
	}
	if _, err := writeTypes([][]string{row}); err == nil {
		t.Error("rows without a header must be an error")
	}
	row[27] = "30"
	if _, err := writeTypes([][]string{columns(), row}); err == nil || !strings.Contains(err.Error(), "30 pods do not go with 10 addresses") {
		t.Error(err)
	}
}

func TestWritePrices(t *testing.T) {
	t.Parallel()
	header := []string{"region", "instance_type", "currency", "price_per_hour"}
	text, err := writePrices([][]string{header, {"us-east-1", "m6g.xlarge", "USD", "0.154"}, {"us-east-1", "m6g.large", "USD", "0.077"}})
	if err != nil || !strings.HasPrefix(string(text), "#us-east-1\tUSD\t2026-07-06\t") || !strings.HasSuffix(string(text), "\nm6g.large\t0.077\nm6g.xlarge\t0.154\n") {
		t.Errorf("%s %v", text, err)
	}
	for want, rows := range map[string][][]string{
		"sources.tsv does not say where eu-west-9 is from": {header, {"eu-west-9", "m6g.large", "USD", "1"}},
		"us-east-1 has prices in USD and EUR":              {header, {"us-east-1", "a1.large", "USD", "1"}, {"us-east-1", "m6g.large", "EUR", "1"}},
		"us-east-1, a1.large":                              {header, {"us-east-1", "a1.large", "USD", "one"}},
		"the columns are not":                              {{"us-east-1", "a1.large", "USD", "one"}},
	} {
		if _, err := writePrices(rows); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
