package behavior

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// IRTOptions say which model of item response theory FitIRT fits.
type IRTOptions struct {
	// Model is "2PL" (the default), "1PL", "3PL" or "graded".
	Model string
	// Names of the items; nil numbers them from 1.
	Names []string
	// GuessMean is the mean of the prior of the guessing parameters of a 3PL:
	// Beta(1 + 20 GuessMean, 1 + 20 (1 - GuessMean)), without which small
	// samples leave them open. 0 means 0.2; -1 means no prior.
	GuessMean float64
	// Nodes is the number of abilities, equally spaced from -6 to 6, over which
	// the likelihood is summed. 0 means 61.
	Nodes int
	// Cycles bounds the EM cycles. 0 means 1000.
	Cycles int
}

// IRTItem is a fitted item.
type IRTItem struct {
	Name string
	A    float64   // discrimination, per unit of ability
	B    []float64 // difficulty, in units of ability; of a graded item one for each step up
	C    float64   // guessing; 0 but in a 3PL
	SEA  float64   // standard errors from the observed information; NaN where held
	SEB  []float64
	SEC  float64
	Held string // why parameters are not free estimates; "" where they are
	d    []float64
}

// IRT is a fitted model of item response theory.
type IRT struct {
	Model      string
	Items      []IRTItem
	LogLik     float64 // marginal log likelihood
	AIC, BIC   float64
	Parameters int // estimated
	Persons    int
	Cycles     int // of EM, before Newton's steps
	Converged  bool
	Notes      []string // what to know before using the fit

	responses [][]int
	nodes     irtNodes
}

// FitIRT fits a model of item response theory by marginal maximum likelihood:
// abilities θ are standard normal, and are integrated out.
//
//	2PL:    P = 1/(1 + exp(-A (θ - B)))
//	1PL:    the same with one A for all items
//	3PL:    P = C + (1 - C)/(1 + exp(-A (θ - B)))
//	graded: P(x >= k) = 1/(1 + exp(-A (θ - B_k))), k = 1, 2, ...
//
// responses[person][item] is 0 or 1 (0, 1, 2, ... for "graded"), -1 where it is
// missing, as ResponsesOf takes it from a table; what is missing does not count,
// and a person's other responses do. Persons with equal responses are counted together. EM with squared
// extrapolation goes near the maximum, Newton's method with the observed
// information to it; standard errors are from that information.
//
// An item that everybody got right or wrong has no estimate: B is -Inf or +Inf,
// A NaN, and Held says so. Persons with all right or all wrong stay in. A
// discrimination above 12 or a guessing below 0.0003 is held there, and said.
// Fewer than two items, fewer than three persons, rows of unequal length,
// responses outside the model, a category of a graded item that nobody chose
// below one that somebody did, and options outside what they allow are errors. A
// fit that did not settle has Converged false.
//
// Source: Bock and Aitkin 1981, Psychometrika 46:443; Samejima 1969; Varadhan
// and Roland 2008, Scand J Stat 35:335 (extrapolation); Louis 1982, J R Stat Soc
// B 44:226 (information). Checked against girth and SciPy's maximum of the same
// likelihood.
func FitIRT(responses [][]int, o IRTOptions) (*IRT, error) {
	if o.Model == "" {
		o.Model = "2PL"
	}
	f, err := newIRTFit(responses, o)
	if err != nil {
		return nil, err
	}
	f.task = display.Start("behavior.FitIRT", "", 0)
	f.run()
	err = f.task.Err()
	f.task.End()
	if err != nil {
		return nil, fmt.Errorf("behavior: FitIRT: %w", err)
	}
	return f.result(), nil
}

// ResponsesOf returns the answers in the named columns of a table (all, when none is named) as FitIRT
// and FitRasch take them: [row][column], -1 where an answer is missing. A name that no column has,
// words, and numbers that are not whole or below 0 are errors.
func ResponsesOf(t table.Table, items ...string) ([][]int, error) {
	x, err := t.Matrix(items...)
	if err != nil {
		return nil, fmt.Errorf("behavior: ResponsesOf: %w", err)
	}
	if len(items) == 0 {
		items = t.Names()
	}
	out := make([][]int, len(x))
	for i, row := range x {
		out[i] = make([]int, len(row))
		for j, v := range row {
			switch {
			case math.IsNaN(v):
				out[i][j] = -1
			case v != math.Trunc(v) || v < 0 || v > 1e6:
				return nil, fmt.Errorf("behavior: ResponsesOf: row %d of %q is %g; answers are 0, 1, 2, ... or missing", i, items[j], v)
			default:
				out[i][j] = int(v)
			}
		}
	}
	return out, nil
}

// newIRTFit checks the responses and options.
func newIRTFit(responses [][]int, o IRTOptions) (*irtFit, error) {
	fail := func(format string, a ...any) (*irtFit, error) {
		return nil, fmt.Errorf("behavior: FitIRT: "+format, a...)
	}
	switch o.Model {
	case "1PL", "2PL", "3PL", "graded":
	default:
		return fail("Model is %q, it must be \"1PL\", \"2PL\", \"3PL\" or \"graded\"", o.Model)
	}
	switch {
	case o.GuessMean == 0:
		o.GuessMean = 0.2
	case o.GuessMean != -1 && !(o.GuessMean > 0 && o.GuessMean < 1):
		return fail("GuessMean is %g, it must lie between 0 and 1 (0 means 0.2, -1 no prior)", o.GuessMean)
	}
	if o.Nodes == 0 {
		o.Nodes = 61
	}
	if o.Nodes < 11 || o.Nodes > 1001 {
		return fail("Nodes is %d, allowed are 11 to 1001 (0 means 61)", o.Nodes)
	}
	if o.Cycles == 0 {
		o.Cycles = 1000
	}
	if o.Cycles < 1 {
		return fail("Cycles is %d, it must be above 0 (0 means 1000)", o.Cycles)
	}
	highest := 1
	if o.Model == "graded" {
		highest = 63
	}
	categories, err := checkResponses("FitIRT", responses, highest, o.Names)
	if err != nil {
		return nil, err
	}
	return newIRTData(responses, categories, o), nil
}

// checkResponses returns the highest response to each item.
func checkResponses(caller string, responses [][]int, highest int, names []string) (top []int, err error) {
	fail := func(format string, a ...any) ([]int, error) {
		return nil, fmt.Errorf("behavior: "+caller+": "+format, a...)
	}
	if len(responses) < 3 {
		return fail("responses has %d persons, at least three are needed", len(responses))
	}
	items := len(responses[0])
	if items < 2 {
		return fail("responses has %d items, at least two are needed", items)
	}
	if names != nil && len(names) != items {
		return fail("Names has %d names for %d items", len(names), items)
	}
	used := make([][]bool, items)
	for j := range used {
		used[j] = make([]bool, highest+1)
	}
	for i, row := range responses {
		if len(row) != items {
			return fail("responses[%d] has %d items, the first person has %d", i, len(row), items)
		}
		for j, x := range row {
			if x < -1 || x > highest {
				return fail("responses[%d][%d] is %d, allowed are 0 to %d, and -1 for a missing response", i, j, x, highest)
			}
			if x >= 0 {
				used[j][x] = true
			}
		}
	}
	top = make([]int, items)
	for j, u := range used {
		top[j] = -1
		for x, yes := range u {
			if yes {
				top[j] = x
			}
		}
		if top[j] < 0 {
			return fail("nobody responded to item %d", j)
		}
		for x := range top[j] {
			if highest > 1 && !u[x] {
				return fail("nobody chose category %d of item %d, though some chose %d; join categories, for its threshold has no estimate", x, j, top[j])
			}
		}
	}
	return top, nil
}

// itemName is the name of item j, or its number from 1.
func itemName(names []string, j int) string {
	if names == nil {
		return fmt.Sprintf("item %d", j+1)
	}
	return names[j]
}

// result describes the fit.
func (f *irtFit) result() *IRT {
	r := &IRT{Model: f.o.Model, LogLik: f.logLik, Persons: len(f.responses), Cycles: f.cycles, Converged: f.converged, responses: f.responses, nodes: f.nodes}
	se := f.standardErrors()
	for j := range f.items {
		it := &f.items[j]
		out := IRTItem{Name: itemName(f.o.Names, j), A: math.NaN(), SEA: math.NaN(), SEC: math.NaN()}
		if it.kind == irtNone {
			out.B, out.SEB, out.Held = []float64{math.Inf(it.sign)}, []float64{math.NaN()}, "everybody was right"
			if it.sign > 0 {
				out.Held = "everybody was wrong"
			}
			r.Notes = append(r.Notes, fmt.Sprintf("%s has no estimate: %s", out.Name, out.Held))
			r.Items = append(r.Items, out)
			continue
		}
		p := f.local(j, f.p)
		a := p[0]
		out.A, out.SEA, out.d = a, se(it.at[0], it.at[0]), append([]float64(nil), p[1:]...)
		if it.kind == irt3PL {
			out.C = logistic(p[2])
			out.SEC = float64(out.C * (1 - out.C) * math.Sqrt(se(it.at[2], it.at[2])))
			out.d = out.d[:1]
		} else {
			out.SEC = 0
		}
		out.SEA = math.Sqrt(out.SEA)
		for k, d := range out.d {
			// The delta method for -d/a.
			da, dd := d/float64(a*a), -1/a
			i, m := it.at[0], it.at[1+k]
			v := float64(da*da*se(i, i)) + float64(2*da*dd*se(i, m)) + float64(dd*dd*se(m, m))
			out.B, out.SEB = append(out.B, -d/a), append(out.SEB, math.Sqrt(v))
		}
		switch {
		case f.atBound[it.at[0]]:
			out.Held = fmt.Sprintf("the discrimination grows without limit; held at %g", a)
		case it.kind == irt3PL && f.atBound[it.at[2]]:
			out.Held = "the guessing goes to 0; held there"
		}
		if out.Held != "" {
			r.Notes = append(r.Notes, fmt.Sprintf("%s: %s", out.Name, out.Held))
		}
		if a < 0 {
			r.Notes = append(r.Notes, fmt.Sprintf("%s falls with ability (A %.2g): was it meant to be reversed?", out.Name, a))
		}
		r.Items = append(r.Items, out)
	}
	r.Parameters = len(f.p)
	k := float64(r.Parameters)
	r.AIC, r.BIC = float64(2*k)-float64(2*r.LogLik), float64(k*logOf(len(f.responses)))-float64(2*r.LogLik)
	if !r.Converged {
		r.Notes = append(r.Notes, fmt.Sprintf("the fit did not settle in %d cycles", r.Cycles))
	}
	return r
}
