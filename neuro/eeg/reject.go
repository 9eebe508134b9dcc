package eeg

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// limits are what is asked of the amplitudes of an epoch.
type limits struct {
	channels []Channel
	most     []float64 // of each channel; +Inf: no limit
	least    []float64 // 0: none
	a, b     int       // samples looked at, b excluded
}

func (ep *Epochs) limits(call string, o EpochOptions, n int) (*limits, error) {
	l := &limits{channels: ep.Channels, a: 0, b: n, most: make([]float64, len(ep.Channels)), least: make([]float64, len(ep.Channels))}
	for c := range l.most {
		l.most[c] = math.Inf(1)
	}
	if o.RejectFrom != 0 || o.RejectTo != 0 {
		a, b, err := window(call+": RejectFrom and RejectTo", o.RejectFrom, o.RejectTo, ep.FS, (&Evoked{FS: ep.FS, T0: ep.T0}).first(), n)
		if err != nil {
			return nil, err
		}
		l.a, l.b = a, b+1
	}
	for _, set := range []struct {
		name string
		of   map[string]float64
		to   []float64
	}{{"Reject", o.Reject, l.most}, {"Flat", o.Flat, l.least}} {
		for _, kind := range sortedKeys(set.of) {
			if v := set.of[kind]; !(v > 0) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("eeg: %s: %s[%q] is %g; it must be above 0, in the unit of the channels", call, set.name, kind, v)
			}
			unit, some := "", false
			for c, ch := range ep.Channels {
				if !ch.Is(kind) {
					continue
				}
				if some && ch.Unit != unit {
					return nil, fmt.Errorf("eeg: %s: %s[%q]: channels of this kind are in %q and %q; one limit needs one unit", call, set.name, kind, unit, ch.Unit)
				}
				unit, some = ch.Unit, true
				if !ch.Bad {
					set.to[c] = set.of[kind]
				}
			}
			if !some {
				return nil, fmt.Errorf("eeg: %s: %s[%q]: no channel that is taken is of this kind; there are %s", call, set.name, kind, &Recording{Channels: ep.Channels})
			}
		}
	}
	return l, nil
}

func sortedKeys(m map[string]float64) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// fails returns why an epoch is dropped, and the channels at fault; "" when it is not.
func (l *limits) fails(x [][]float64) (reason string, names []string) {
	var odd, large, flat []string
	for c, ch := range l.channels {
		if ch.Bad {
			continue
		}
		rest := vec.SumBlock(x[c])
		if rest -= rest; rest != 0 { // NaN: a value is not finite, or their sum is too large
			rest = 0
			for _, v := range x[c] {
				rest += v - v
			}
		}
		lo, hi := x[c][l.a], x[c][l.a]
		for _, v := range x[c][l.a:l.b] {
			if v < lo {
				lo = v
			}
			if v > hi {
				hi = v
			}
		}
		switch {
		case rest != 0:
			odd = append(odd, ch.Name)
		case hi-lo > l.most[c]:
			large = append(large, ch.Name)
		case hi-lo < l.least[c]:
			flat = append(flat, ch.Name)
		}
	}
	switch {
	case odd != nil:
		return "not finite", odd
	case large != nil && flat != nil:
		return "peak to peak and flat", append(large, flat...)
	case large != nil:
		return "peak to peak", large
	case flat != nil:
		return "flat", flat
	}
	return "", nil
}

// why counts the reasons of drops: "3 outside the recording, 5 peak to peak (Fp1 5, Fp2 2)".
func (ep *Epochs) why() string {
	n, of := map[string]int{}, map[string]map[string]int{}
	var order []string
	for _, d := range ep.Dropped {
		if n[d.Reason]++; n[d.Reason] == 1 {
			order = append(order, d.Reason)
			of[d.Reason] = map[string]int{}
		}
		for _, name := range d.Channels {
			of[d.Reason][name]++
		}
	}
	sort.SliceStable(order, func(i, j int) bool { return n[order[i]] > n[order[j]] })
	for i, reason := range order {
		order[i] = fmt.Sprintf("%d %s", n[reason], reason)
		var names []string
		for name := range of[reason] {
			names = append(names, name)
		}
		counts := of[reason]
		sort.Slice(names, func(a, b int) bool {
			if counts[names[a]] != counts[names[b]] {
				return counts[names[a]] > counts[names[b]]
			}
			return names[a] < names[b]
		})
		more := ""
		if len(names) > 5 {
			names, more = names[:5], ", ..."
		}
		for k, name := range names {
			names[k] = fmt.Sprintf("%s %d", name, counts[name])
		}
		if names != nil {
			order[i] += " (" + strings.Join(names, ", ") + more + ")"
		}
	}
	return strings.Join(order, ", ")
}
