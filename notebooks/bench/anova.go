//go:build ignore

// Analyses of variance of one and two factors within subjects and of one within and one
// between, and mixed models, of several sizes: processor time of a call. The work of anova.py
// and, for mixed models, of anova.R.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"runtime"
	"syscall"
	"time"

	"github.com/neurorepl/neurorepl/neuro/stats"
	"github.com/neurorepl/neurorepl/neuro/table"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func cpu() float64 {
	var r syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &r))
	return float64(r.Utime.Sec+r.Stime.Sec) + float64(r.Utime.Usec+r.Stime.Usec)/1e6
}

// design returns subjects x levels x levels of values that are the same in every language: the
// fractions of multiples of an irrational number.
func design(subjects, a, b int) table.Table {
	t := table.Table{Cols: []table.Col{{Name: "subject"}, {Name: "group"}, {Name: "a"}, {Name: "b"}, {Name: "y"}}}
	for s := range subjects {
		for i := range a {
			for j := range b {
				k := float64((s*a+i)*b + j)
				y := math.Mod(k*0.6180339887, 1) + 0.3*math.Mod(float64(s)*0.7548776662, 1) + 0.02*float64(i*j)
				for c, v := range []string{fmt.Sprint("s", s), fmt.Sprint("g", s%2), fmt.Sprint("a", i), fmt.Sprint("b", j)} {
					t.Cols[c].Text = append(t.Cols[c].Text, v)
				}
				t.Cols[4].Num = append(t.Cols[4].Num, y)
			}
		}
	}
	return t
}

func main() {
	asJSON := flag.Bool("json", false, "print lines of JSON")
	threads := flag.Int("threads", 1, "threads")
	seconds := flag.Float64("seconds", 1, "of calls for each size")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	for _, c := range []struct {
		name           string
		subjects, a, b int
		run            func(t table.Table) (float64, error)
	}{
		{"within", 20, 3, 1, within("a")}, {"within", 100, 5, 1, within("a")}, {"within", 1000, 10, 1, within("a")},
		{"within2", 20, 3, 2, within("a", "b")}, {"within2", 100, 4, 3, within("a", "b")}, {"within2", 500, 5, 4, within("a", "b")},
		{"mixed", 20, 3, 1, between}, {"mixed", 100, 5, 1, between}, {"mixed", 1000, 10, 1, between},
		{"lmm", 20, 10, 1, lmm("y ~ a + (1 | subject)")}, {"lmm", 100, 20, 1, lmm("y ~ a + (1 | subject)")},
		{"lmm crossed", 50, 8, 5, lmm("y ~ a + (1 | subject) + (1 | b)")},
		{"kr", 12, 4, 3, terms("y ~ a * group + (1 | subject)")}, {"kr", 40, 4, 5, terms("y ~ a * group + (1 | subject)")},
		{"kr crossed", 12, 4, 3, terms("y ~ a * group + (1 | subject) + (1 | b)")}, {"kr crossed", 40, 4, 5, terms("y ~ a * group + (1 | subject) + (1 | b)")},
	} {
		t := design(c.subjects, c.a, c.b)
		value, err := c.run(t)
		check(err)
		calls := 0
		from, begun := cpu(), time.Now()
		for cpu()-from < *seconds {
			_, err := c.run(t)
			check(err)
			calls++
		}
		per, wall := (cpu()-from)/float64(calls), time.Since(begun).Seconds()/float64(calls)
		size := c.subjects * c.a * c.b
		if *asJSON {
			fmt.Printf("{\"bench\":\"anova %s\",\"size\":%d,\"wall_s\":%.6f,\"cpu_s\":%.6f,\"value\":%.9g}\n", c.name, size, wall, per, value)
		} else {
			fmt.Printf("%-12s %6d values  %9.3f ms a call  %.9g\n", c.name, size, 1e3*per, value)
		}
	}
}

func within(factors ...string) func(t table.Table) (float64, error) {
	return func(t table.Table) (float64, error) {
		r, err := stats.ANOVA(t, stats.Factors{Value: "y", Subject: "subject", Within: factors})
		if err != nil {
			return 0, err
		}
		return r.Effects[0].F, nil
	}
}

func between(t table.Table) (float64, error) {
	r, err := stats.ANOVA(t, stats.Factors{Value: "y", Subject: "subject", Within: []string{"a"}, Between: []string{"group"}})
	if err != nil {
		return 0, err
	}
	return r.Effects[0].F, nil
}

// terms returns the F of the interaction by Kenward and Roger, with every seventh row missing.
func terms(formula string) func(t table.Table) (float64, error) {
	return func(t table.Table) (float64, error) {
		y := append([]float64(nil), t.Cols[4].Num...)
		for i := 0; i < len(y); i += 7 {
			y[i] = math.NaN()
		}
		t.Cols = append(append([]table.Col(nil), t.Cols[:4]...), table.Col{Name: "y", Num: y})
		m, err := stats.Mixed(t, formula, stats.MixedOptions{DF: "kenward-roger"})
		if err != nil {
			return 0, err
		}
		a, err := m.ANOVA()
		if err != nil {
			return 0, err
		}
		return a.Tests[2].F, nil
	}
}

func lmm(formula string) func(t table.Table) (float64, error) {
	return func(t table.Table) (float64, error) {
		m, err := stats.Mixed(t, formula, stats.MixedOptions{})
		if err != nil {
			return 0, err
		}
		return m.Criterion, nil
	}
}
