package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Violations are spikes too near each other for one cell, and what they say of how many spikes
// come from others.
type Violations struct {
	Short int     // intervals below the refractory time
	Ratio float64 // Hill 2011: rate of the spikes of others, in rates of the unit's; may be above 1
	Pairs int     // pairs of spikes below it, neighbours or not
	Share float64 // Llobet 2022: share of the spikes that are of others, from 0 to 1
}

// RefractoryViolations counts the spikes of a train from t0 to t1 that are nearer to each other
// than refractory ms, and estimates how many come from other cells, in two conventions. With N
// spikes in the time T, the refractory time r and the time c in which no second spike is
// detected (censored; 0 for none):
//
//	Ratio = short T / (2 N² (r - c))                       short: intervals below r
//	Share = 1 - sqrt(1 - pairs (T - 2 N c) / (N² (r - c)))  pairs: any two spikes below r apart
//
// and Share is 1 where the root has none. A train without spikes has NaN for both.
//
// Errors: a train that is not finite and ascending, t1 <= t0, refractory <= censored, censored
// below 0. Sources: Hill, Mehta and Kleinfeld 2011, J Neurosci 31:8699, as the Allen Institute's
// ecephys and SpikeInterface compute it (isi_violations); Llobet, Wyngaard and Barbour 2022,
// bioRxiv 2022.02.08.479192 (rp_violations).
func RefractoryViolations(s neuro.Spikes, t0, t1, refractory, censored float64) (Violations, error) {
	const call = "RefractoryViolations"
	if err := check(call, "s", s); err != nil {
		return Violations{}, err
	}
	if err := checkWindow(call, t0, t1); err != nil {
		return Violations{}, err
	}
	if !(censored >= 0) || !(refractory > censored) || math.IsInf(refractory, 0) {
		return Violations{}, fmt.Errorf("spikes: %s: refractory is %g ms and censored %g ms; 0 <= censored < refractory is needed", call, refractory, censored)
	}
	s = within(s, t0, t1)
	v := Violations{Ratio: math.NaN(), Share: math.NaN()}
	for i := range s {
		for j := i + 1; j < len(s) && s[j]-s[i] < refractory; j++ {
			if v.Pairs++; j == i+1 {
				v.Short++
			}
		}
	}
	if n := float64(len(s)); n > 0 {
		span := n * n * (refractory - censored)
		v.Ratio = float64(v.Short) * (t1 - t0) / span / 2
		v.Share = 1
		if root := 1 - float64(float64(v.Pairs)*(t1-t0-float64(2*n*censored)))/span; root >= 0 {
			v.Share = 1 - math.Sqrt(root)
		}
	}
	return v, nil
}

// PresenceRatio returns in which share of whole bins of bin ms (0 is 60,000) from t0 on a train
// has a spike: near 1 for a unit that was there all the time. It is NaN where the window is
// shorter than a bin. Errors: a train that is not finite and ascending, t1 <= t0, bin below 0.
// Peer: presence_ratio of SpikeInterface.
func PresenceRatio(s neuro.Spikes, t0, t1, bin float64) (float64, error) {
	const call = "PresenceRatio"
	if err := check(call, "s", s); err != nil {
		return 0, err
	}
	if err := checkWindow(call, t0, t1); err != nil {
		return 0, err
	}
	if bin == 0 {
		bin = 60000
	}
	if err := checkPositive(call, "bin", "ms", bin); err != nil {
		return 0, err
	}
	n := math.Floor((t1-t0)/bin + 1e-9)
	if n > largest {
		return 0, fmt.Errorf("spikes: %s: %g bins of %g ms; at most %d are allowed", call, n, bin, largest)
	}
	if n < 1 {
		return math.NaN(), nil
	}
	last, filled := -1, 0.0
	for _, t := range within(s, t0, t1) {
		if k := int((t - t0) / bin); k > last && float64(k) < n {
			last = k
			filled++
		}
	}
	return filled / n, nil
}

// AmplitudeCutoff estimates which share of a unit's spikes is missing because they are below the
// threshold: the histogram of the amplitudes (their sizes, without sign), in 100 bins and
// smoothed by a Gaussian of 3 bins, is thought to be symmetric, and what lies beyond the place
// above its peak that is as high as its lower end is what is missing there. It is from 0 to 0.5,
// and NaN for fewer than 500 spikes, or amplitudes that are all the same.
//
// NaN or infinite amplitudes are an error. Source: Hill, Mehta and Kleinfeld 2011, as ecephys and
// SpikeInterface compute it (amplitude_cutoff).
func AmplitudeCutoff(amplitude []float64) (float64, error) {
	const call, bins, smoothing, fewest = "AmplitudeCutoff", 100, 3.0, 5
	if len(amplitude) > 0 {
		if err := checkSamples(call, "amplitude", amplitude); err != nil {
			return 0, err
		}
	}
	if len(amplitude) < fewest*bins {
		return math.NaN(), nil
	}
	lo, hi := math.Inf(1), 0.0
	for _, a := range amplitude {
		lo, hi = math.Min(lo, math.Abs(a)), math.Max(hi, math.Abs(a))
	}
	width := (hi - lo) / bins
	if !(width > 0) {
		return math.NaN(), nil
	}
	h := make([]float64, bins)
	for _, a := range amplitude {
		h[min(int((math.Abs(a)-lo)/width), bins-1)] += 1 / (float64(len(amplitude)) * width)
	}
	const reach = 12 // 4 standard deviations
	var kernel [2*reach + 1]float64
	sum := 0.0
	for i := range kernel {
		x := float64(i-reach) / smoothing
		kernel[i] = vec.Exp(-float64(x*x) / 2)
		sum += kernel[i]
	}
	density := make([]float64, bins)
	peak := 0
	for i := range density {
		for k, w := range kernel {
			j := i + k - reach
			if j < 0 { // the ends are mirrored
				j = -1 - j
			}
			if j >= bins {
				j = 2*bins - 1 - j
			}
			density[i] += float64(w * h[j] / sum)
		}
		if density[i] > density[peak] {
			peak = i
		}
	}
	at := peak
	for i := peak; i < bins; i++ {
		if math.Abs(density[i]-density[0]) < math.Abs(density[at]-density[0]) {
			at = i
		}
	}
	missing := 0.0
	for _, v := range density[at:] {
		missing += float64(v * width)
	}
	return math.Min(missing, 0.5), nil
}

// Isolation says how far the spikes of a unit are from others in a space of features.
type Isolation struct {
	LRatio     float64 // sum over other spikes of the probability to be that far, by the number of the unit's own; small is good
	Distance   float64 // squared Mahalanobis distance within which there are as many other spikes as own ones; large is good
	DPrime     float64 // between the unit and all others, along Fisher's direction
	Silhouette float64 // from -1 to 1, by the centres of the units
	HitRate    float64 // share of the 4 nearest neighbours of its spikes that are its own
	MissRate   float64 // share of the 4 nearest neighbours of other spikes that are the unit's
}

// IsolationOf returns how well the spikes of a unit are isolated from all others: features are
// [spike][feature], unit is the unit of each spike (any other number, as -1, is another unit).
// With n own spikes, their mean and covariance C (n-1), and D² the squared Mahalanobis distance
// of a spike,
//
//	LRatio   = Σ_others (1 - χ²_d(D²)) / n
//	Distance = D² of the other spike of rank min(n, others)
//	DPrime   = (m_own - m_others) / sqrt((s²_own + s²_others)/2)  along Fisher's direction
//
// Silhouette is the mean over own spikes of (b-a)/max(a, b), with a the distance from the own
// centre and b that from the centre of the unit that is nearest on average. Hit and miss rates
// are those of the 4 nearest neighbours; of more than 10,000 spikes every second, third, and so
// on is taken.
//
// Values are NaN where they are not defined: no other spikes, fewer than 2 of either kind, own
// spikes whose covariance cannot be inverted (as with fewer spikes than features). Errors: rows of
// unequal length, features that are not finite, a unit without spikes. Sources: Schmitzer-Torbert
// et al. 2005, Neuroscience 131:1; Harris et al. 2001, Neuron 32:141; Hill et al. 2011; Hruschka
// et al. 2004; Chung et al. 2017, Neuron 95:1381. Peer: SpikeInterface's pca_metrics, checked by
// the same definitions with NumPy, SciPy and scikit-learn 1.9.1.
func IsolationOf(features [][]float64, unit []int, which int) (Isolation, error) {
	const call = "IsolationOf"
	nan := math.NaN()
	out := Isolation{nan, nan, nan, nan, nan, nan}
	if len(features) != len(unit) || len(features) == 0 {
		return out, fmt.Errorf("spikes: %s: features of %d spikes and units of %d; as many are needed, at least one", call, len(features), len(unit))
	}
	d := len(features[0])
	var own, others [][]float64
	for i, f := range features {
		if len(f) != d || d == 0 {
			return out, fmt.Errorf("spikes: %s: features[%d] has %d numbers and features[0] has %d; all must have as many, at least 1", call, i, len(f), d)
		}
		if err := checkSamples(call, fmt.Sprintf("features[%d]", i), f); err != nil {
			return out, err
		}
		if unit[i] == which {
			own = append(own, f)
		} else {
			others = append(others, f)
		}
	}
	if len(own) == 0 {
		return out, fmt.Errorf("spikes: %s: no spike is of unit %d", call, which)
	}
	if len(others) == 0 {
		return out, nil
	}
	if n := min(len(own), len(others)); n >= 2 {
		out.mahalanobis(own, others, n)
		out.DPrime = fisher(own, others)
	}
	out.Silhouette = silhouette(features, unit, which)
	out.HitRate, out.MissRate = neighbourRates(own, others)
	return out, nil
}

func (o *Isolation) mahalanobis(own, others [][]float64, n int) {
	mean, c := scatter(own)
	for i := range c {
		vec.DivConstBlock(c[i], c[i], float64(len(own)-1))
	}
	l, bad := linalg.Cholesky(c, 1e-12)
	if bad >= 0 {
		return
	}
	far := make([]float64, len(others))
	sum := 0.0
	z := make([]float64, len(mean))
	for k, f := range others {
		for i := range z {
			z[i] = (f[i] - mean[i] - vec.DotBlock(l[i][:i], z[:i])) / l[i][i]
		}
		far[k] = vec.DotBlock(z, z)
		sum += dist.ChiSquareSF(far[k], float64(len(mean)))
	}
	o.LRatio, o.Distance = sum/float64(len(own)), vec.Rank(far, n-1)
}

// scatter returns the mean of rows and the sum of the products of what is left.
func scatter(rows [][]float64) (mean []float64, c [][]float64) {
	d := len(rows[0])
	mean, c = make([]float64, d), linalg.Zeros(d)
	for _, r := range rows {
		vec.AddBlock(mean, mean, r)
	}
	vec.DivConstBlock(mean, mean, float64(len(rows)))
	x := make([]float64, d)
	for _, r := range rows {
		vec.SubBlock(x, r, mean)
		for i, v := range x {
			vec.FMAScaleBlock(c[i], x, v, c[i])
		}
	}
	return mean, c
}

// fisher returns d' along Fisher's direction.
func fisher(own, others [][]float64) float64 {
	m1, c1 := scatter(own)
	m2, c2 := scatter(others)
	a := make([][]float64, len(m1))
	for i := range a {
		vec.AddBlock(c1[i], c1[i], c2[i])
		a[i] = append(c1[i], m1[i]-m2[i])
	}
	w, ok := linalg.Solve(a, 1e-12)
	if !ok {
		return math.NaN()
	}
	moments := func(rows [][]float64) (mean, variance float64) {
		for k, r := range rows {
			v := vec.DotBlock(w, r)
			d := v - mean
			mean += d / float64(k+1)
			variance += float64(d * (v - mean))
		}
		return mean, variance / float64(len(rows))
	}
	a1, v1 := moments(own)
	a2, v2 := moments(others)
	return (a1 - a2) / math.Sqrt((v1+v2)/2)
}

func silhouette(features [][]float64, unit []int, which int) float64 {
	groups := map[int][][]float64{}
	var order []int
	for i, f := range features {
		if groups[unit[i]] == nil {
			order = append(order, unit[i])
		}
		groups[unit[i]] = append(groups[unit[i]], f)
	}
	own := groups[which]
	centre := func(u int) []float64 { m, _ := scatter(groups[u]); return m }
	from := func(u int) (d []float64, mean float64) {
		c := centre(u)
		for _, f := range own {
			d = append(d, distance(f, c))
			mean += d[len(d)-1] / float64(len(own))
		}
		return d, mean
	}
	a, _ := from(which)
	var b []float64
	least := math.Inf(1)
	for _, u := range order {
		if u == which {
			continue
		}
		if d, mean := from(u); mean < least {
			b, least = d, mean
		}
	}
	sum := 0.0
	for i := range a {
		if top := math.Max(a[i], b[i]); top > 0 {
			sum += (b[i] - a[i]) / top
		}
	}
	return sum / float64(len(own))
}

// neighbourRates looks at the 4 nearest neighbours of every spike.
func neighbourRates(own, others [][]float64) (hit, miss float64) {
	const k, most = 4, 10000
	n := len(own)
	all := append(append([][]float64{}, own...), others...)
	if step := (len(all) + most - 1) / most; step > 1 {
		var few [][]float64
		kept := 0
		for i := 0; i < len(all); i += step {
			if few = append(few, all[i]); i < n {
				kept++
			}
		}
		all, n = few, kept
	}
	if len(all) <= k || n == 0 || n == len(all) {
		return math.NaN(), math.NaN()
	}
	counts := make([]int, len(all))
	linalg.Parallel(len(all), func(i int) {
		var near [k]float64
		var at [k]int
		for t := range near {
			near[t] = math.Inf(1)
		}
		for j, f := range all {
			if j == i {
				continue
			}
			d := distance(all[i], f)
			for t := range near {
				if d < near[t] {
					copy(near[t+1:], near[t:k-1])
					copy(at[t+1:], at[t:k-1])
					near[t], at[t] = d, j
					break
				}
			}
		}
		for _, j := range at {
			if j < n {
				counts[i]++
			}
		}
	})
	for i, c := range counts {
		if i < n {
			hit += float64(c) / float64(k*n)
		} else {
			miss += float64(c) / float64(k*(len(all)-n))
		}
	}
	return hit, miss
}
