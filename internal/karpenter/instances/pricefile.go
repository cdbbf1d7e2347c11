package instances

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// priceColumns are those of a price file, in any order.
func priceColumns() []string {
	return []string{"region", "instance_type", "currency", "price_per_hour"}
}

// ReadPrices reads a CSV file of prices with a header: region,instance_type,currency,price_per_hour.
// Other columns are not looked at. Every error has the line: a field that is
// missing or no price, a type that stands twice in a region, a region with two
// currencies. name stands before errors and becomes the source; the date is not
// known.
func ReadPrices(name string, data []byte) (PriceList, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	r.TrimLeadingSpace, r.Comment = true, '#'
	header, err := r.Read()
	if err != nil {
		return nil, priceError(name, err)
	}
	at, err := priceHeader(header)
	if err != nil {
		return nil, fmt.Errorf("%s:1: %w", name, err)
	}
	b := priceBuilder{source: name, regions: map[string]*Prices{}, lines: map[string]int{}, currencies: currency()}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, priceError(name, err)
		}
		line, _ := r.FieldPos(0)
		row := make([]string, len(at))
		for n, column := range at {
			row[n] = strings.TrimSpace(record[column])
		}
		if err := b.add(row, line); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, line, err)
		}
	}
	if len(b.regions) == 0 {
		return nil, fmt.Errorf("%s: no prices: it needs a line below %s", name, strings.Join(priceColumns(), ","))
	}
	var out PriceList
	for _, region := range slices.Sorted(maps.Keys(b.regions)) {
		out = append(out, *b.regions[region])
	}
	return out, nil
}

// currency is how one is written: ISO 4217.
func currency() *regexp.Regexp { return regexp.MustCompile(`^[A-Z]{3}$`) }

// priceHeader finds the columns.
func priceHeader(header []string) ([]int, error) {
	var at []int
	for _, column := range priceColumns() {
		n := slices.IndexFunc(header, func(h string) bool { return strings.TrimSpace(h) == column })
		if n < 0 {
			return nil, fmt.Errorf("no column %s: the first line must name %s", column, strings.Join(priceColumns(), ","))
		}
		at = append(at, n)
	}
	return at, nil
}

func priceError(name string, err error) error {
	var parse *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%s: empty: the first line must be %s", name, strings.Join(priceColumns(), ","))
	case errors.As(err, &parse):
		return fmt.Errorf("%s:%d: %w", name, parse.Line, parse.Err)
	default:
		return fmt.Errorf("%s: %w", name, err)
	}
}

// priceBuilder gathers rows.
type priceBuilder struct {
	source     string
	regions    map[string]*Prices
	lines      map[string]int
	currencies *regexp.Regexp
}

// add takes the values of priceColumns.
func (b *priceBuilder) add(row []string, line int) error {
	for n, column := range priceColumns() {
		if row[n] == "" {
			return fmt.Errorf("%s is empty", column)
		}
	}
	region, instanceType, money := row[0], row[1], row[2]
	price, err := readPrice(row[3])
	switch {
	case err != nil:
		return fmt.Errorf("price_per_hour %w", err)
	case !b.currencies.MatchString(money):
		return fmt.Errorf("currency %q is no code of three capital letters, such as USD", money)
	case strings.Count(instanceType, ".") != 1:
		return fmt.Errorf("instance_type %q is no instance type, such as m6g.large", instanceType)
	}
	p := b.regions[region]
	if p == nil {
		p = &Prices{Region: region, Currency: money, Source: Source{About: region, Text: b.source}, hourly: map[string]float64{}}
		b.regions[region] = p
	}
	if p.Currency != money {
		return fmt.Errorf("region %s has prices in %s and in %s", region, p.Currency, money)
	}
	key := region + "\x00" + instanceType
	if first, double := b.lines[key]; double {
		return fmt.Errorf("%s in %s stands there twice, first in line %d", instanceType, region, first)
	}
	b.lines[key] = line
	p.hourly[instanceType] = price
	return nil
}
