package spikes

import (
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// VictorPurpura returns the distance between two spike trains: the least total
// cost of turning a into b by adding or deleting spikes, at 1 each, and moving
// them, at cost·|Δt| each.
//
// cost is in 1/ms: 0 compares the numbers of spikes only, an infinite cost
// counts the spikes without an exact partner; two spikes further than 2/cost
// apart are never moved onto each other. The order of the times does not
// matter. A time that is not finite, and a cost that is NaN or negative, give
// NaN.
//
// Moving pays off only within 2/cost, so that the work grows with the number
// of pairs that close and not with len(a)·len(b), and the memory with len(b).
// Source: Victor and Purpura 1996, J. Neurophysiol. 76:1310. Peer:
// elephant.spike_train_dissimilarity.victor_purpura_distance.
func VictorPurpura(a, b neuro.Spikes, cost float64) float64 {
	a, b, ok := inOrder(a, b)
	if !ok || !(cost >= 0) {
		return math.NaN()
	}
	task := display.Start("spikes.VictorPurpura", "spikes", len(a))
	defer task.End()
	return victorPurpura(a, b, cost, task)
}

// victorPurpura is VictorPurpura of trains in order.
func victorPurpura(a, b neuro.Spikes, cost float64, task *display.Counter) float64 {
	if cost == 0 {
		return math.Abs(float64(len(a) - len(b)))
	}
	// A pair that is moved saves 2 - cost·|Δt| against deleting one and adding
	// the other. saved[j] is the most that the spikes of a so far and the first
	// j of b can save without crossing; it never falls with j. Only j up to
	// reach are filled in: beyond, nothing has been paired yet.
	saved := make([]float64, len(b)+1)
	from, reach := 0, 0
	for _, t := range a {
		if task.Err() != nil {
			return math.NaN() // which nobody sees
		}
		for from < len(b) && saving(t, b[from], cost) <= 0 && b[from] < t {
			from++
		}
		j := from
		for ; j > reach; reach++ {
			saved[reach+1] = saved[reach]
		}
		// diagonal is saved[j] before this spike of a.
		diagonal := saved[j]
		for ; j < len(b); j++ {
			gain := saving(t, b[j], cost)
			if gain <= 0 {
				break
			}
			if j == reach {
				reach++
				saved[reach] = diagonal
			}
			above := saved[j+1]
			saved[j+1] = math.Max(math.Max(above, diagonal+gain), saved[j])
			diagonal = above
		}
	}
	return float64(len(a)+len(b)) - saved[reach]
}

// saving returns 2 - cost·|s - t|, with an infinite cost too.
func saving(s, t, cost float64) float64 {
	if s == t {
		return 2
	}
	return 2 - float64(cost*math.Abs(s-t))
}

// VanRossum returns the distance D between two spike trains: with f and g the
// trains turned into traces, each spike starting an exponential of size 1 and
// time constant tau,
//
//	D² = 2/tau ∫ (f - g)² dt,
//
// so that one spike against none has distance 1, as Houghton and Kreuz have it; van Rossum's
// own D² is half of it.
//
// tau is in ms: a short one counts the spikes without an exact partner (√ of
// their number), a long one compares the numbers of spikes. The order of the
// times does not matter. A time that is not finite, and a tau that is NaN or negative, give
// NaN.
//
// The integral is summed from spike to spike, in a time that grows with
// len(a)+len(b) and without a difference of large sums: equal trains have
// distance 0 exactly. Sources: van Rossum 2001, Neural Comput. 13:751; Houghton
// and Kreuz 2012, Network 23:48. Peer:
// elephant.spike_train_dissimilarity.van_rossum_distance.
func VanRossum(a, b neuro.Spikes, tau float64) float64 {
	a, b, ok := inOrder(a, b)
	if !ok || !(tau >= 0) {
		return math.NaN()
	}
	return vanRossum(a, b, tau)
}

// vanRossum is VanRossum of trains in order.
func vanRossum(a, b neuro.Spikes, tau float64) float64 {
	const few = 64
	var gaps, decays, heights [few]float64
	// h is f - g just behind the current time; between two times it decays,
	// and 2/tau ∫ h² dt over a gap d is h² (1 - exp(-2d/tau)). Gaps and what h rises by
	// behind them are gathered, to have many exponentials at a time.
	sum, h, now := 0.0, 0.0, math.Inf(-1)
	n := 0
	flush := func() {
		vec.ExpBlock(decays[:n], gaps[:n])
		for k, e := range decays[:n] {
			if h != 0 {
				if gaps[k] > -0.01 { // digits that 1 - e² would lose
					sum -= float64(h * h * vec.Expm1(2*gaps[k]))
				} else {
					sum += float64(h * h * (1 - float64(e*e)))
				}
				h *= e
			}
			h += heights[k]
		}
		n = 0
	}
	for i, j := 0, 0; i < len(a) || j < len(b); {
		next := math.Inf(1)
		if i < len(a) {
			next = a[i]
		}
		if j < len(b) && b[j] < next {
			next = b[j]
		}
		rise := 0.0
		for ; i < len(a) && a[i] == next; i++ {
			rise++
		}
		for ; j < len(b) && b[j] == next; j++ {
			rise--
		}
		if n == few {
			flush()
		}
		// Before the first spike h is 0; an infinite tau or a tau of 0 leaves no NaN.
		gap := 0.0
		if d := (next - now) / tau; d > 0 {
			gap = -d
		}
		gaps[n], heights[n] = gap, rise
		n++
		now = next
	}
	flush()
	return math.Sqrt(sum + float64(h*h))
}

// inOrder returns the trains in ascending order, sorting copies where needed;
// ok is false when a time is not a finite number.
func inOrder(a, b neuro.Spikes) (neuro.Spikes, neuro.Spikes, bool) {
	for _, s := range []*neuro.Spikes{&a, &b} {
		for _, t := range *s {
			if math.IsNaN(t) || math.IsInf(t, 0) {
				return nil, nil, false
			}
		}
		if !sort.Float64sAreSorted(*s) {
			*s = append(neuro.Spikes(nil), *s...)
			sort.Float64s(*s)
		}
	}
	return a, b, true
}
