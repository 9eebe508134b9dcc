// A table in CSV read, checked, grouped, summarized and joined, as scripts do
// with behaviour: maps of slices, sorted keys, percentiles, missing values.
package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

const data = `subject,condition,rt,correct
s1,easy,0.412,1
s1,hard,0.633,0
s2,easy,,1
s1,easy,0.385,1
s2,hard,0.702,1
s2,easy,0.451,0
s3,hard,oops,1
s3,easy,0.5,1
s2,hard,0.598,0
`

type trial struct {
	subject, condition string
	rt                 float64
	correct            bool
}

type key struct{ subject, condition string }

func read(r io.Reader) (ts []trial, errs []error) {
	cr := csv.NewReader(r)
	header, err := cr.Read()
	if err != nil {
		return nil, []error{err}
	}
	col := map[string]int{}
	for i, h := range header {
		col[h] = i
	}
	for {
		row, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		line, _ := cr.FieldPos(0)
		t := trial{row[col["subject"]], row[col["condition"]], math.NaN(), row[col["correct"]] == "1"}
		if s := row[col["rt"]]; s != "" {
			if t.rt, err = strconv.ParseFloat(s, 64); err != nil {
				errs = append(errs, fmt.Errorf("line %d: %w", line, err))
				continue
			}
		}
		ts = append(ts, t)
	}
}

func groupBy[K comparable, V any](vs []V, f func(V) K) map[K][]V {
	out := map[K][]V{}
	for _, v := range vs {
		out[f(v)] = append(out[f(v)], v)
	}
	return out
}

func quantile(xs []float64, q float64) float64 {
	s := slices.Sorted(slices.Values(xs))
	pos := q * float64(len(s)-1)
	lo := int(pos)
	if lo+1 >= len(s) {
		return s[lo]
	}
	return s[lo] + (pos-float64(lo))*(s[lo+1]-s[lo])
}

func main() {
	ts, errs := read(strings.NewReader(data))
	fmt.Println(len(ts), errs)
	groups := groupBy(ts, func(t trial) key { return key{t.subject, t.condition} })
	keys := slices.SortedFunc(maps.Keys(groups), func(a, b key) int {
		return strings.Compare(a.subject+a.condition, b.subject+b.condition)
	})
	for _, k := range keys {
		var rts []float64
		correct := 0
		for _, t := range groups[k] {
			if t.correct {
				correct++
			}
			if !math.IsNaN(t.rt) {
				rts = append(rts, t.rt)
			}
		}
		fmt.Printf("%-3s %-5s n=%d correct=%3.0f%% median=%.4f\n", k.subject, k.condition, len(groups[k]), 100*float64(correct)/float64(len(groups[k])), quantile(rts, 0.5))
	}
	for c, list := range groupBy(ts, func(t trial) bool { return t.condition == "easy" }) {
		if c {
			fmt.Println("easy", len(list))
		}
	}
	fmt.Printf("%.4f %.4f\n", quantile([]float64{3, 1, 2, 10}, 0.9), quantile([]float64{7}, 0.25))
}
