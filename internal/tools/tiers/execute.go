package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A cost is what a process took.
type cost struct {
	cpu, wall float64 // s
	peak      float64 // MB
}

type result struct {
	cost
	out, err string
}

func execute(name string, args ...string) (result, error) {
	var out, err bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &err
	start := time.Now()
	e := cmd.Run()
	r := result{cost{wall: time.Since(start).Seconds()}, out.String(), err.String()}
	if s := cmd.ProcessState; s != nil {
		r.cpu = (s.UserTime() + s.SystemTime()).Seconds()
		r.peak = peak(s)
	}
	return r, e
}

// median takes the run in the middle by CPU seconds.
func median(runs []cost) cost {
	runs = slices.Clone(runs)
	slices.SortFunc(runs, func(a, b cost) int { return cmp.Compare(a.cpu, b.cpu) })
	return runs[len(runs)/2]
}

var durationLine = regexp.MustCompile(`(?m)^(.+): ([0-9.]+) ns$`)

func durations(text string) (list []duration) {
	for _, m := range durationLine.FindAllStringSubmatch(text, -1) {
		ns, err := strconv.ParseFloat(m[2], 64)
		if err == nil {
			list = append(list, duration{m[1], ns})
		}
	}
	return list
}

// medianDurations takes the median of each, in the order of the first run.
func medianDurations(runs [][]duration) []duration {
	if len(runs) == 0 {
		return nil
	}
	list := slices.Clone(runs[0])
	for i := range list {
		var ns []float64
		for _, r := range runs {
			for _, d := range r {
				if d.name == list[i].name {
					ns = append(ns, d.ns)
				}
			}
		}
		slices.Sort(ns)
		list[i].ns = ns[len(ns)/2]
	}
	return list
}

// A tier is what %tier says of a function.
type tier struct{ name, tier, why string }

var columns = regexp.MustCompile(`\s{2,}`)

// tiersOf runs the program as the first cell of a notebook and asks %tier in
// the second.
func tiersOf(text, ours, work string) ([]tier, error) {
	type output struct {
		Text any `json:"text"`
	}
	type cell struct {
		Type     string         `json:"cell_type"`
		Count    *int           `json:"execution_count"`
		Metadata map[string]any `json:"metadata"`
		Outputs  []output       `json:"outputs"`
		Source   any            `json:"source"`
	}
	type notebook struct {
		Cells    []cell         `json:"cells"`
		Metadata map[string]any `json:"metadata"`
		Format   int            `json:"nbformat"`
		Minor    int            `json:"nbformat_minor"`
	}
	code := func(source string) cell {
		return cell{Type: "code", Metadata: map[string]any{}, Outputs: []output{}, Source: source}
	}
	data, err := json.Marshal(notebook{[]cell{code(text), code("%tier")}, map[string]any{}, 4, 4})
	if err != nil {
		return nil, err
	}
	in, out := filepath.Join(work, "in.ipynb"), filepath.Join(work, "out.ipynb")
	if err := os.WriteFile(in, data, 0o644); err != nil {
		return nil, err
	}
	if _, err := execute(ours, "exec", in, "-o", out); err != nil {
		return nil, err
	}
	if data, err = os.ReadFile(out); err != nil {
		return nil, err
	}
	var done notebook
	if err := json.Unmarshal(data, &done); err != nil {
		return nil, err
	}
	var list []tier
	for _, o := range done.Cells[1].Outputs {
		for line := range strings.Lines(lines(o.Text)) {
			f := columns.Split(strings.TrimSpace(line), 3)
			if len(f) < 2 {
				continue
			}
			t := tier{name: f[0], tier: f[1]}
			if len(f) > 2 {
				t.why = strings.ReplaceAll(f[2], "cell [1]:", "line ")
			}
			list = append(list, t)
		}
	}
	return list, nil
}

// lines is the text of an output, which the format keeps as one string or as
// one for each line.
func lines(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var b strings.Builder
		for _, x := range v {
			s, _ := x.(string)
			b.WriteString(s)
		}
		return b.String()
	}
	return ""
}
