package eeg

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/stats"
)

// EvokedClusters is the outcome of a test of clusters of evoked responses, over sensors and
// times. Point k of the test is channel k / samples at sample k % samples.
type EvokedClusters struct {
	*stats.ClusterTest
	Mean    *Evoked   // what was tested: the mean difference, or of several groups the grand average
	Means   []*Evoked // of the conditions or groups
	Extents []Extent  // of each cluster
}

// An Extent says where and when a cluster is.
type Extent struct {
	From, To float64  `unit:"s"` // its first and its last sample
	Channels []string // that are in it at some time
	Peak     string   // the channel of its largest statistic
	At       float64  `unit:"s"` // the time of that
}

// ClusterOptions say how evoked responses are compared; the fields of stats.ClusterOptions
// and who is next to whom.
type ClusterOptions struct {
	stats.ClusterOptions
	// Near are the neighbours among the good channels, in their order; nil is
	// Adjacent(channels, 0).
	Near *stats.Neighbours
	// From and To limit the test to a closed interval, s; both 0 are all times.
	From, To float64
}

// ClusterPaired tests where and when two conditions of the same subjects differ: a[i] and
// b[i] are those of subject i, and nil b stands for 0. Channels that are bad in any are left
// out. Points are good channels at times, neighbours the same channel at the next sample
// and channels next to it on the head at the same one; see [stats.ClusterOneSample].
//
// Errors: responses that differ in channels or times, channels of several kinds (take some
// with Of), channels without a place where there are several, and those of the test. Source:
// Maris and Oostenveld 2007, J. Neurosci. Methods 164:177. Peer:
// mne.stats.spatio_temporal_cluster_1samp_test.
func ClusterPaired(a, b []*Evoked, o ClusterOptions) (*EvokedClusters, error) {
	const call = "ClusterPaired"
	groups := [][]*Evoked{a}
	if b != nil {
		if len(a) != len(b) {
			return nil, fmt.Errorf("eeg: %s: a has %d subjects and b %d; as many are needed", call, len(a), len(b))
		}
		groups = append(groups, b)
	}
	maps, r, near, err := evokedMaps(call, groups, o)
	if err != nil {
		return nil, err
	}
	if b == nil {
		r.Mean = r.Means[0]
		r.ClusterTest, err = stats.ClusterOneSample(maps[0], near, o.ClusterOptions)
	} else {
		if r.Mean, err = Difference(r.Means[0], r.Means[1]); err != nil {
			return nil, err
		}
		r.ClusterTest, err = stats.ClusterPaired(maps[0], maps[1], near, o.ClusterOptions)
	}
	return r.done(call, err)
}

// ClusterGroups tests where and when groups of subjects differ, each subject with one
// evoked response: by t where there are two groups, by F where there are more. See
// ClusterPaired. Peer: mne.stats.spatio_temporal_cluster_test.
func ClusterGroups(groups [][]*Evoked, o ClusterOptions) (*EvokedClusters, error) {
	const call = "ClusterGroups"
	maps, r, near, err := evokedMaps(call, groups, o)
	if err != nil {
		return nil, err
	}
	if len(groups) == 2 {
		if r.Mean, err = Difference(r.Means[0], r.Means[1]); err != nil {
			return nil, err
		}
		r.ClusterTest, err = stats.ClusterTwoSample(maps[0], maps[1], near, o.ClusterOptions)
	} else {
		if r.Mean, err = GrandAverage(r.Means...); err != nil {
			return nil, err
		}
		r.ClusterTest, err = stats.ClusterANOVA(maps, near, o.ClusterOptions)
	}
	return r.done(call, err)
}

// ClusterTrials tests where and when the trials of conditions of one subject differ, as
// ClusterGroups does with subjects.
func ClusterTrials(conditions []*Epochs, o ClusterOptions) (*EvokedClusters, error) {
	groups := make([][]*Evoked, len(conditions))
	for g, ep := range conditions {
		if ep == nil || ep.Len() == 0 {
			return nil, fmt.Errorf("eeg: ClusterTrials: condition %d has no trials", g)
		}
		for _, x := range ep.X {
			e := ep.shape()
			e.X, e.N, e.Kind, e.Comment = x, 1, "average", ep.comment()
			groups[g] = append(groups[g], e)
		}
	}
	return ClusterGroups(groups, o)
}

// evokedMaps returns the maps of groups, what is known of the result, and the neighbours.
func evokedMaps(call string, groups [][]*Evoked, o ClusterOptions) (maps [][][]float64, r *EvokedClusters, near *stats.Neighbours, err error) {
	fail := func(format string, args ...any) ([][][]float64, *EvokedClusters, *stats.Neighbours, error) {
		return nil, nil, nil, fmt.Errorf("eeg: "+call+": "+format, args...)
	}
	if len(groups) == 0 {
		return fail("there are no groups")
	}
	var first *Evoked
	bad := map[int]bool{}
	for g, group := range groups {
		if len(group) == 0 {
			return fail("group %d is empty", g)
		}
		for i, e := range group {
			if e == nil {
				return fail("response %d of group %d is nil", i, g)
			}
			if first == nil {
				first = e
			}
			if err := same(call, first, e, i); err != nil {
				return nil, nil, nil, err
			}
			for c, ch := range e.Channels {
				if ch.Bad {
					bad[c] = true
				}
			}
		}
	}
	var index []int
	for c, ch := range first.Channels {
		if bad[c] || ch.Kind == "trigger" {
			continue
		}
		if len(index) > 0 {
			if other := first.Channels[index[0]]; other.Kind != ch.Kind || other.Unit != ch.Unit {
				return fail("%s is %s in %q and %s is %s in %q; one test has channels of one kind (see Evoked.Of)", other.Name, other.Kind, other.Unit, ch.Name, ch.Kind, ch.Unit)
			}
		}
		index = append(index, c)
	}
	if len(index) == 0 {
		return fail("no channel is good")
	}
	from, to := o.From, o.To
	if from == 0 && to == 0 {
		from, to = math.Inf(-1), math.Inf(1)
	}
	r = &EvokedClusters{}
	for _, group := range groups {
		var list []*Evoked
		var rows [][]float64
		for _, e := range group {
			p := e.take(index)
			if p, err = p.Crop(from, to); err != nil {
				return nil, nil, nil, err
			}
			for c := range p.Channels {
				p.Channels[c].Bad = false
			}
			list = append(list, p)
			row := make([]float64, 0, len(index)*p.Samples())
			for _, x := range p.X {
				row = append(row, x...)
			}
			rows = append(rows, row)
		}
		mean, err := GrandAverage(list...)
		if err != nil {
			return nil, nil, nil, err
		}
		r.Means, maps = append(r.Means, mean), append(maps, rows)
	}
	near = o.Near
	switch mean := r.Means[0]; {
	case near == nil && len(index) == 1:
		near = stats.Chain(1)
	case near == nil:
		if near, err = Adjacent(mean.Channels, 0); err != nil {
			return nil, nil, nil, err
		}
	case near.Points() != len(index):
		return fail("Near has %d channels; %d are good", near.Points(), len(index))
	}
	return maps, r, near.Across(stats.Chain(r.Means[0].Samples())), nil
}

// done finds the extents of the clusters.
func (r *EvokedClusters) done(call string, err error) (*EvokedClusters, error) {
	if err != nil {
		return nil, fmt.Errorf("eeg: %s: %w", call, err)
	}
	t, n := r.Mean.Times(), r.Mean.Samples()
	for _, c := range r.Clusters {
		x := Extent{From: math.Inf(1), To: math.Inf(-1), Peak: r.Mean.Channels[c.Peak/n].Name, At: t[c.Peak%n]}
		last := -1
		for _, k := range c.Points { // ascending, so that those of a channel follow each other
			x.From, x.To = math.Min(x.From, t[k%n]), math.Max(x.To, t[k%n])
			if k/n != last {
				last = k / n
				x.Channels = append(x.Channels, r.Mean.Channels[last].Name)
			}
		}
		r.Extents = append(r.Extents, x)
	}
	return r, nil
}
