package behavior

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// DetectionOptions say how GoNoGo, NBack and ChangeDetection read a table of
// trials.
type DetectionOptions struct {
	Subject  string // column of the subject; "" is a single one
	Stimulus string // column of the kind of trial; "" is "stimulus"
	Response string // column of 1 (pressed, "change") and 0, missing where nothing was recorded; "" is "response"
	RT       string // column of the response time, s; "" is none
	By       string // column of a condition to score on its own, such as the load; "" is none ("setsize" for ChangeDetection)

	Signal, Noise, Lure string // what Stimulus holds; "" are the words of the task
}

// DetectionScore are the measures of one subject in one condition.
type DetectionScore struct {
	Subject, Condition string

	Hits, Misses, FalseAlarms, Rejections int // false alarms and rejections without those to lures
	LureAlarms, Lures                     int // responses to lures, and their trials
	Missing                               int // trials without a record or a kind, which are not scored

	HitRate, FalseAlarmRate, LureRate float64 // NaN without such trials
	DPrime, C                         float64 // by the log-linear rule, finite for perfect performance too
	RT, SD                            float64 `unit:"s"` // of hits, s: mean and standard deviation; NaN without
	Cowan, Pashler                    float64 // items held; ChangeDetection only
}

// Detection are the scores of a task in which some trials hold a signal and
// others none.
type Detection struct {
	Task   string // "go/no-go", "n-back" or "change detection"
	Scores []DetectionScore
}

// GoNoGo scores a go/no-go task: Stimulus is "go" or "nogo", Response 1 for a
// press and 0 for none. A miss is an omission, a false alarm a commission error.
// d' = z(H) - z(F) and C = -(z(H) + z(F))/2 are by the log-linear rule: half a
// response is added to every count, so that perfect performance and none at all
// are finite.
//
// Trials without a record are counted in Missing and not scored. Columns that do
// not exist, other kinds of trial and other responses, and times of responses
// that are not above 0, are errors. Source: Hautus 1995 (the rule). Checked
// against DPrimeCorrected.
func GoNoGo(t table.Table, o DetectionOptions) (*Detection, error) {
	return detection("GoNoGo", "go/no-go", t, o, "go", "nogo", "")
}

// NBack scores an n-back task: Stimulus is "target", "lure" (the item of another
// distance) or "other", as NBackKinds returns it, and Response 1 for "match" and
// 0 for none. False alarms and d' are of the other trials, LureRate is of the
// lures. Otherwise it is GoNoGo. Source: Kirchner 1958; lures: Gray, Chabris and
// Braver 2003.
func NBack(t table.Table, o DetectionOptions) (*Detection, error) {
	return detection("NBack", "n-back", t, o, "target", "other", "lure")
}

// NBackKinds returns what each trial of an n-back task is: "target" where the
// item is that of n trials before, else "lure" where it is that of n-1 (above 0)
// or n+1 trials before, else "other". The first n trials, which can be neither,
// are "", which NBack does not score. items are those of one run: split a table of
// several first. n below 1 is an error.
func NBackKinds(items []string, n int) ([]string, error) {
	if n < 1 {
		return nil, fmt.Errorf("behavior: NBackKinds: n is %d, it must be 1 or more", n)
	}
	kinds := make([]string, len(items))
	for i := n; i < len(items); i++ {
		switch {
		case items[i] == items[i-n]:
			kinds[i] = "target"
		case n > 1 && items[i] == items[i-n+1], i > n && items[i] == items[i-n-1]:
			kinds[i] = "lure"
		default:
			kinds[i] = "other"
		}
	}
	return kinds, nil
}

// ChangeDetection scores a change-detection task by the number of items: Stimulus
// is "change" or "same", Response 1 for "change" and 0 for "same", and By the
// number of items. Cowan and Pashler are CowanK and PashlerK of each row.
// Otherwise it is GoNoGo; numbers of items below 1 are errors.
func ChangeDetection(t table.Table, o DetectionOptions) (*Detection, error) {
	if o.By == "" {
		o.By = "setsize"
	}
	return detection("ChangeDetection", "change detection", t, o, "change", "same", "")
}

func detection(caller, task string, t table.Table, o DetectionOptions, signal, noise, lure string) (*Detection, error) {
	fail := func(format string, a ...any) (*Detection, error) {
		return nil, fmt.Errorf("behavior: "+caller+": "+format, a...)
	}
	for _, d := range []struct {
		v   *string
		def string
	}{{&o.Stimulus, "stimulus"}, {&o.Response, "response"}, {&o.Signal, signal}, {&o.Noise, noise}, {&o.Lure, lure}} {
		if *d.v == "" {
			*d.v = d.def
		}
	}
	kind, err := words(t, o.Stimulus)
	if err != nil {
		return fail("%w", err)
	}
	response, err := numbers(t, o.Response)
	if err != nil {
		return fail("%w", err)
	}
	var rt []float64
	if o.RT != "" {
		if rt, err = numbers(t, o.RT); err != nil {
			return fail("%w", err)
		}
	}
	of, names, err := subjects(t, o.Subject)
	if err != nil {
		return fail("%w", err)
	}
	in, conditions, err := subjects(t, o.By)
	if err != nil {
		return fail("%w", err)
	}
	items := make([]int, len(conditions))
	if task == "change detection" {
		sizes, err := numbers(t, o.By)
		if err != nil {
			return fail("%w", err)
		}
		for i, n := range sizes {
			if !(n >= 1) || n != math.Trunc(n) {
				return fail("row %d has %g items; whole numbers of 1 or more are needed", i, n)
			}
			items[in[i]] = int(n)
		}
	}
	d := &Detection{Task: task, Scores: make([]DetectionScore, len(names)*len(conditions))}
	times := make([][]float64, len(d.Scores))
	seen := make([]bool, len(d.Scores))
	for i := range kind {
		k := of[i]*len(conditions) + in[i]
		s := &d.Scores[k]
		seen[k] = true
		yes := response[i] == 1
		switch {
		case math.IsNaN(response[i]) || kind[i] == "" || kind[i] == "n/a":
			s.Missing++
			continue
		case response[i] != 0 && !yes:
			return fail("row %d has the response %g; it must be 0 or 1, or missing", i, response[i])
		case rt != nil && yes && !math.IsNaN(rt[i]) && !(rt[i] > 0 && !math.IsInf(rt[i], 1)):
			return fail("row %d has a response time of %g s; it must be above 0, or missing", i, rt[i])
		}
		switch kind[i] {
		case o.Signal:
			if !yes {
				s.Misses++
				continue
			}
			s.Hits++
			if rt != nil && !math.IsNaN(rt[i]) {
				times[k] = append(times[k], rt[i])
			}
		case o.Noise:
			if yes {
				s.FalseAlarms++
			} else {
				s.Rejections++
			}
		default:
			if o.Lure == "" || kind[i] != o.Lure {
				return fail("row %d has the kind %q; it must be %q or %q, or what Signal and Noise of the options name", i, kind[i], o.Signal, o.Noise)
			}
			s.Lures++
			if yes {
				s.LureAlarms++
			}
		}
	}
	var kept []DetectionScore
	for k := range d.Scores {
		if !seen[k] {
			continue
		}
		s := d.Scores[k]
		s.Subject, s.Condition = names[k/len(conditions)], conditions[k%len(conditions)]
		s.finish(times[k], items[k%len(conditions)])
		kept = append(kept, s)
	}
	d.Scores = kept
	return d, nil
}

func (s *DetectionScore) finish(rt []float64, items int) {
	part := func(a, n int) float64 { return float64(a) / float64(n) }
	s.HitRate, s.FalseAlarmRate, s.LureRate = part(s.Hits, s.Hits+s.Misses), part(s.FalseAlarms, s.FalseAlarms+s.Rejections), part(s.LureAlarms, s.Lures)
	s.DPrime, s.C, s.Cowan, s.Pashler = math.NaN(), math.NaN(), math.NaN(), math.NaN()
	if s.Hits+s.Misses > 0 && s.FalseAlarms+s.Rejections > 0 {
		if d, err := DPrimeCorrected(s.Hits, s.Misses, s.FalseAlarms, s.Rejections, "loglinear"); err == nil {
			s.DPrime, s.C = d.DPrime, d.C
		}
		if items > 0 {
			s.Cowan, _ = CowanK(items, s.HitRate, s.FalseAlarmRate)
			if k, err := PashlerK(items, s.HitRate, s.FalseAlarmRate); err == nil {
				s.Pashler = k
			}
		}
	}
	s.RT, s.SD = meanOf(rt), math.NaN()
	if len(rt) > 1 {
		s.SD = spread(rt)
	}
}

func (d *Detection) column(name string, f func(s *DetectionScore) float64) table.Col {
	c := table.Col{Name: name}
	for i := range d.Scores {
		c.Num = append(c.Num, f(&d.Scores[i]))
	}
	return c
}

// Table returns one row for each subject and condition.
func (d *Detection) Table() table.Table {
	subject, condition := table.Col{Name: "subject"}, table.Col{Name: "condition"}
	var lures, timed bool
	for _, s := range d.Scores {
		subject.Text, condition.Text = append(subject.Text, s.Subject), append(condition.Text, s.Condition)
		lures, timed = lures || s.Lures > 0, timed || !math.IsNaN(s.RT)
	}
	t := table.Table{Title: d.Task + "; d' by the log-linear rule", Cols: []table.Col{subject}}
	if names, _ := d.values(func(s *DetectionScore) float64 { return 0 }); len(names) > 1 || len(names) == 1 && names[0] != "" {
		t.Cols = append(t.Cols, condition)
	}
	t.Cols = append(t.Cols, d.column("hits", func(s *DetectionScore) float64 { return s.HitRate }),
		d.column("false alarms", func(s *DetectionScore) float64 { return s.FalseAlarmRate }))
	add := func(name, unit string, f func(s *DetectionScore) float64) {
		c := d.column(name, f)
		c.Unit = unit
		t.Cols = append(t.Cols, c)
	}
	if lures {
		add("lures", "", func(s *DetectionScore) float64 { return s.LureRate })
	}
	add("d'", "", func(s *DetectionScore) float64 { return s.DPrime })
	add("C", "", func(s *DetectionScore) float64 { return s.C })
	if d.Task == "change detection" {
		add("K, Cowan", "", func(s *DetectionScore) float64 { return s.Cowan })
		add("K, Pashler", "", func(s *DetectionScore) float64 { return s.Pashler })
	}
	if timed {
		add("hit time", "ms", func(s *DetectionScore) float64 { return 1000 * s.RT })
		add("SD", "ms", func(s *DetectionScore) float64 { return 1000 * s.SD })
	}
	add("trials", "", func(s *DetectionScore) float64 {
		return float64(s.Hits + s.Misses + s.FalseAlarms + s.Rejections + s.Lures)
	})
	add("missing", "", func(s *DetectionScore) float64 { return float64(s.Missing) })
	return t
}

// means returns the conditions in order and the mean of a measure over the subjects that have it.
func (d *Detection) means(f func(s *DetectionScore) float64) (conditions []string, mean []float64) {
	conditions, values := d.values(f)
	for _, v := range values {
		mean = append(mean, meanOf(v))
	}
	return conditions, mean
}

// values returns the conditions in order and the measures of the subjects that have one.
func (d *Detection) values(f func(s *DetectionScore) float64) (conditions []string, each [][]float64) {
	values := map[string][]float64{}
	for i := range d.Scores {
		s := &d.Scores[i]
		if _, ok := values[s.Condition]; !ok {
			conditions, values[s.Condition] = append(conditions, s.Condition), nil
		}
		if v := f(s); !math.IsNaN(v) {
			values[s.Condition] = append(values[s.Condition], v)
		}
	}
	number := func(s string) (v float64) {
		if n, err := fmt.Sscan(s, &v); n < 1 || err != nil {
			return math.NaN()
		}
		return v
	}
	sort.SliceStable(conditions, func(i, j int) bool { return number(conditions[i]) < number(conditions[j]) })
	for _, c := range conditions {
		each = append(each, values[c])
	}
	return conditions, each
}

// String gives the mean measures of each condition.
func (d *Detection) String() string {
	c, h := d.means(func(s *DetectionScore) float64 { return s.HitRate })
	_, f := d.means(func(s *DetectionScore) float64 { return s.FalseAlarmRate })
	_, p := d.means(func(s *DetectionScore) float64 { return s.DPrime })
	_, k := d.means(func(s *DetectionScore) float64 { return s.Cowan })
	out, missing := d.Task, 0
	for _, s := range d.Scores {
		missing += s.Missing
	}
	for i, name := range c {
		if name != "" {
			out += "; " + name
		}
		out += fmt.Sprintf(": hits %.0f%%, false alarms %.0f%%, d' %.2f", 100*h[i], 100*f[i], p[i])
		if d.Task == "change detection" {
			out += fmt.Sprintf(", K %.2f", k[i])
		}
	}
	if missing > 0 {
		out += fmt.Sprintf("; %s not scored", spell.Count(missing, "trial"))
	}
	if _, times := d.values(func(s *DetectionScore) float64 { return s.RT }); len(slices.Concat(times...)) > 0 {
		out = withUnits(out, slices.Concat(times...))
	}
	return out
}

// Plot draws the rates, and d' or K, of each condition: means over subjects with their standard
// errors, and each subject's d' or K beside them.
func (d *Detection) Plot() *figure.Figure {
	names, hit := d.values(func(s *DetectionScore) float64 { return s.HitRate })
	_, alarm := d.values(func(s *DetectionScore) float64 { return s.FalseAlarmRate })
	_, lure := d.values(func(s *DetectionScore) float64 { return s.LureRate })
	label, measure := "d'", func(s *DetectionScore) float64 { return s.DPrime }
	if d.Task == "change detection" {
		label, measure = "items held, K (Cowan)", func(s *DetectionScore) float64 { return s.Cowan }
	}
	_, m := d.values(measure)
	axis := figure.Axis{Min: -0.5, Max: float64(len(names)) - 0.5, Ticks: vec64(len(names)), Names: names}
	switch {
	case d.Task == "change detection":
		axis.Label = "items"
	case len(names) > 1 || names[0] != "":
		axis.Label = "condition"
	default:
		axis.Ticks, axis.Names, axis.Hide = nil, nil, true
	}
	rates := figure.Panel{X: axis, Y: figure.Axis{Label: "rate", Min: -0.02, Max: 1.02}, Layers: append(meansLayers("hits", "blue", -0.06, hit), meansLayers("false alarms", "orange", 0.06, alarm)...)}
	if len(slices.Concat(lure...)) > 0 {
		rates.Layers = append(rates.Layers, meansLayers("lures", "purple", 0, lure)...)
	}
	second := figure.Panel{X: axis, Y: figure.Axis{Label: label}}
	var x, y []float64
	lo, hi := 0.0, 0.0
	for k, values := range m {
		for i, v := range values {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
			if len(values) > 1 {
				x, y = append(x, float64(k)-0.25+float64(0.15*float64(i)/float64(len(values)-1))), append(y, v)
			}
		}
	}
	if len(x) > 0 {
		second.Layers = append(second.Layers, figure.Layer{Kind: figure.Points, Name: "subject", X: x, Y: y, Color: "blue", Alpha: 0.5, Size: 3})
	}
	second.Layers = append(second.Layers, meansLayers("", "black", 0, m)...)
	if hi > lo {
		second.Y.Min, second.Y.Max = 1.1*lo, 1.1*hi
	}
	return &figure.Figure{Title: d.Task, Width: 15, Height: 7, Cols: 2, Panels: []figure.Panel{rates, second}}
}

// meansLayers draws means with their standard errors, moved by shift beside each other.
func meansLayers(name, color string, shift float64, values [][]float64) []figure.Layer {
	means := figure.Layer{Kind: figure.Points, Name: name, Color: color, Size: 6}
	bars := figure.Layer{Kind: figure.Errors, Color: color, Width: 1.5}
	for k, v := range values {
		if len(v) == 0 {
			continue
		}
		at, m := float64(k)+shift, meanOf(v)
		means.X, means.Y = append(means.X, at), append(means.Y, m)
		if len(v) > 1 {
			se := spread(v) / math.Sqrt(float64(len(v)))
			bars.X, bars.Y, bars.Y2 = append(bars.X, at), append(bars.Y, m-se), append(bars.Y2, m+se)
		}
	}
	line := figure.Layer{Kind: figure.Line, X: means.X, Y: means.Y, Color: color, Width: 1.5}
	return []figure.Layer{line, bars, means}
}

// Show draws the figure under the table.
func (d *Detection) Show() display.Bundle { return figure.Under(d.Plot(), "rates", d.Table().Show()) }
