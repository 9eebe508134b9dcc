package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/stats"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// ClusterOptions say how power over time and frequency is compared: the fields of
// stats.ClusterOptions, and of what.
type ClusterOptions struct {
	stats.ClusterOptions
	// Linear compares the values themselves, such as power that was divided by a baseline
	// or coherence; otherwise values are compared in dB, as ratios.
	Linear bool
}

// PowerClusters is the outcome of a test of clusters over frequencies and times. Point k of
// the test is frequency k / len(T) at time k % len(T).
type PowerClusters struct {
	*stats.ClusterTest
	T    []float64   `unit:"s"`
	F    []float64   `unit:"Hz"`
	Mean [][]float64 // the mean difference, or of more than two groups the mean, [frequency][time], in Unit
	Unit string      // dB, or that of the values
}

// ClusterPaired tests at which times and frequencies two conditions of the same subjects
// differ in power: a[i] and b[i] are those of subject i. Points that are next to each other
// in time or in frequency are neighbours; see [stats.ClusterOneSample].
//
// Errors: other numbers of subjects, times or frequencies that differ, power that is not
// above 0 unless Linear, and those of the test. Source: Maris and Oostenveld 2007, J.
// Neurosci. Methods 164:177. Peer: mne.stats.permutation_cluster_1samp_test of epochs x
// frequencies x times.
func ClusterPaired(a, b []*TimeFrequency, o ClusterOptions) (*PowerClusters, error) {
	const call = "ClusterPaired"
	if len(a) != len(b) {
		return nil, fmt.Errorf("signal: %s: a has %d subjects and b %d; as many are needed", call, len(a), len(b))
	}
	maps, r, err := powerMaps(call, o, a, b)
	if err != nil {
		return nil, err
	}
	if r.ClusterTest, err = stats.ClusterPaired(maps[0], maps[1], r.near(), o.ClusterOptions); err != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, err)
	}
	return r, nil
}

// ClusterGroups tests at which times and frequencies groups of subjects, or of trials,
// differ in power: by t where there are two, by F where there are more. See ClusterPaired.
func ClusterGroups(groups [][]*TimeFrequency, o ClusterOptions) (*PowerClusters, error) {
	const call = "ClusterGroups"
	if len(groups) < 2 {
		return nil, fmt.Errorf("signal: %s: there is %d group; two or more are needed", call, len(groups))
	}
	maps, r, err := powerMaps(call, o, groups...)
	if err != nil {
		return nil, err
	}
	if len(groups) == 2 {
		r.ClusterTest, err = stats.ClusterTwoSample(maps[0], maps[1], r.near(), o.ClusterOptions)
	} else {
		r.ClusterTest, err = stats.ClusterANOVA(maps, r.near(), o.ClusterOptions)
	}
	if err != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, err)
	}
	return r, nil
}

func (r *PowerClusters) near() *stats.Neighbours {
	return stats.Chain(len(r.F)).Across(stats.Chain(len(r.T)))
}

// powerMaps returns the values of groups, one row for each subject.
func powerMaps(call string, o ClusterOptions, groups ...[]*TimeFrequency) (maps [][][]float64, r *PowerClusters, err error) {
	var first *TimeFrequency
	means := make([][]float64, len(groups))
	for g, group := range groups {
		var rows [][]float64
		for i, tf := range group {
			if tf == nil || len(tf.P) != len(tf.F) || len(tf.F) == 0 || len(tf.T) == 0 {
				return nil, nil, fmt.Errorf("signal: %s: subject %d of group %d has no power over time and frequency", call, i, g)
			}
			if first == nil {
				first = tf
			}
			if len(tf.F) != len(first.F) || len(tf.T) != len(first.T) || tf.F[0] != first.F[0] || tf.F[len(tf.F)-1] != first.F[len(first.F)-1] || math.Abs(tf.T[0]-first.T[0]) > 1e-9 {
				return nil, nil, fmt.Errorf("signal: %s: subject %d of group %d has %d frequencies from %g Hz and %d times from %g s, the first %d from %g Hz and %d from %g s; they must be the same",
					call, i, g, len(tf.F), tf.F[0], len(tf.T), tf.T[0], len(first.F), first.F[0], len(first.T), first.T[0])
			}
			row := make([]float64, 0, len(tf.F)*len(tf.T))
			for k, p := range tf.P {
				if len(p) != len(tf.T) {
					return nil, nil, fmt.Errorf("signal: %s: subject %d of group %d has %d values at %g Hz and %d times", call, i, g, len(p), tf.F[k], len(tf.T))
				}
				for j, v := range p {
					if !o.Linear {
						if !(v > 0) {
							return nil, nil, fmt.Errorf("signal: %s: subject %d of group %d is %g at %g Hz and %g s; it must be above 0 to be compared in dB (see Linear)", call, i, g, v, tf.F[k], tf.T[j])
						}
						v = float64(10 * vec.Log10(v))
					}
					row = append(row, v)
				}
			}
			rows = append(rows, row)
			if means[g] == nil {
				means[g] = make([]float64, len(row))
			}
			for k, v := range row {
				means[g][k] += v / float64(len(group))
			}
		}
		maps = append(maps, rows)
		if len(rows) == 0 {
			return nil, nil, fmt.Errorf("signal: %s: group %d is empty", call, g)
		}
	}
	r = &PowerClusters{T: first.T, F: first.F, Unit: "dB"}
	if o.Linear {
		r.Unit = first.Unit
	}
	n := len(r.T)
	for k := range r.F {
		row := make([]float64, n)
		for i := range row {
			at := k*n + i
			if len(groups) == 2 {
				row[i] = means[0][at] - means[1][at]
				continue
			}
			for _, m := range means {
				row[i] += m[at] / float64(len(groups))
			}
		}
		r.Mean = append(r.Mean, row)
	}
	return maps, r, nil
}

// extent returns the times and frequencies of a cluster.
func (r *PowerClusters) extent(c stats.Cluster) (t0, t1, f0, f1 float64) {
	t0, t1, f0, f1 = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, k := range c.Points {
		t, f := r.T[k%len(r.T)], r.F[k/len(r.T)]
		t0, t1, f0, f1 = math.Min(t0, t), math.Max(t1, t), math.Min(f0, f), math.Max(f1, f)
	}
	return
}

// Table returns a row for each cluster: its times and frequencies, mass and p, and where its
// largest statistic is.
func (r *PowerClusters) Table() table.Table {
	cols := []table.Col{{Name: "cluster"}, {Name: "from", Unit: "s"}, {Name: "to", Unit: "s"}, {Name: "lowest", Unit: "Hz"}, {Name: "highest", Unit: "Hz"}, {Name: "points"}, {Name: "mass"}, {Name: "p"},
		{Name: "largest " + r.Statistic}, {Name: "time", Unit: "s"}, {Name: "frequency", Unit: "Hz"}}
	for k, c := range r.Clusters {
		t0, t1, f0, f1 := r.extent(c)
		for j, v := range []float64{float64(k + 1), t0, t1, f0, f1, float64(len(c.Points)), c.Mass, c.P, r.Values[c.Peak], r.T[c.Peak%len(r.T)], r.F[c.Peak/len(r.T)]} {
			cols[j].Num = append(cols[j].Num, v)
		}
	}
	return table.Table{Title: r.String(), Cols: cols}
}

// Show shows the figure of Plot and the table of clusters.
func (r *PowerClusters) Show() display.Bundle {
	return figure.Over(r.Plot(0.05), "the difference and its clusters", r.Table().Show())
}

// Plot draws the mean difference over time and frequency, with a line around the clusters
// whose p is alpha or less, 0 being 0.05.
func (r *PowerClusters) Plot(alpha float64) *figure.Figure {
	if alpha == 0 {
		alpha = 0.05
	}
	f := TimeFrequency{T: r.T, F: r.F, P: r.Mean, Unit: r.Unit}.Plot()
	p := &f.Panels[0]
	image := p.Layers[0]
	largest := 0.0
	for _, row := range r.Mean {
		for _, v := range row {
			largest = math.Max(largest, math.Abs(v))
		}
	}
	image.Z, image.Map, image.Lo, image.Hi = r.Mean, "RdBu_r", -largest, largest
	p.ColorBar = figure.Axis{Label: "difference", Unit: r.Unit}
	if r.Statistic == "F" {
		image.Map, image.Lo, image.Hi = "", 0, 0
		p.ColorBar.Label = "mean"
	}
	rows, cols := len(r.F), len(r.T)
	dx, dy := (p.X.Max-p.X.Min)/float64(cols), (p.Y.Max-p.Y.Min)/float64(rows)
	line := figure.Layer{Kind: figure.Line, Color: "black", Width: 1.2}
	n := 0
	for _, c := range r.Clusters {
		if c.P > alpha {
			continue
		}
		n++
		in := map[int]bool{}
		for _, k := range c.Points {
			in[k] = true
		}
		side := func(x0, y0, x1, y1 int) {
			line.X = append(line.X, p.X.Min+float64(float64(x0)*dx), p.X.Min+float64(float64(x1)*dx), math.NaN())
			line.Y = append(line.Y, p.Y.Min+float64(float64(y0)*dy), p.Y.Min+float64(float64(y1)*dy), math.NaN())
		}
		for _, k := range c.Points {
			i, j := k/cols, k%cols
			if i == 0 || !in[k-cols] {
				side(j, i, j+1, i)
			}
			if i == rows-1 || !in[k+cols] {
				side(j, i+1, j+1, i+1)
			}
			if j == 0 || !in[k-1] {
				side(j, i, j, i+1)
			}
			if j == cols-1 || !in[k+1] {
				side(j+1, i, j+1, i+1)
			}
		}
	}
	p.Layers = []figure.Layer{image}
	if len(line.X) > 0 {
		p.Layers = append(p.Layers, line)
	}
	what := "clusters"
	if n == 1 {
		what = "cluster"
	}
	f.Title = fmt.Sprintf("%s: %d %s with p up to %g", r.Name, n, what, alpha)
	return f
}
