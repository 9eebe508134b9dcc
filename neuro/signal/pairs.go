package signal

import (
	"fmt"
	"math"
	"runtime"

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
	workers := make([]*worker, runtime.GOMAXPROCS(0))
	for k := range workers {
		workers[k] = c.worker()
	}
	task := display.Start("signal."+call, "segments", c.segments)
	defer task.End()
	for first := 0; first < c.segments; first += crossChunk {
		n := min(crossChunk, c.segments-first)
		quads := (n + fft.Lanes - 1) / fft.Lanes
		linalg.Parallel(len(workers), func(k int) {
			for i := k; i < len(x)*quads; i += len(workers) {
				channel, at := i/quads, i%quads*fft.Lanes
				count := min(fft.Lanes, n-at)
				c.four(workers[k], x[channel], first+at, count)
				sums.take(workers[k].z, channel, at)
			}
		})
		sums.add(n)
		if task.Add(n); task.Err() != nil {
			return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
		}
	}
	r := &Connectivity{Measure: "coherence", Over: "segments", Count: c.segments, F: c.frequencies(), Pairs: allPairs(len(x))}
	r.V = rows(len(r.Pairs), len(r.F))
	linalg.Parallel(sums.groups, func(g int) {
		lo, hi := g*fft.Lanes, min((g+1)*fft.Lanes, len(r.F))
		root := make([]float64, len(x)*fft.Lanes)
		for c := range x {
			for k := lo; k < hi; k++ {
				root[c*fft.Lanes+k-lo] = math.Sqrt(real(sums.at(c, c, k)))
			}
		}
		for i, p := range r.Pairs {
			v := sums.pair(p[0], p[1], g)
			a, b := root[p[0]*fft.Lanes:][:fft.Lanes], root[p[1]*fft.Lanes:][:fft.Lanes]
			out := r.V[i][lo:hi]
			for l := range out {
				// Divided in two steps, so that small or large units
				// neither underflow nor overflow.
				re, im := v[l]/a[l]/b[l], v[l+fft.Lanes]/a[l]/b[l]
				out[l] = float64(re*re) + float64(im*im)
				if out[l] > 1 { // by rounding
					out[l] = 1
				}
			}
		}
	})
	return r, nil
}

// crossChunk is how many segments are transformed before they are summed: the
// more, the less often the sums go through memory. Those of 64 channels at 4
// frequencies fit a processor's own cache.
const crossChunk = 32

// A cross sums the cross-spectra of all pairs of channels. Channels go two by
// two, so that four products are summed in registers.
type cross struct {
	channels, values, groups, capacity int
	stride                             int         // numbers from one segment to the next; an odd number of lines of cache
	spectra                            []float64   // [group of frequencies][segment][channel] groups
	sums                               [][]float64 // [group of frequencies][tile] four groups
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
	s.stride = (s.channels + 1) * groupSize
	s.spectra = make([]float64, s.groups*capacity*s.stride)
	s.sums = make([][]float64, s.groups)
	linalg.Parallel(s.groups, func(g int) { s.sums[g] = make([]float64, len(s.tiles)*4*groupSize) })
	return s
}

// take takes the transforms of four segments over, of which the first is segment
// number at.
func (s *cross) take(z []float64, channel, at int) {
	fft.Regroup(s.spectra[at*s.stride+channel*groupSize:], z, s.stride, s.capacity*s.stride)
}

// add adds the products of n segments to the sums.
func (s *cross) add(n int) {
	linalg.Parallel(s.groups, func(g int) {
		x := s.spectra[g*s.capacity*s.stride:]
		sums := s.sums[g]
		for t, tile := range s.tiles {
			a, b := x[tile[0]*groupSize:], x[tile[1]*groupSize:]
			fft.AddCross(sums[t*4*groupSize:], a, a[groupSize:], b, b[groupSize:], s.stride, n)
		}
	})
}

// pair returns the sums of X_a conj(X_b) at the four values of group g, for a <= b.
func (s *cross) pair(a, b, g int) []float64 {
	i, j := a/2, b/2
	tile := i*(s.channels/2) - i*(i-1)/2 + j - i
	return s.sums[g][(tile*4+2*(a%2)+b%2)*groupSize:][:groupSize]
}

// at returns the sum of X_a conj(X_b) at value k, for a <= b.
func (s *cross) at(a, b, k int) complex128 {
	p := s.pair(a, b, k/fft.Lanes)
	return complex(p[k%fft.Lanes], p[k%fft.Lanes+fft.Lanes])
}
