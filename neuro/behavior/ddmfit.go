package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// DDMFitOptions say how FitDDM fits.
type DDMFitOptions struct {
	Unbiased    bool    // hold Z at 0.5
	SV, SZ, ST0 bool    // fit the variability over trials of drift, start or non-decision time, which is held at 0 otherwise
	Outliers    float64 // probability of a trial that is not the model's but uniform, between 0 and 1; 0 means none, -1 that it is fitted
	Level       float64 // of the intervals; 0 means 0.95
	Wald        bool    // limits from the standard errors instead of the likelihood's profile, which takes longer
	// By lets parameters differ between conditions: By["V"] holds the condition
	// of each trial, such as "0.032" or "easy", for the drift; other keys are A,
	// T0, Z, SV, SZ and ST0.
	By map[string][]string
	// Strength is a number for each trial that multiplies V, such as the
	// coherence of the stimulus with the sign of its direction; nil means 1.
	Strength []float64
}

// DDMFit is a drift-diffusion model fitted to choices and response times.
type DDMFit struct {
	Model      DDM            // the estimates, with S 1; with By those of the first condition
	SE         DDM            // their standard errors; 0 where held
	Lo, Hi     DDM            // their confidence limits
	Params     []DDMParam     // what was estimated, of all conditions
	Conditions []DDMCondition // one without By
	Outliers   float64        // probability of an outlier
	Level      float64        // of the limits
	LogLik     float64
	AIC, BIC   float64
	Converged  bool      // the search ended at a maximum
	Notes      []string  // what the data do not determine, or why the search did not end
	RT         []float64 `unit:"s"` // the data
	Upper      []bool
	Strength   []float64 // nil without

	cell    []int // condition of each trial
	uniform float64
	wald    bool
	vague   bool // Z is held because the data do not tell it
}

// DDMParam is an estimated parameter.
type DDMParam struct {
	Name      string  // such as "A", or "V[easy]" in a condition
	Value, SE float64 // SE is NaN where the data do not give one
	Lo, Hi    float64 // confidence limits
}

// DDMCondition is the model of one condition.
type DDMCondition struct {
	Label  string // the conditions of By joined by a comma; "" without
	Model  DDM
	Trials int
}

// FitDDM fits a drift-diffusion model with S 1 by maximum likelihood: A, V, T0
// and Z and, where the options say so, the variabilities over trials, the
// probability of outliers, and any of them by condition.
//
// rt holds the response times, s, and upper whether each response was at the
// upper boundary (such as "correct", or "right"). The search runs in
// coordinates without limits (log A, V, logit Z, logit of T0 over the shortest
// time, ...) from the EZ estimates. Standard errors are from the observed
// information. Limits are where the likelihood, maximised over the other
// parameters, has fallen by half the quantile of χ² with one degree of freedom;
// with Wald, and for T0 beside ST0, they are those of the transformed
// parameters, carried back. A parameter at its bound, such as an SV of 0, is
// named in Notes and has no standard error. SZ is kept below 1.9 min(Z, 1-Z).
//
// A single response faster than the others' T0 pulls T0 down: take
// anticipations out before the fit, or let Outliers account for them, with
// density p/(2 max rt) at either boundary.
//
// When all responses are at one boundary, their times do not tell Z: the
// estimates are then those of a Z held at 0.5, and Notes say so. Standard errors
// are conditional on that, limits are not: they are where the likelihood,
// maximised over Z too, has fallen so far, A without an upper one where a
// boundary infinitely far is likely enough (times are then those of a Wald
// distribution). With Unbiased they are those of a Z of 0.5; with Wald, and with a
// Z by condition, too. The same is done where the likelihood has no maximum
// with Z free, such as when the few other responses may be outliers. A search that
// does not end at a maximum leaves Converged false and standard errors NaN.
//
// Unequal lengths, fewer than 10 trials, times that are not above 0 or not
// finite (take trials without a response out), times that are all equal,
// options outside their range and unknown keys of By are errors.
//
// 95 % limits held V in 95 to 96 % of sets of 50 to 400 simulated trials, T0 in 93 %
// of those of 50, and with Outliers fitted A in 90 % of sets of 250.
//
// Source: Ratcliff and Tuerlinckx 2002; density of Navarro and Fuss 2009.
// Checked by recovery and coverage, and against PyDDM and rtdists.
func FitDDM(rt []float64, upper []bool, o DDMFitOptions) (*DDMFit, error) {
	data, cell, err := o.group(rt, upper)
	if err != nil {
		return nil, fmt.Errorf("behavior: FitDDM: %w", err)
	}
	f := &DDMFit{RT: slices.Clone(rt), Upper: slices.Clone(upper), Strength: slices.Clone(o.Strength), Level: o.Level, wald: o.Wald, cell: cell, uniform: data.uniform}
	if f.Level == 0 {
		f.Level = 0.95
	}
	task := display.Start("behavior.FitDDM", "", 0)
	defer task.End()
	for {
		y := o.layout(data, f)
		q, ok := y.start(data, o)
		if !ok {
			return nil, fmt.Errorf("behavior: FitDDM: the likelihood of the %d trials has no value near the start", len(rt))
		}
		r := y.search(data, q, task.Err)
		f.set(y, data, r, task.Err)
		if err := task.Err(); err != nil {
			return nil, fmt.Errorf("behavior: FitDDM: %w", err)
		}
		if f.Converged || o.Unbiased || o.By["Z"] != nil {
			if note := milliseconds(rt); note != "" {
				f.Notes = append(f.Notes, note)
			}
			return f, nil
		}
		// A ridge without a top is most often that of V and Z.
		o.Unbiased, f.vague = true, true
		f.Params, f.Conditions = nil, nil
		f.Notes = []string{fmt.Sprintf("with Z free the likelihood has no maximum (up to %.2f): the data do not tell V from Z, which is held at 0.5", -r.F)}
	}
}

// group checks the data and sorts the trials by condition and strength.
func (o *DDMFitOptions) group(rt []float64, upper []bool) (*ddmData, []int, error) {
	if len(rt) != len(upper) {
		return nil, nil, fmt.Errorf("rt has %d trials and upper %d; they must be as many", len(rt), len(upper))
	}
	if _, err := momentsRT("FitDDM", rt, 10); err != nil {
		return nil, nil, unwrapped(err)
	}
	for i, t := range rt {
		if t <= 0 {
			return nil, nil, fmt.Errorf("rt[%d] is a time of %g s; response times must be above 0", i, t)
		}
	}
	if o.Level != 0 && !(o.Level > 0 && o.Level < 1) {
		return nil, nil, fmt.Errorf("Level is %g, it must lie between 0 and 1 (0 means 0.95)", o.Level)
	}
	if o.Outliers != -1 && !(o.Outliers >= 0 && o.Outliers < 1) {
		return nil, nil, fmt.Errorf("Outliers is %g; a probability below 1 (such as 0.05), 0 for none, or -1 to fit it is allowed", o.Outliers)
	}
	if o.Strength != nil && len(o.Strength) != len(rt) {
		return nil, nil, fmt.Errorf("Strength has %d trials and rt %d; they must be as many", len(o.Strength), len(rt))
	}
	for i, s := range o.Strength {
		if math.IsNaN(s) || math.IsInf(s, 0) {
			return nil, nil, fmt.Errorf("Strength[%d] is %g; it must be finite", i, s)
		}
	}
	known := 0
	for k, name := range ddmNames[:ddmOutliers] {
		by, ok := o.By[name]
		if !ok {
			continue
		}
		known++
		if len(by) != len(rt) {
			return nil, nil, fmt.Errorf("By[%q] has %d trials and rt %d; they must be as many", name, len(by), len(rt))
		}
		if free := o.free(); !free[k] {
			return nil, nil, fmt.Errorf("By has %s, which is held; let it be fitted", name)
		}
	}
	if known != len(o.By) {
		for _, name := range sortedKeys(o.By) {
			if !slices.Contains(ddmNames[:ddmOutliers], name) {
				return nil, nil, fmt.Errorf("By has %q; its keys may be A, V, T0, Z, SV, SZ and ST0", name)
			}
		}
	}
	t := &ddmData{uniform: 1 / (2 * slices.Max(rt)), strength: o.Strength != nil}
	cells, blocks := map[[8]string]int{}, map[[2]float64]int{}
	of := make([]int, len(rt))
	// Conditions in the order of their labels, whatever that of the trials.
	var order [8][]string
	for k, name := range ddmNames {
		order[k] = sortedLabels(o.By[name])
	}
	for i := range rt {
		var labels [8]string
		for k, name := range ddmNames {
			if by := o.By[name]; by != nil {
				labels[k] = by[i]
			}
		}
		if _, ok := cells[labels]; !ok {
			cells[labels] = len(t.cells)
			t.cells = append(t.cells, ddmCell{labels: labels})
		}
	}
	slices.SortFunc(t.cells, func(a, b ddmCell) int {
		for k := range order {
			if d := slices.Index(order[k], a.labels[k]) - slices.Index(order[k], b.labels[k]); d != 0 {
				return d
			}
		}
		return 0
	})
	for c := range t.cells {
		cells[t.cells[c].labels] = c
		for k := range order {
			if l := t.cells[c].labels[k]; l != "" && !slices.Contains(t.cells[c].labels[:k], l) {
				if t.cells[c].label != "" {
					t.cells[c].label += ", "
				}
				t.cells[c].label += l
			}
		}
	}
	for i, x := range rt {
		var labels [8]string
		for k, name := range ddmNames {
			if by := o.By[name]; by != nil {
				labels[k] = by[i]
			}
		}
		c, s := cells[labels], 1.0
		if o.Strength != nil {
			s = o.Strength[i]
		}
		of[i] = c
		t.cells[c].trials++
		key := [2]float64{float64(c), s}
		b, ok := blocks[key]
		if !ok {
			b = len(t.blocks)
			blocks[key] = b
			t.blocks = append(t.blocks, ddmBlock{cell: c, strength: s})
		}
		t.blocks[b].rt, t.blocks[b].upper = append(t.blocks[b].rt, x), append(t.blocks[b].upper, upper[i])
	}
	return t, of, nil
}

// free says which parameters are fitted.
func (o *DDMFitOptions) free() [8]bool {
	return [8]bool{true, true, true, !o.Unbiased, o.SV, o.SZ, o.ST0, o.Outliers == -1}
}

// layout gives each parameter of each condition its element.
func (o *DDMFitOptions) layout(t *ddmData, f *DDMFit) *ddmLayout {
	y := &ddmLayout{z: 0.5}
	free := o.free()
	for k := range ddmNames {
		y.at[k] = make([]int, len(t.cells))
		of := map[string]int{}
		for c := range t.cells {
			y.at[k][c] = -1
			if !free[k] {
				continue
			}
			l := t.cells[c].labels[k]
			i, ok := of[l]
			if !ok {
				// All responses at one boundary do not tell the start.
				if n, ups := t.count(k, l); k == ddmZ && (ups == 0 || ups == n) {
					where := ""
					if l != "" {
						where = " of condition " + l
					}
					note := fmt.Sprintf("all %d responses%s are at one boundary, which does not tell V from Z: Z is held at 0.5", n, where)
					if f.vague = o.By["Z"] == nil; !f.vague {
						note += conditional
					}
					f.Notes = append(f.Notes, note)
					i = -1
				} else {
					i = len(y.kind)
					y.kind, y.label = append(y.kind, k), append(y.label, l)
					y.limit = append(y.limit, math.Inf(1))
				}
				of[l] = i
			}
			y.at[k][c] = i
		}
	}
	for _, b := range t.blocks {
		i := y.at[ddmT0][b.cell]
		if o.Outliers == 0 {
			y.limit[i] = math.Min(y.limit[i], slices.Min(b.rt))
		} else {
			sorted := slices.Sorted(slices.Values(b.rt))
			y.limit[i] = math.Min(y.limit[i], sorted[len(sorted)/2])
		}
	}
	if o.Outliers > 0 {
		y.outliers = o.Outliers
	}
	return y
}

// count returns how many trials share a parameter's label, and how many of them
// are at the upper boundary.
func (t *ddmData) count(kind int, label string) (n, ups int) {
	for _, b := range t.blocks {
		if t.cells[b.cell].labels[kind] == label {
			n += len(b.rt)
			for _, u := range b.upper {
				if u {
					ups++
				}
			}
		}
	}
	return n, ups
}

// start returns where the search begins: the best of several around the EZ
// estimates.
func (y *ddmLayout) start(t *ddmData, o DDMFitOptions) (best []float64, ok bool) {
	base := make([]float64, len(y.kind))
	all, okAll := t.ez(func(*ddmBlock) bool { return true }, t.strength)
	if !okAll {
		all = DDM{A: 1, V: 0}
	}
	for i, k := range y.kind {
		d := all
		if y.label[i] != "" {
			if own, ok := t.ez(func(b *ddmBlock) bool { return t.cells[b.cell].labels[k] == y.label[i] }, t.strength); ok {
				d = own
			}
		}
		switch k {
		case ddmA:
			base[i] = vec.Log(d.A)
		case ddmV:
			base[i] = d.V
			if t.strength {
				// The slope of the choices: P(upper) is near 1/2 + V strength A/4.
				var up, down float64
				for _, b := range t.blocks {
					for _, u := range b.upper {
						s := b.strength
						if !u {
							s = -s
						}
						up += s
						down += float64(b.strength * b.strength)
					}
				}
				base[i] = 2 * up / (down * all.A)
				if down == 0 {
					base[i] = 0
				}
			}
		case ddmSV:
			base[i] = 0.5
		case ddmSZ:
			base[i] = 0.3
		case ddmST0:
			base[i] = 0.25
		case ddmOutliers:
			base[i] = 0.15
		}
	}
	least := math.Inf(1)
	for _, a := range []float64{0.7, 1, 1.4} {
		for _, start := range []float64{0, 1, 2, 3.5} {
			q := slices.Clone(base)
			for i, k := range y.kind {
				switch k {
				case ddmA:
					q[i] += vec.Log(a)
				case ddmT0:
					q[i] = start
				}
			}
			if v := t.loss(y, q); v < least {
				least, best = v, q
			}
		}
	}
	return best, best != nil
}

// ez is the EZ estimate from the blocks that are taken. signed counts a response
// along the strength as correct.
func (t *ddmData) ez(take func(*ddmBlock) bool, signed bool) (DDM, bool) {
	var n, right, sum, square float64
	for i := range t.blocks {
		b := &t.blocks[i]
		if !take(b) {
			continue
		}
		for j, x := range b.rt {
			n++
			if b.upper[j] == (!signed || b.strength >= 0) {
				right++
			}
			sum += x
			square += float64(x * x)
		}
	}
	mean := sum / n
	d, err := EZDiffusion((right+0.501)/(n+1), square/n-float64(mean*mean), mean)
	return d, err == nil && d.A > 0 && !math.IsInf(d.A, 0) && n > 1
}

// search minimises the loss from q. Variabilities and outliers, whose
// likelihood may have several maxima, are tried from several starts.
func (y *ddmLayout) search(t *ddmData, q []float64, stop func() error) optim.Result {
	loss := func(q []float64) float64 { return t.loss(y, q) }
	run := func(q []float64) optim.Result { return optim.Minimize(loss, q, optim.Options{Stop: stop}) }
	better := func(a, b optim.Result) bool {
		if a.Converged != b.Converged && math.Abs(a.F-b.F) < 1e-6*(1+math.Abs(b.F)) {
			return a.Converged
		}
		return a.F < b.F-float64(1e-9*(1+math.Abs(b.F)))
	}
	best := run(q)
	varies := slices.ContainsFunc(y.kind, func(k int) bool { return k >= ddmSV })
	if best.Converged && !varies {
		return best
	}
	for _, size := range []float64{0.2, 1, 2.5} {
		if stop() != nil {
			break
		}
		from := slices.Clone(q)
		for i, k := range y.kind {
			switch {
			case k >= ddmSV:
				from[i] *= size
			case k == ddmT0:
				from[i] += 1 - size
			case k == ddmA:
				from[i] += float64(0.2 * (size - 1))
			}
		}
		if v := loss(from); math.IsInf(v, 0) || math.IsNaN(v) {
			continue
		}
		if r := run(from); better(r, best) {
			best = r
		}
		if best.Converged && !varies {
			break
		}
	}
	return best
}

// set fills the fit in from where the search ended.
func (f *DDMFit) set(y *ddmLayout, t *ddmData, r optim.Result, stop func() error) {
	q := r.X
	f.LogLik, f.Converged = -r.F, r.Converged
	n, k := float64(len(f.RT)), float64(len(q))
	f.AIC, f.BIC = 2*(k+r.F), float64(k*vec.Log(n))+float64(2*r.F)
	bound := y.bounds(q)
	var inside []int
	for i := range q {
		if bound[i] == "" {
			inside = append(inside, i)
		} else {
			f.Notes = append(f.Notes, y.name(i)+" "+bound[i])
		}
	}
	cov, ok := covariance(r.Hessian, inside)
	if len(inside) < len(q) && ok && !f.Converged { // flat only toward a bound
		f.Converged = true
		for _, i := range inside {
			f.Converged = f.Converged && math.Abs(r.Gradient[i])*math.Sqrt(cov[i][i]) < 1e-3
		}
	}
	if !ok {
		f.Converged = false
	}
	if !f.Converged {
		f.Notes = append(f.Notes, "the search did not end at a maximum: the data do not determine all parameters")
	}
	se, lo, hi := y.errors(q, cov, vec.NormQuantile((1+f.Level)/2))
	var start [2]float64 // limits of Z where it is held
	switch {
	case f.vague && (f.wald || !f.Converged):
		f.Notes[0] += conditional
	case f.vague:
		start = f.overZ(y, t, r, lo, hi, stop)
		if !(start[0] <= 0.5 && 0.5 <= start[1]) {
			f.Notes = append(f.Notes, fmt.Sprintf("a Z of 0.5 is outside its limits, %.3f to %.3f: the estimates, which are those of that Z, may be outside theirs", start[0], start[1]))
		}
	case f.Converged && !f.wald:
		y.profile(t, r, bound, r.F, f.Level, lo, hi, stop)
	}
	for i := range q {
		if bound[i] != "" || !f.Converged {
			se[i] = math.NaN()
			if !f.Converged {
				lo[i], hi[i] = math.NaN(), math.NaN()
			}
		}
		f.Params = append(f.Params, DDMParam{Name: y.name(i), Value: y.value(q, i), SE: se[i], Lo: lo[i], Hi: hi[i]})
	}
	for c, cell := range t.cells {
		d, p := y.model(q, c)
		f.Outliers = p
		f.Conditions = append(f.Conditions, DDMCondition{Label: cell.label, Model: d, Trials: cell.trials})
	}
	f.Model = f.Conditions[0].Model
	of := func(v []float64, held bool) DDM {
		d := DDM{}
		if held {
			d = f.Model
		}
		for k, p := range []*float64{&d.A, &d.V, &d.T0, &d.Z, &d.SV, &d.SZ, &d.ST0} {
			if i := y.at[k][0]; i >= 0 {
				*p = v[i]
			}
		}
		return d
	}
	f.SE, f.Lo, f.Hi = of(se, false), of(lo, true), of(hi, true)
	if start[1] > 0 {
		f.Lo.Z, f.Hi.Z = start[0], start[1]
	}
}

// name is that of element i, such as V[easy].
func (y *ddmLayout) name(i int) string {
	if y.label[i] == "" {
		return ddmNames[y.kind[i]]
	}
	return ddmNames[y.kind[i]] + "[" + y.label[i] + "]"
}
