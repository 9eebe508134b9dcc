package eeg

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// RegressionOptions say what is regressed on what. The zero value of a field means its
// default.
type RegressionOptions struct {
	Artifacts []string // names of the channels that are regressed out; none is all of kind EOG
	Channels  []string // names of those that are corrected; none is all good ones of kind EEG, or MEG without EEG
	From, To  float64  `unit:"s"` // of the samples that are fitted; To 0 is the end
	KeepBad   bool     // fits to stretches annotated as bad too, which are left out otherwise
}

// A Regression tells how much of each artifact channel is in each other channel.
type Regression struct {
	Channels, Artifacts []Channel
	Coef                [][]float64 // [channel][artifact]
	Mean                []float64   // of each artifact channel
	Share               []float64   // of each channel's variance that the artifacts explain
	Samples             int         // that were fitted
}

// Regression fits channels as sums of artifact channels, such as those of the eyes, by
// least squares,
//
//	x_c(t) - mean = Σ_k b_ck (a_k(t) - mean_k) + what is left,
//
// reading the recording in pieces. What is left is given by Apply. It takes out what
// the artifact channels have of the brain, too.
//
// Errors: no artifact channel, channels of different rates or in both lists, samples that
// are not finite, artifact channels that are flat or depend on each other. Source:
// Gratton, Coles and Donchin 1983, Electroencephalogr. Clin. Neurophysiol. 55:468, without
// its average over trials. Peer: mne.preprocessing.EOGRegression.
func (r *Recording) Regression(o RegressionOptions) (*Regression, error) {
	const call = "Recording.Regression"
	index, err := r.decomposed(call, o.Channels)
	if err != nil {
		return nil, err
	}
	if len(o.Artifacts) == 0 {
		if o.Artifacts = r.Names("EOG"); len(o.Artifacts) == 0 {
			return nil, fmt.Errorf("eeg: %s: no channel is of kind EOG; name one or more in Artifacts", call)
		}
	}
	eyes, err := r.index(call, o.Artifacts)
	if err != nil {
		return nil, err
	}
	all := append(append([]int(nil), eyes...), index...)
	var names []string
	for _, c := range all {
		names = append(names, r.Channels[c].Name)
	}
	if err := twice(call, names); err != nil {
		return nil, err
	}
	fs, err := r.rate(call, all)
	if err != nil {
		return nil, err
	}
	if o.To == 0 {
		o.To = r.Dur()
	}
	if !(o.From >= 0) || !(o.To > o.From) || o.To > r.Dur()+1/fs {
		return nil, fmt.Errorf("eeg: %s: from %g to %g s; the recording lasts from 0 to %g s", call, o.From, o.To, r.Dur())
	}
	g := &Regression{}
	for _, c := range eyes {
		g.Artifacts = append(g.Artifacts, r.Channels[c])
	}
	for _, c := range index {
		g.Channels = append(g.Channels, r.Channels[c])
	}
	// Sums and products of what differs from the first sample.
	k := len(eyes)
	var shift []float64
	sum, square, product := make([]float64, len(all)), make([]float64, len(all)), make([][]float64, k)
	for i := range product {
		product[i] = make([]float64, len(all))
	}
	err = r.stretches(call, o.From, o.To, names, func(p *Piece, _ bool) error {
		keep := make([]bool, len(p.X[0]))
		for i := range keep {
			keep[i] = true
		}
		if !o.KeepBad {
			mask(keep, p.First[0], fs, r.Annotations)
		}
		for c, row := range p.X {
			n := 0
			for i, v := range row {
				if !keep[i] {
					continue
				}
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return fmt.Errorf("eeg: %s: channel %s is %g at %g s; samples must be finite (annotate the stretch as bad)", call, names[c], v, float64(p.First[c]+i)/fs)
				}
				row[n] = v
				n++
			}
			p.X[c] = row[:n]
		}
		if len(p.X[0]) == 0 {
			return nil
		}
		if shift == nil {
			for _, row := range p.X {
				shift = append(shift, row[0])
			}
		}
		for c, row := range p.X {
			vec.AddConstBlock(row, row, -shift[c])
		}
		for c, row := range p.X {
			sum[c] += vec.SumBlock(row)
			square[c] += vec.DotBlock(row, row)
			for i := range product {
				product[i][c] += vec.DotBlock(p.X[i], row)
			}
		}
		g.Samples += len(p.X[0])
		return nil
	})
	if err != nil {
		return nil, err
	}
	if g.Samples <= k+1 {
		return nil, fmt.Errorf("eeg: %s: %d samples are left; more than %d are needed", call, g.Samples, k+1)
	}
	n := float64(g.Samples)
	for i := range product {
		g.Mean = append(g.Mean, shift[i]+sum[i]/n)
		for c := range all {
			product[i][c] -= float64(sum[i] / n * sum[c])
		}
		if !(product[i][i] > 1e-14*square[i]) {
			return nil, fmt.Errorf("eeg: %s: artifact channel %s is flat; leave it out", call, names[i])
		}
	}
	for c := k; c < len(all); c++ {
		a := make([][]float64, k)
		for i := range a { // by the lengths of the artifacts, so that units do not matter
			for j := range k {
				a[i] = append(a[i], product[i][j]/math.Sqrt(product[i][i]*product[j][j]))
			}
			a[i] = append(a[i], product[i][c]/math.Sqrt(product[i][i]))
		}
		b, ok := linalg.Solve(a, 1e-10)
		if !ok {
			return nil, fmt.Errorf("eeg: %s: artifact channels %v depend on each other; leave one out", call, o.Artifacts)
		}
		explained := 0.0
		for i := range b {
			b[i] /= math.Sqrt(product[i][i])
			explained += float64(b[i] * product[i][c])
		}
		g.Coef = append(g.Coef, b)
		share := 0.0
		if v := square[c] - float64(sum[c]/n*sum[c]); v > 0 {
			share = math.Max(0, math.Min(1, explained/v))
		}
		g.Share = append(g.Share, share)
	}
	return g, nil
}

// Apply returns the recording without the artifacts, x_c - Σ b_ck (a_k - mean_k) with the
// means of the fit; other channels, those of the artifacts among them, stay as they are.
// Samples are computed when they are asked for. Errors: channels that are not there, have
// another unit or different rates. Checked against mne.preprocessing.EOGRegression.apply.
func (g *Regression) Apply(r *Recording) (*Recording, error) {
	const call = "Regression.Apply"
	if len(g.Coef) == 0 || len(g.Coef) != len(g.Channels) {
		return nil, fmt.Errorf("eeg: %s: there is no fit; it comes from Recording.Regression", call)
	}
	var names []string
	both := append(append([]Channel(nil), g.Artifacts...), g.Channels...)
	for _, c := range both {
		names = append(names, c.Name)
	}
	index, err := r.index(call, names)
	if err != nil {
		return nil, err
	}
	if _, err := r.rate(call, index); err != nil {
		return nil, err
	}
	l := &linear{of: r, rows: make([][]float64, len(r.Channels)), plus: make([]float64, len(r.Channels)), in: index, minus: make([]float64, len(index))}
	copy(l.minus, g.Mean)
	for c := range r.Channels {
		l.pass = append(l.pass, c)
	}
	for i, c := range index {
		if r.Channels[c].Unit != both[i].Unit {
			return nil, fmt.Errorf("eeg: %s: %s is in %q and was fitted in %q", call, names[i], r.Channels[c].Unit, both[i].Unit)
		}
		if k := i - len(g.Artifacts); k >= 0 {
			row := make([]float64, len(index))
			for j, b := range g.Coef[k] {
				row[j] = -b
			}
			row[i] = 1
			l.rows[c] = row
		}
	}
	return r.derive(append([]Channel(nil), r.Channels...), l)
}

// Table returns the coefficients and the explained share of each channel.
func (g *Regression) Table() table.Table {
	cols := []table.Col{{Name: "channel"}}
	for _, a := range g.Artifacts {
		cols = append(cols, table.Col{Name: a.Name})
	}
	cols = append(cols, table.Col{Name: "explained", Unit: "%"})
	for c, ch := range g.Channels {
		cols[0].Text = append(cols[0].Text, ch.Name)
		for k := range g.Artifacts {
			cols[1+k].Num = append(cols[1+k].Num, g.Coef[c][k])
		}
		cols[len(cols)-1].Num = append(cols[len(cols)-1].Num, float64(100*g.Share[c]))
	}
	return table.Table{Title: fmt.Sprintf("regression on %s, %d samples", spell.Count(len(g.Artifacts), "artifact channel"), g.Samples), Cols: cols}
}

// Show shows maps of the coefficients where channels have places, with the table as text;
// the table otherwise.
func (g *Regression) Show() display.Bundle {
	t := g.Table().Show()
	f := g.Plot()
	if f == nil {
		return t
	}
	b := f.Show()
	b.Data[display.TypeText] = t.Data[display.TypeText]
	return b
}

// Plot draws a map of the head for each artifact channel: its coefficients. It is nil where
// fewer than 3 channels have a place.
func (g *Regression) Plot() *figure.Figure {
	f := &figure.Figure{Cols: min(4, len(g.Artifacts)), Title: "how much of an artifact is in a channel"}
	s, err := mapOf("Regression.Plot", g.Channels)
	if err != nil {
		return nil
	}
	s.unit = ""
	for k, a := range g.Artifacts {
		m, err := s.draw(s.values(func(c int) float64 { return g.Coef[c][k] }))
		if err != nil {
			return nil
		}
		p := m.Panels[0]
		p.Title, p.ColorBar.Label = a.Name, "coefficient"
		f.Panels = append(f.Panels, p)
	}
	rows := (len(f.Panels) + f.Cols - 1) / f.Cols
	f.Width, f.Height = float64(7*f.Cols), float64(6.5*float64(rows))+1
	return f
}
