package instances

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Prices are the on-demand prices of Linux instances in one region.
type Prices struct {
	Region, Currency string
	Source           Source
	hourly           map[string]float64
}

// Hourly is the price of an hour of an instance type; false if it is not known.
func (p Prices) Hourly(instanceType string) (float64, bool) {
	price, ok := p.hourly[instanceType]
	return price, ok
}

// Len is how many types have a price.
func (p Prices) Len() int { return len(p.hourly) }

// PriceList has the prices of each region, by region.
type PriceList []Prices

// Region returns the prices of a region; false if none are known, which must
// never be filled in from another region.
func (l PriceList) Region(name string) (Prices, bool) {
	at := slices.IndexFunc(l, func(p Prices) bool { return p.Region == name })
	if at < 0 {
		return Prices{}, false
	}
	return l[at], true
}

// Regions lists the regions that have prices.
func (l PriceList) Regions() []string {
	out := make([]string, 0, len(l))
	for _, p := range l {
		out = append(out, p.Region)
	}
	return out
}

// With puts other prices in the place of these: a region of the others counts
// with its own prices alone, since a user's prices and list prices of another day
// do not add up to one price list.
func (l PriceList) With(others PriceList) PriceList {
	out := slices.Clone(others)
	for _, p := range l {
		if _, replaced := others.Region(p.Region); !replaced {
			out = append(out, p)
		}
	}
	return out.sorted()
}

func (l PriceList) sorted() PriceList {
	slices.SortFunc(l, func(a, b Prices) int { return strings.Compare(a.Region, b.Region) })
	return l
}

// decodePrices reads the embedded prices: a line "#region currency date source"
// before the lines "type price" of each region, separated by tabs.
func decodePrices(packed []byte) (PriceList, error) {
	text, err := unpack(packed)
	if err != nil {
		return nil, err
	}
	var out PriceList
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if region, ok := strings.CutPrefix(f[0], "#"); ok && len(f) == 4 {
			out = append(out, Prices{
				Region: region, Currency: f[1], Source: Source{About: region, Date: f[2], Text: f[3]}, hourly: map[string]float64{},
			})
			continue
		}
		if len(out) == 0 || len(f) != 2 {
			return nil, fmt.Errorf("prices: line %q", line)
		}
		price, err := readPrice(f[1])
		if err != nil {
			return nil, fmt.Errorf("prices: %s: %w", f[0], err)
		}
		out[len(out)-1].hourly[f[0]] = price
	}
	return out.sorted(), nil
}

// readPrice reads the price of an hour, which is a number above 0.
func readPrice(text string) (float64, error) {
	price, err := strconv.ParseFloat(text, 64)
	if err != nil || !(price > 0) || math.IsInf(price, 0) {
		return 0, fmt.Errorf("%q is no price: it must be a number above 0, such as 0.0785", text)
	}
	return price, nil
}
