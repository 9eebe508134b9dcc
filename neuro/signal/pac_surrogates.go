package signal

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// A move lets n samples of phase, from at, meet those of amplitude from another
// place.
type move struct{ at, from, n int }

// surrogates returns the moves of each surrogate; they are the same for all bands.
func (p *pac) surrogates(fs float64, stopped func() error) ([][]move, error) {
	if p.o.Surrogates == 0 {
		return nil, nil
	}
	out := make([][]move, p.o.Surrogates)
	trials, n := len(p.x), p.samples
	switch p.o.Shuffle {
	case "time shift":
		least := int(math.Round(p.o.MinShift * fs))
		if 2*least >= n {
			return nil, fmt.Errorf("signal: %s: MinShift of %d samples is half of a trial's %d or more; no lag is left", p.call, least, n)
		}
		for s := range out {
			if err := p.stopped(s, stopped); err != nil {
				return nil, err
			}
			r := rng.New(p.o.Seed, uint64(s))
			for i := range trials {
				lag := least + r.Intn(n-2*least+min(1, least)) // 0 to n-1, or least to n-least
				out[s] = append(out[s], move{i * n, i*n + lag, n - lag})
				if lag > 0 {
					out[s] = append(out[s], move{i*n + n - lag, i * n, lag})
				}
			}
		}
	case "blocks":
		if n < 2*p.o.Blocks {
			return nil, fmt.Errorf("signal: %s: %d Blocks of a trial of %d samples; there must be 2 samples or more to a block", p.call, p.o.Blocks, n)
		}
		for s := range out {
			if err := p.stopped(s, stopped); err != nil {
				return nil, err
			}
			r := rng.New(p.o.Seed, uint64(s))
			for i := range trials {
				out[s] = append(out[s], blocks(r, i*n, n, p.o.Blocks)...)
			}
		}
	case "trials":
		if trials < 2 {
			return nil, fmt.Errorf(`signal: %s: Shuffle "trials" of 1 trial; 2 or more are needed ("time shift" suits one stretch)`, p.call)
		}
		for s := range out {
			if err := p.stopped(s, stopped); err != nil {
				return nil, err
			}
			for i, from := range rng.New(p.o.Seed, uint64(s)).Perm(trials) {
				out[s] = append(out[s], move{i * n, from * n, n})
			}
		}
	}
	return out, nil
}

// stopped asks, for one surrogate in a thousand, whether the call was interrupted.
func (p *pac) stopped(s int, asked func() error) error {
	if s%1024 == 0 {
		if err := asked(); err != nil {
			return fmt.Errorf("signal: %s: %w", p.call, err)
		}
	}
	return nil
}

// blocks cuts n samples from at into pieces at random and puts them in another
// order: two change places, more are shuffled until the order is a new one.
func blocks(r *rng.Source, at, n, count int) []move {
	cuts := []int{0, n}
	for len(cuts) < count+1 {
		if c := 1 + r.Intn(n-1); !slices.Contains(cuts, c) {
			cuts = append(cuts, c)
		}
	}
	slices.Sort(cuts)
	order := []int{1, 0}
	if count > 2 {
		for order = r.Perm(count); slices.IsSorted(order); order = r.Perm(count) {
		}
	}
	var out []move
	to := at
	for _, k := range order {
		length := cuts[k+1] - cuts[k]
		out = append(out, move{to, at + cuts[k], length})
		to += length
	}
	return out
}
