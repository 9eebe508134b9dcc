package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// ConflictOptions say how ScoreConflict reads and cleans the trials of a Stroop,
// flanker or Simon task.
type ConflictOptions struct {
	Subject   string // column of the subject; "" is a single one
	Condition string // column of the condition; "" is "condition"
	RT        string // column of the response time, s, missing without a response; "" is "rt"
	Correct   string // column of 1 and 0; "" is "correct"

	Congruent, Incongruent string // what Condition holds; "" are "congruent" and "incongruent"
	Neutral                string // a third condition; "" is "neutral"

	Fast, Slow float64 // s: times below Fast or above Slow are outliers; 0 is no limit
	SD         float64 // times farther than SD standard deviations from the mean of subject and condition are outliers; 0 is no such rule
	Bins       int     // of the delta plot; 0 is 5
}

// ConflictScore are the measures of one subject, from correct trials without
// outliers unless said otherwise. Index 0 is congruent, 1 incongruent.
type ConflictScore struct {
	Subject        string
	RT             [2]float64    `unit:"s"` // mean response time, s
	Neutral        float64       `unit:"s"` // mean response time of the neutral condition, s; NaN without
	Accuracy       [2]float64    // share of the trials with a response
	Effect         float64       `unit:"s"` // RT incongruent - congruent, s
	AccuracyEffect float64       // accuracy congruent - incongruent
	Efficiency     [2]float64    `unit:"s"` // inverse efficiency RT/Accuracy, s; NaN without a correct response
	After          [2][2]float64 `unit:"s"` // After[before][now]: mean RT by the condition of the trial before, s
	Gratton        float64       `unit:"s"` // effect after congruent - effect after incongruent trials, s
	DeltaRT, Delta []float64     `unit:"s"` // mean time and effect of each quantile bin, s

	Trials, Missing, Errors, Outliers int // all; without a response; wrong; left out as outliers
}

// Conflict are the scores of the subjects of a task with congruent and
// incongruent trials.
type Conflict struct {
	Subjects []ConflictScore
	Rule     string // how outliers were found
}

// ScoreConflict returns the congruency effects of a Stroop, flanker or Simon task
// from its table of trials, which stand in the order in which they were shown.
//
// Trials without a response count in Missing and nowhere else; errors count for
// accuracy; outliers are found among correct trials by the rules of the options
// (first Fast and Slow, then SD) and left out of all times. The sequential
// (Gratton) effect takes trials that are correct and follow a correct trial of
// the same subject.
//
//	Gratton = (After[0][1] - After[0][0]) - (After[1][1] - After[1][0])
//	Delta[b] = mean of bin b of incongruent times - of congruent times,
//
// where a bin is an equal share of the sorted times (Ratcliff 1979; De Jong,
// Liang and Lauber 1994). A measure without trials is NaN; perfect and all-wrong
// performance are scored as they are. Columns that do not exist, conditions
// other than the three, Correct other than 0 and 1 of a trial with a response,
// times not above 0, and a subject without trials of both conditions are errors.
//
// Source: Stroop 1935; Eriksen and Eriksen 1974; Gratton, Coles and Donchin
// 1992; inverse efficiency: Townsend and Ashby 1978. Checked against sums by hand.
func ScoreConflict(t table.Table, o ConflictOptions) (*Conflict, error) {
	fail := func(format string, a ...any) (*Conflict, error) {
		return nil, fmt.Errorf("behavior: ScoreConflict: "+format, a...)
	}
	for _, d := range []struct {
		v   *string
		def string
	}{{&o.Condition, "condition"}, {&o.RT, "rt"}, {&o.Correct, "correct"}, {&o.Congruent, "congruent"}, {&o.Incongruent, "incongruent"}, {&o.Neutral, "neutral"}} {
		if *d.v == "" {
			*d.v = d.def
		}
	}
	if o.Bins == 0 {
		o.Bins = 5
	}
	if o.Bins < 1 || !(o.Fast >= 0 && o.Slow >= 0 && o.SD >= 0) {
		return fail("Bins is %d, Fast %g, Slow %g, SD %g; Bins must be 1 or more and the others not negative", o.Bins, o.Fast, o.Slow, o.SD)
	}
	rt, err := numbers(t, o.RT)
	if err != nil {
		return fail("%w", err)
	}
	correct, err := numbers(t, o.Correct)
	if err != nil {
		return fail("%w", err)
	}
	condition, err := words(t, o.Condition)
	if err != nil {
		return fail("%w", err)
	}
	of, names, err := subjects(t, o.Subject)
	if err != nil {
		return fail("%w", err)
	}
	trials := make([][]conflictTrial, len(names))
	for i := range rt {
		c := conflictTrial{rt: rt[i], missing: math.IsNaN(rt[i])}
		switch condition[i] {
		case o.Congruent:
		case o.Incongruent:
			c.condition = 1
		case o.Neutral:
			c.condition = 2
		default:
			return fail("row %d has the condition %q; it must be %q, %q or %q, or what Congruent, Incongruent and Neutral of the options name", i, condition[i], o.Congruent, o.Incongruent, o.Neutral)
		}
		if !c.missing {
			if !(rt[i] > 0) || math.IsInf(rt[i], 0) {
				return fail("row %d has a response time of %g s; it must be above 0, or missing", i, rt[i])
			}
			if correct[i] != 0 && correct[i] != 1 {
				return fail("row %d has %q %g; it must be 0 or 1 where there is a response", i, o.Correct, correct[i])
			}
			c.correct = correct[i] == 1
		}
		trials[of[i]] = append(trials[of[i]], c)
	}
	r := &Conflict{Rule: o.rule()}
	for k, name := range names {
		s, err := scoreConflict(trials[k], o)
		if err != nil {
			return fail("subject %q: %w", name, err)
		}
		s.Subject = name
		r.Subjects = append(r.Subjects, s)
	}
	return r, nil
}

func (o ConflictOptions) rule() string {
	var s string
	if o.Fast > 0 {
		s += fmt.Sprintf("below %g s, ", o.Fast)
	}
	if o.Slow > 0 {
		s += fmt.Sprintf("above %g s, ", o.Slow)
	}
	if o.SD > 0 {
		s += fmt.Sprintf("beyond %g SD of subject and condition, ", o.SD)
	}
	if s == "" {
		return "none left out"
	}
	return s[:len(s)-2]
}

type conflictTrial struct {
	condition        int
	rt               float64
	missing, correct bool
	outlier          bool
}

func scoreConflict(trials []conflictTrial, o ConflictOptions) (s ConflictScore, err error) {
	s.Trials = len(trials)
	var shown, answered, right [3]int
	for i := range trials {
		c := &trials[i]
		shown[c.condition]++
		if c.missing {
			s.Missing++
			continue
		}
		answered[c.condition]++
		if !c.correct {
			s.Errors++
			continue
		}
		right[c.condition]++
		c.outlier = o.Fast > 0 && c.rt < o.Fast || o.Slow > 0 && c.rt > o.Slow
	}
	if shown[0] == 0 || shown[1] == 0 {
		return s, fmt.Errorf("there are %d congruent and %d incongruent trials; both are needed", shown[0], shown[1])
	}
	times := func(k int) (x []float64) {
		for _, c := range trials {
			if c.condition == k && c.correct && !c.outlier {
				x = append(x, c.rt)
			}
		}
		return x
	}
	if o.SD > 0 {
		for k := range 3 {
			x := times(k)
			mean, sd := meanOf(x), spread(x)
			for i := range trials {
				if c := &trials[i]; c.condition == k && c.correct && !c.outlier && math.Abs(c.rt-mean) > o.SD*sd {
					c.outlier = true
				}
			}
		}
	}
	for _, c := range trials {
		if c.outlier {
			s.Outliers++
		}
	}
	both := [2][]float64{times(0), times(1)}
	for k := range both {
		s.RT[k] = meanOf(both[k])
		s.Accuracy[k] = float64(right[k]) / float64(answered[k])
		s.Efficiency[k] = s.RT[k] / s.Accuracy[k]
	}
	s.Neutral = meanOf(times(2))
	s.Effect, s.AccuracyEffect = s.RT[1]-s.RT[0], s.Accuracy[0]-s.Accuracy[1]
	var after [2][2][]float64
	for i := 1; i < len(trials); i++ {
		a, b := trials[i-1], trials[i]
		if a.correct && b.correct && !b.outlier && a.condition < 2 && b.condition < 2 {
			after[a.condition][b.condition] = append(after[a.condition][b.condition], b.rt)
		}
	}
	for a := range after {
		for b := range after[a] {
			s.After[a][b] = meanOf(after[a][b])
		}
	}
	s.Gratton = s.After[0][1] - s.After[0][0] - (s.After[1][1] - s.After[1][0])
	if len(both[0]) >= o.Bins && len(both[1]) >= o.Bins {
		con, inc := binMeans(both[0], o.Bins), binMeans(both[1], o.Bins)
		for b := range con {
			s.DeltaRT = append(s.DeltaRT, (con[b]+inc[b])/2)
			s.Delta = append(s.Delta, inc[b]-con[b])
		}
	}
	return s, nil
}

// spread is the standard deviation with n - 1; 0 of a single value.
func spread(x []float64) float64 {
	if len(x) < 2 {
		return 0
	}
	m, sum := meanOf(x), 0.0
	for _, v := range x {
		sum += float64((v - m) * (v - m))
	}
	return math.Sqrt(sum / float64(len(x)-1))
}

// binMeans are the means of equal shares of the sorted values; a value on the
// edge counts in both by its parts.
func binMeans(x []float64, bins int) []float64 {
	sorted := slices.Sorted(slices.Values(x))
	m := make([]float64, bins)
	width := float64(len(x)) / float64(bins)
	for b := range m {
		lo, hi := float64(b)*width, float64(b+1)*width
		sum := 0.0
		for i := int(lo); i < len(x) && float64(i) < hi; i++ {
			part := math.Min(float64(i+1), hi) - math.Max(float64(i), lo)
			sum += float64(part * sorted[i])
		}
		m[b] = sum / width
	}
	return m
}

// words returns a column as text; numbers as they are printed.
func words(t table.Table, name string) ([]string, error) {
	c, err := t.Col(name)
	if err != nil {
		return nil, err
	}
	if c.Num == nil {
		return c.Text, nil
	}
	w := make([]string, len(c.Num))
	for i, v := range c.Num {
		w[i] = fmt.Sprint(v)
	}
	return w, nil
}

// each returns one measure of all subjects.
func (c *Conflict) each(f func(s *ConflictScore) float64) []float64 {
	x := make([]float64, len(c.Subjects))
	for i := range c.Subjects {
		x[i] = f(&c.Subjects[i])
	}
	return x
}

// Table returns one row per subject; times in ms.
func (c *Conflict) Table() table.Table {
	name := make([]string, len(c.Subjects))
	for i, s := range c.Subjects {
		name[i] = s.Subject
	}
	ms := func(label string, f func(s *ConflictScore) float64) table.Col {
		return table.Col{Name: label, Unit: "ms", Num: c.each(func(s *ConflictScore) float64 { return 1000 * f(s) })}
	}
	n := func(label string, f func(s *ConflictScore) float64) table.Col {
		return table.Col{Name: label, Num: c.each(f)}
	}
	return table.Table{Title: "outliers: " + c.Rule, Cols: []table.Col{
		{Name: "subject", Text: name},
		ms("congruent", func(s *ConflictScore) float64 { return s.RT[0] }), ms("incongruent", func(s *ConflictScore) float64 { return s.RT[1] }),
		ms("effect", func(s *ConflictScore) float64 { return s.Effect }), ms("Gratton", func(s *ConflictScore) float64 { return s.Gratton }),
		n("accuracy, congruent", func(s *ConflictScore) float64 { return s.Accuracy[0] }), n("accuracy, incongruent", func(s *ConflictScore) float64 { return s.Accuracy[1] }),
		ms("inverse efficiency, congruent", func(s *ConflictScore) float64 { return s.Efficiency[0] }), ms("inverse efficiency, incongruent", func(s *ConflictScore) float64 { return s.Efficiency[1] }),
		n("trials", func(s *ConflictScore) float64 { return float64(s.Trials) }), n("missing", func(s *ConflictScore) float64 { return float64(s.Missing) }),
		n("errors", func(s *ConflictScore) float64 { return float64(s.Errors) }), n("outliers", func(s *ConflictScore) float64 { return float64(s.Outliers) }),
	}}
}

// String gives the mean effects over subjects with their standard errors.
func (c *Conflict) String() string {
	part := func(f func(s *ConflictScore) float64) string {
		x := slices.DeleteFunc(c.each(f), math.IsNaN)
		switch len(x) {
		case 0:
			return "undetermined (no such trials)"
		case 1:
			return fmt.Sprintf("%.0f ms", 1000*x[0])
		}
		return fmt.Sprintf("%.0f ± %.0f ms (SE)", 1000*meanOf(x), 1000*spread(x)/math.Sqrt(float64(len(x))))
	}
	missing, outliers, trials := 0, 0, 0
	for _, s := range c.Subjects {
		missing, outliers, trials = missing+s.Missing, outliers+s.Outliers, trials+s.Trials
	}
	return fmt.Sprintf("congruency effect %s, sequential effect %s; %d subjects, %d trials, %d without a response, %d outliers (%s)",
		part(func(s *ConflictScore) float64 { return s.Effect }), part(func(s *ConflictScore) float64 { return s.Gratton }), len(c.Subjects), trials, missing, outliers, c.Rule)
}

// Plot draws the times after congruent and incongruent trials, and the delta
// plot, as means over subjects.
func (c *Conflict) Plot() *figure.Figure {
	p := figure.Panel{X: figure.Axis{Label: "trial before", Min: -0.4, Max: 1.4, Ticks: []float64{0, 1}, Names: []string{"congruent", "incongruent"}}, Y: figure.Axis{Label: "mean response time", Unit: "s"}}
	for now := range 2 {
		var y []float64
		for before := range 2 {
			y = append(y, meanOf(c.each(func(s *ConflictScore) float64 { return s.After[before][now] })))
		}
		color := [2]string{"blue", "orange"}[now]
		p.Layers = append(p.Layers,
			figure.Layer{Kind: figure.Line, Name: [2]string{"congruent", "incongruent"}[now], X: []float64{0, 1}, Y: y, Color: color, Width: 1.5},
			figure.Layer{Kind: figure.Points, X: []float64{0, 1}, Y: y, Color: color})
	}
	d := figure.Panel{X: figure.Axis{Label: "mean response time", Unit: "s"}, Y: figure.Axis{Label: "incongruent - congruent", Unit: "s"}}
	var x, y []float64
	bins := 0
	for _, s := range c.Subjects {
		bins = max(bins, len(s.Delta))
	}
	for b := range bins {
		var t, e []float64
		for _, s := range c.Subjects {
			if b < len(s.Delta) {
				t, e = append(t, s.DeltaRT[b]), append(e, s.Delta[b])
			}
		}
		x, y = append(x, meanOf(t)), append(y, meanOf(e))
		if len(e) > 1 {
			se := spread(e) / math.Sqrt(float64(len(e)))
			d.Layers = append(d.Layers, figure.Layer{Kind: figure.Errors, X: x[b:], Y: []float64{y[b] - se}, Y2: []float64{y[b] + se}, Color: "grey"})
		}
	}
	d.Layers = append(d.Layers, figure.Layer{Kind: figure.HLine, Y: []float64{0}, Color: "grey"}, figure.Layer{Kind: figure.Line, X: x, Y: y, Color: "blue", Width: 1.5}, figure.Layer{Kind: figure.Points, X: x, Y: y, Color: "blue"})
	return &figure.Figure{Title: "by the trial before, and delta plot", Width: 17, Height: 8, Cols: 2, Panels: []figure.Panel{p, d}}
}

// Show draws the figure under the table of subjects.
func (c *Conflict) Show() display.Bundle {
	return figure.Under(c.Plot(), "sequential effect and delta plot", c.Table().Show())
}
