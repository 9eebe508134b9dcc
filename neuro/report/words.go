package report

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
)

func orSay(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// sorted returns the keys of a map in order.
func sorted[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// median returns the median of finite values; NaN of none.
func median(x []float64) float64 {
	var kept []float64
	for _, v := range x {
		if v-v == 0 {
			kept = append(kept, v)
		}
	}
	slices.Sort(kept)
	switch n := len(kept); {
	case n == 0:
		return math.NaN()
	case n%2 == 1:
		return kept[n/2]
	default:
		return (kept[n/2-1] + kept[n/2]) / 2
	}
}

// shortened returns at most n words, the first and the last ones.
func shortened(words []string, n int) []string {
	if len(words) <= n {
		return words
	}
	out := slices.Clone(words[:n/2])
	out = append(out, fmt.Sprintf("… %d more …", len(words)-n))
	return append(out, words[len(words)-n/2:]...)
}

// fixed writes a number with so many digits after the point.
func fixed(v float64, digits int) string { return minus(fmt.Sprintf("%.*f", digits, v)) }
