package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// CoherencePairs returns the coherence of all pairs of signals in x, each as
// Coherence has it, but with every signal transformed once: the cross-spectra are
// then summed over segments with four frequencies side by side.
//
// x[c] are the samples of channel c, all as long, fs their rate in Hz. With C
// channels and K frequencies it works in some 20 C² K bytes. Errors: those of
// Coherence, and fewer than two channels. Peer: scipy.signal.coherence over
// pairs.
func CoherencePairs(x [][]float64, fs float64, o WelchOptions) (*Connectivity, error) {
	const call = "CoherencePairs"
	if len(x) < 2 {
		return nil, fmt.Errorf("signal: %s: x has %d channels; 2 or more are needed for a pair", call, len(x))
	}
	if err := checkSignals(call, "x", x); err != nil {
		return nil, err
	}
	c, err := newCutter(call, len(x[0]), fs, o)
	if err != nil {
		return nil, err
	}
	if c.median {
		return nil, fmt.Errorf(`signal: %s: Average is "median"; only "mean" is allowed`, call)
	}
	for i, s := range x {
		if constant(s) && c.detrend != "none" {
			return nil, fmt.Errorf("signal: %s: x[%d] is constant (%g); a signal without variation has no coherence", call, i, s[0])
		}
	}
	sums := newCross(len(x), c.n/2+1, crossChunk)
	task := display.Start("signal."+call, "segments", c.segments)
	defer task.End()
	for first := 0; first < c.segments; first += crossChunk {
		n := min(crossChunk, c.segments-first)
		quads := (n + fft.Lanes - 1) / fft.Lanes
		linalg.Parallel(min(len(x)*quads, 64), func(k int) {
			w := c.worker()
			for i := k; i < len(x)*quads; i += 64 {
				channel, at := i/quads, i%quads*fft.Lanes
				count := min(fft.Lanes, n-at)
				c.four(w, x[channel], first+at, count)
				sums.take(w.z, channel, at, count)
			}
		})
		sums.add(n)
		if task.Add(n); task.Err() != nil {
			return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
		}
	}
	r := &Connectivity{Measure: "coherence", Over: "segments", Count: c.segments, F: c.frequencies(), Pairs: allPairs(len(x))}
	r.V = rows(len(r.Pairs), len(r.F))
	linalg.Parallel(len(r.Pairs), func(i int) {
		a, b := r.Pairs[i][0], r.Pairs[i][1]
		for k := range r.F {
			v := sums.at(a, b, k)
			sa, sb := math.Sqrt(real(sums.at(a, a, k))), math.Sqrt(real(sums.at(b, b, k)))
			re, im := real(v)/sa/sb, imag(v)/sa/sb
			r.V[i][k] = math.Min(1, float64(re*re)+float64(im*im))
		}
	})
	return r, nil
}

// crossChunk is how many segments are transformed before they are summed: those
// of 64 channels at 4 frequencies then fit a processor's own cache.
const crossChunk = 16

// A cross sums the cross-spectra of all pairs of channels. Channels go two by
// two, so that four products are summed in registers.
type cross struct {
	channels, values, groups, capacity int
	spectra                            []float64 // [group of frequencies][segment][channel] groups
	sums                               []float64 // [group of frequencies][tile] four groups
	tiles                              [][2]int
}

const groupSize = 2 * fft.Lanes

func newCross(channels, values, capacity int) *cross {
	s := &cross{channels: (channels + 1) / 2 * 2, values: values, groups: (values + fft.Lanes - 1) / fft.Lanes, capacity: capacity}
	for i := 0; i < s.channels; i += 2 {
		for j := i; j < s.channels; j += 2 {
			s.tiles = append(s.tiles, [2]int{i, j})
		}
	}
	s.spectra = make([]float64, s.groups*capacity*s.channels*groupSize)
	s.sums = make([]float64, s.groups*len(s.tiles)*4*groupSize)
	return s
}

// take takes the transforms of up to four segments over, of which the first is
// segment number at.
func (s *cross) take(z []float64, channel, at, count int) {
	step := s.capacity * s.channels * groupSize
	for l := range count {
		to := s.spectra[((at+l)*s.channels+channel)*groupSize:]
		for k := 0; k < s.values; k++ {
			i := k/fft.Lanes*step + k%fft.Lanes
			to[i], to[i+fft.Lanes] = z[groupSize*k+l], z[groupSize*k+l+fft.Lanes]
		}
	}
}

// add adds the products of n segments to the sums.
func (s *cross) add(n int) {
	stride := s.channels * groupSize
	linalg.Parallel(s.groups, func(g int) {
		x := s.spectra[g*s.capacity*stride:]
		sums := s.sums[g*len(s.tiles)*4*groupSize:]
		for t, tile := range s.tiles {
			a, b := x[tile[0]*groupSize:], x[tile[1]*groupSize:]
			fft.AddCross(sums[t*4*groupSize:], a, a[groupSize:], b, b[groupSize:], stride, n)
		}
	})
}

// at returns the sum of X_a conj(X_b) at value k, for a <= b.
func (s *cross) at(a, b, k int) complex128 {
	i, j := a/2, b/2
	half := s.channels / 2
	tile := i*half - i*(i-1)/2 + j - i
	at := ((k/fft.Lanes*len(s.tiles)+tile)*4+2*(a%2)+b%2)*groupSize + k%fft.Lanes
	return complex(s.sums[at], s.sums[at+fft.Lanes])
}
