package spikes

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

// SortOptions say how spikes are sorted. The zero value of a field means its default.
type SortOptions struct {
	Detect   ArrayOptions
	Snippet  SnippetOptions
	Basis    int // shapes of a spike on one channel, by principal components of all; 0 is 5
	Features int // principal components of the spikes of a channel, on all channels near it; 0 is 5
	// Mixture are the options of the mixture of normal distributions: Most is 8 units on a
	// channel unless it is set, Components 0 lets the BIC choose.
	Mixture stats.MixtureOptions
	// Outlier is the probability by chance of a Mahalanobis distance beyond which a spike
	// belongs to no unit; 0 is 1e-5.
	Outlier float64
	// MinSpikes is how many spikes a channel must have to be sorted, and a unit to be one;
	// 0 is 40.
	MinSpikes int
	// Merge is the distance d' between two clusters below which they are one unit; 0 is 4,
	// negative merges none.
	Merge float64
}

// A Sorting is a recording that was sorted.
type Sorting struct {
	Units     *Units        // what was found
	Unit      []int         // of each snippet: the number of its unit in Units, or -1 for none
	Features  [][]float64   // of each snippet: principal components, of the snippets of its channel
	Templates [][][]float64 // [unit][near channel][sample]: means of snippets on Units.Channel
	Merged    int           // how many clusters went into others
	Echoes    int           // how many were left out because their spikes follow those of larger units
	Detected  *Detected
	Snippets  *Snippets

	censored float64 // ms within which detection takes one spike of a channel
	array    ArrayOptions
}

// Sort finds the units of a recording: it detects spikes (DetectRecording), cuts snippets out
// (CutSnippets), and sorts them channel by channel. The features of a spike are its snippet on
// the channels near its own, described on each by the first principal components of all spikes'
// shapes, and of these again the principal components over the spikes of the channel. A mixture
// of normal distributions is fitted to them, of as many components as the BIC chooses
// (stats.FitMixture). A spike belongs to the component that is most probable, and to none where
// its Mahalanobis distance from it is an outlier.
//
// The BIC describes a cluster that is not normal by several components, and a cell between two
// electrodes is now larger on one, now on the other. Hence clusters on a channel or on channels
// near each other become one unit where, along the difference of their mean snippets (taken
// from one half of the spikes and held against the other half, and shifted by up to 0.2 ms),
// their distance d' is below Merge. Spikes that then belong to none, as those of channels that
// have too few, of clusters of fewer than MinSpikes, and outliers, go to the unit near whose mean
// snippet takes away most of them, at least 3/4 of their square, or stay alone.
//
// Spikes of large cells leave traces on channels far away, where the reference is taken off and
// where the filter swings back. Clusters of which more than half of the spikes, beyond chance, come
// within 1 ms of one of other units at least twice as large are such echoes, and are left out:
// their spikes belong to none.
//
// Positions in Detect say which channels are near; see CutSnippets. The result is the same
// bits for the same options, and any number of threads. Spikes of two cells at once are seen
// as one or none: nothing is subtracted. MatchTemplates takes them apart.
//
// Errors: those of DetectRecording and CutSnippets, numbers below 0. A recording without
// spikes gives no units. Sources: Lewicki 1998, Network 9:R53; Hill, Mehta and Kleinfeld 2011,
// J Neurosci 31:8699. Checked on recordings whose units are known.
func Sort(rec *eeg.Recording, o SortOptions) (*Sorting, error) {
	const call = "Sort"
	if err := o.defaults(call); err != nil {
		return nil, err
	}
	if rec == nil {
		return nil, fmt.Errorf("spikes: %s: the recording is nil", call)
	}
	task := display.Start("spikes."+call, "channels", len(rec.Channels))
	defer task.End()
	d, err := DetectRecording(rec, o.Detect)
	if err != nil {
		return nil, err
	}
	s, err := CutSnippets(rec, d, o.Detect, o.Snippet)
	if err != nil {
		return nil, err
	}
	n := len(s.X)
	out := &Sorting{Detected: d, Snippets: s, censored: censored(o.Detect.Refractory), array: o.Detect, Unit: make([]int, n), Features: make([][]float64, n)}
	for i := range out.Unit {
		out.Unit[i] = -1
	}
	basis := s.basis(o.Basis)
	of := make([][]int, len(d.Names)) // snippets of each channel
	for i, c := range s.Channel {
		of[c] = append(of[c], i)
	}
	found, errs := make([][][]int, len(of)), make([]error, len(of))
	linalg.Parallel(len(of), func(c int) {
		if len(of[c]) >= o.MinSpikes && task.Err() == nil {
			found[c], errs[c] = out.cluster(of[c], basis, o)
		}
		task.Add(1)
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	var clusters [][]int // snippets of each
	for c := range found {
		if errs[c] != nil {
			return nil, fmt.Errorf("spikes: %s: channel %q: %w", call, d.Names[c], errs[c])
		}
		clusters = append(clusters, found[c]...)
	}
	units := s.merge(clusters, o.Merge)
	out.Merged = len(clusters) - len(units)
	units = slices.DeleteFunc(units, func(u []int) bool { return len(u) < o.MinSpikes })
	units, out.Echoes = out.echoes(units)
	slices.SortFunc(units, func(a, b []int) int { return cmp.Compare(s.bestChannel(a)*n+a[0], s.bestChannel(b)*n+b[0]) })
	for u, own := range units {
		for _, i := range own {
			out.Unit[i] = u
		}
	}
	out.templates(units)
	out.adopt(units)
	out.finish(len(units))
	return out, nil
}

func (o *SortOptions) defaults(call string) error {
	for _, v := range []struct {
		field *int
		usual int
		name  string
	}{{&o.Basis, 5, "Basis"}, {&o.Features, 5, "Features"}, {&o.MinSpikes, 40, "MinSpikes"}, {&o.Mixture.Most, 8, "Mixture.Most"}} {
		if *v.field == 0 {
			*v.field = v.usual
		}
		if *v.field < 1 {
			return fmt.Errorf("spikes: %s: %s is %d; it must be above 0", call, v.name, *v.field)
		}
	}
	if o.Outlier == 0 {
		o.Outlier = 1e-5
	}
	if o.Merge == 0 {
		o.Merge = 4
	}
	if !(o.Outlier > 0 && o.Outlier < 1) || math.IsNaN(o.Merge) {
		return fmt.Errorf("spikes: %s: Outlier is %g and Merge %g; the first is a probability, the second a number", call, o.Outlier, o.Merge)
	}
	return nil
}

// censored is the refractory time of detection.
func censored(refractory float64) float64 {
	if refractory == 0 {
		return 1
	}
	return math.Max(refractory, 0)
}

// basis returns the first principal components of the shapes of spikes on their own channels,
// of up to 20,000 of them.
func (s *Snippets) basis(most int) [][]float64 {
	if len(s.X) == 0 {
		return nil
	}
	step := len(s.X)/20000 + 1
	var waves [][]float64
	for i := 0; i < len(s.X); i += step {
		waves = append(waves, s.X[i][0])
	}
	_, _, vectors := components(waves, most)
	return vectors
}

// components returns the mean of rows, the sum of the squares along their first principal
// components, and these.
func components(rows [][]float64, most int) (mean, values []float64, vectors [][]float64) {
	d := len(rows[0])
	mean = make([]float64, d)
	for _, r := range rows {
		vec.AddBlock(mean, mean, r)
	}
	vec.DivConstBlock(mean, mean, float64(len(rows)))
	m := linalg.Zeros(d)
	centred := make([]float64, d)
	for _, r := range rows {
		vec.SubBlock(centred, r, mean)
		for j, v := range centred {
			vec.FMAScaleBlock(m[j][:j+1], centred[:j+1], v, m[j][:j+1])
		}
	}
	values, all, ok := linalg.Symmetric(m)
	if !ok {
		return mean, nil, nil
	}
	slices.Reverse(values)
	slices.Reverse(all)
	return mean, values[:min(most, d)], all[:min(most, d)]
}

// cluster sorts the snippets of a channel and returns those of each cluster.
func (t *Sorting) cluster(own []int, basis [][]float64, o SortOptions) ([][]int, error) {
	s := t.Snippets
	rows := make([][]float64, len(own))
	for k, i := range own {
		for _, wave := range s.X[i] {
			for _, b := range basis {
				rows[k] = append(rows[k], vec.DotBlock(wave, b))
			}
		}
	}
	mean, values, vectors := components(rows, min(o.Features, max(1, len(own)/8)))
	for k, v := range values {
		if !(v > 1e-12*vec.DotBlock(mean, mean)) { // nothing varies along this one
			vectors = vectors[:k]
			break
		}
	}
	if len(vectors) == 0 { // all spikes are the same
		return [][]int{own}, nil
	}
	features := make([][]float64, len(own))
	for k, r := range rows {
		vec.SubBlock(r, r, mean)
		for _, v := range vectors {
			features[k] = append(features[k], vec.DotBlock(r, v))
		}
		t.Features[own[k]] = features[k]
	}
	m, err := stats.FitMixture(features, o.Mixture)
	if err != nil {
		return nil, err
	}
	of, far, err := m.Assign(features)
	if err != nil {
		return nil, err
	}
	limit := dist.ChiSquareQuantile(1-o.Outlier, float64(len(vectors)))
	clusters := make([][]int, len(m.Weights))
	for k, c := range of {
		if far[k] <= limit {
			clusters[c] = append(clusters[c], own[k])
		}
	}
	return slices.DeleteFunc(clusters, func(c []int) bool { return len(c) < 4 }), nil
}

// bestChannel is that on which most of some snippets are, of equal ones the first.
func (s *Snippets) bestChannel(of []int) int {
	counts := map[int]int{}
	best := -1
	for _, i := range of {
		c := s.Channel[i]
		counts[c]++
		if best < 0 || counts[c] > counts[best] || counts[c] == counts[best] && c < best {
			best = c
		}
	}
	return best
}

// alike is the share of the square of a mean snippet by which those of one unit may differ.
const alike = 0.3

// merge joins clusters whose mean snippets are alike and whose distance is below a limit, the
// nearest two first, until none are left. A cluster is compared by its snippets on the channel
// where it has most.
func (s *Snippets) merge(clusters [][]int, limit float64) [][]int {
	n := len(clusters)
	all, lead := slices.Clone(clusters), slices.Clone(clusters)
	close := linalg.Matrix(n, n)
	measure := func(i, j int) {
		close[i][j] = math.Inf(1)
		if i != j && lead[i] != nil && lead[j] != nil && slices.Contains(s.Near[s.Channel[lead[i][0]]], s.Channel[lead[j][0]]) {
			close[i][j] = s.apart(lead[i], lead[j])
		}
		close[j][i] = close[i][j]
	}
	linalg.Parallel(n, func(i int) {
		for j := range i + 1 {
			measure(i, j)
		}
	})
	for {
		a, b, least := 0, 0, limit
		for i := range n {
			for j := range i {
				if close[i][j] < least {
					a, b, least = j, i, close[i][j]
				}
			}
		}
		if a == b {
			break
		}
		all[a] = append(slices.Clone(all[a]), all[b]...)
		slices.Sort(all[a])
		switch x, y := lead[a], lead[b]; {
		case s.Channel[x[0]] == s.Channel[y[0]]:
			lead[a] = append(slices.Clone(x), y...)
			slices.Sort(lead[a])
		case len(y) > len(x):
			lead[a] = y
		}
		all[b], lead[b] = nil, nil
		linalg.Parallel(n, func(i int) {
			measure(i, b)
			if i != b {
				measure(i, a)
			}
		})
	}
	return slices.DeleteFunc(all, func(c []int) bool { return c == nil })
}

// common returns where the channels that snippets of two channels share are in each.
func (s *Snippets) common(a, b int) (ia, ib []int) {
	for i, c := range s.Near[a] {
		if j := slices.Index(s.Near[b], c); j >= 0 {
			ia, ib = append(ia, i), append(ib, j)
		}
	}
	return ia, ib
}

// mean returns the mean of snippets on one channel, at some of its near channels, leaving out
// every second one from skip on, or none where skip is below 0.
func (s *Snippets) mean(of, at []int, skip int) [][]float64 {
	m := linalg.Matrix(len(at), len(s.X[of[0]][0]))
	n := 0.0
	for k, i := range of {
		if skip >= 0 && k%2 == skip {
			continue
		}
		n++
		for c, a := range at {
			vec.AddBlock(m[c], m[c], s.X[i][a])
		}
	}
	for c := range m {
		vec.DivConstBlock(m[c], m[c], math.Max(n, 1))
	}
	return m
}

// lag is by how many samples the spikes of two channels may lie apart.
func (s *Snippets) lag() int { return int(math.Round(0.2 / s.Dt)) }

// shifted returns the square of a - b and of a where b comes shift samples later.
func shifted(a, b [][]float64, shift, reach int) (residual, size float64) {
	for c := range a {
		x, y := a[c][reach:len(a[c])-reach], b[c][reach+shift:][:len(a[c])-2*reach]
		for i, v := range x {
			residual += float64((v - y[i]) * (v - y[i]))
			size += float64(v * v)
		}
	}
	return residual, size
}

// apart returns the distance d' of two clusters along the difference of their means.
func (s *Snippets) apart(a, b []int) float64 {
	if len(a) < 4 || len(b) < 4 {
		return math.Inf(1)
	}
	ia, ib := s.common(s.Channel[a[0]], s.Channel[b[0]])
	reach := s.lag()
	ma, mb := s.mean(a, ia, -1), s.mean(b, ib, -1)
	best, shift, size := math.Inf(1), 0, 0.0
	for k := -reach; k <= reach; k++ {
		if s.Channel[a[0]] == s.Channel[b[0]] && k != 0 {
			continue
		}
		if r, of := shifted(ma, mb, k, reach); r < best {
			best, shift, size = r, k, of
		}
	}
	if _, other := shifted(mb, ma, 0, reach); best > alike*max(size, other) {
		return math.Inf(1)
	}
	sum := 0.0
	for half := range 2 { // the means of one half, held against the other
		ma, mb := s.mean(a, ia, half), s.mean(b, ib, half)
		along := make([][]float64, len(ma))
		for c := range along {
			along[c] = make([]float64, len(ma[c])-2*reach)
			vec.SubBlock(along[c], ma[c][reach:len(ma[c])-reach], mb[c][reach+shift:][:len(along[c])])
		}
		project := func(of, at []int, shift int) (mid, wide float64) {
			var all []float64
			for k, i := range of {
				if k%2 != half {
					continue
				}
				v := 0.0
				for c, w := range along {
					v += vec.DotBlock(w, s.X[i][at[c]][reach+shift:][:len(w)])
				}
				all = append(all, v)
			}
			// By medians: spikes of two cells at once are far off.
			mid = middle(all)
			for k, v := range all {
				all[k] = math.Abs(v - mid)
			}
			return mid, middle(all) / 0.6745
		}
		pa, wa := project(a, ia, 0)
		pb, wb := project(b, ib, shift)
		sum += float64((pa - pb) / math.Sqrt((float64(wa*wa)+float64(wb*wb))/2) / 2)
	}
	if math.IsNaN(sum) {
		return math.Inf(1)
	}
	return math.Abs(sum)
}

// echoes leaves out units whose spikes are those of larger ones again.
func (t *Sorting) echoes(units [][]int) ([][]int, int) {
	const near, share, larger = 1.0, 0.5, 2.0 // ms
	s := t.Snippets
	best := t.templates(units)
	size := make([]float64, len(units))
	for u := range units {
		size[u] = math.Abs(t.Templates[u][0][s.Trough])
	}
	trains := make([]neuro.Spikes, len(units))
	for u, own := range units {
		for _, i := range own {
			trains[u] = append(trains[u], s.Times[i])
		}
	}
	echo := make([]bool, len(units))
	linalg.Parallel(len(units), func(u int) {
		// Of many cells some fire within a millisecond of any spike: those count that do so more
		// often than by chance, by 4 standard deviations, and what chance gives them is taken off.
		var large neuro.Spikes
		for v := range units {
			if size[v] >= larger*size[u] && best[v] != best[u] {
				p := t.covered(len(trains[v]), near)
				n := float64(len(trains[u]))
				if float64(following(trains[u], trains[v], near))-float64(n*p) > 4*math.Sqrt(n*p*(1-p)) {
					large = append(large, trains[v]...)
				}
			}
		}
		slices.Sort(large)
		p := t.covered(len(large), near)
		count := float64(following(trains[u], large, near)) / float64(len(trains[u]))
		echo[u] = count-p > share*(1-p)
	})
	var kept [][]int
	for u, own := range units {
		if !echo[u] {
			kept = append(kept, own)
		}
	}
	return kept, len(units) - len(kept)
}

// following counts the spikes of a train that have one of another up to near ms away.
func following(train, of neuro.Spikes, near float64) int {
	n := 0
	for _, t := range train {
		k, _ := slices.BinarySearch(of, t-near)
		if k < len(of) && of[k] <= t+near {
			n++
		}
	}
	return n
}

// covered is the share of the recording that is up to near ms away from one of n spikes at times
// of chance.
func (t *Sorting) covered(n int, near float64) float64 {
	return 1 - vec.Exp(-2*near*float64(n)/(t.Detected.T1-t.Detected.T0))
}

// adopt gives snippets that have no unit to those near, where its mean takes away most of them.
func (t *Sorting) adopt(units [][]int) {
	const left = 0.25 // of the square
	s := t.Snippets
	reach := s.lag()
	best := make([]int, len(units))
	for u, own := range units {
		best[u] = s.bestChannel(own)
	}
	linalg.Parallel(len(t.Unit), func(i int) {
		if t.Unit[i] >= 0 {
			return
		}
		least := left
		for u := range units {
			if !slices.Contains(s.Near[s.Channel[i]], best[u]) {
				continue
			}
			ia, ib := s.common(s.Channel[i], best[u])
			x, m := make([][]float64, len(ia)), make([][]float64, len(ib))
			for k := range ia {
				x[k], m[k] = s.X[i][ia[k]], t.Templates[u][ib[k]]
			}
			for k := -reach; k <= reach; k++ {
				if r, size := shifted(x, m, k, reach); r < least*size {
					least, t.Unit[i] = r/size, u
				}
			}
		}
	})
}

// templates sets the mean snippet of each unit on its best channel and those near.
func (t *Sorting) templates(units [][]int) (best []int) {
	s := t.Snippets
	t.Templates = nil
	for _, own := range units {
		c := s.bestChannel(own)
		var there, all []int
		for _, i := range own {
			if s.Channel[i] == c {
				there = append(there, i)
			}
		}
		for k := range s.Near[c] {
			all = append(all, k)
		}
		best, t.Templates = append(best, c), append(t.Templates, s.mean(there, all, -1))
	}
	return best
}

// finish makes the units of the snippets' numbers.
func (t *Sorting) finish(count int) {
	u := &Units{IDs: make([]int, count), Trains: make([]neuro.Spikes, count), T0: t.Detected.T0, T1: t.Detected.T1}
	units := make([][]int, count)
	for i, k := range t.Unit {
		if k >= 0 {
			units[k], u.Trains[k] = append(units[k], i), append(u.Trains[k], t.Snippets.Times[i])
		}
	}
	for k := range u.IDs {
		u.IDs[k] = k
	}
	u.Channel = append([]int{}, t.templates(units)...)
	t.Units = u
}

// String says what was found.
func (t *Sorting) String() string {
	none := 0
	for _, u := range t.Unit {
		if u < 0 {
			none++
		}
	}
	return fmt.Sprintf("%s; %d of %d spikes belong to none", t.Units, none, len(t.Unit))
}
