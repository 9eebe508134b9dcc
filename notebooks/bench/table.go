//go:build ignore

// A table of a million rows written as CSV, read, grouped, joined, sorted and turned
// wide. The work of table.py, which reads the file that this leaves.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

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

func main() {
	asJSON := flag.Bool("json", false, "print lines of JSON")
	threads := flag.Int("threads", 1, "threads")
	rows := flag.Int("rows", 1000000, "rows")
	path := flag.String("file", filepath.Join(os.TempDir(), "bench_table.csv"), "where the file is written")
	repeat := flag.Int("repeat", 3, "runs, of which the fastest counts")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)

	frac := func(x float64) float64 { return x - math.Floor(x) }
	n := *rows
	subject, condition := make([]string, n), make([]string, n)
	trial, rt, level := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		s := i / 1000
		subject[i] = fmt.Sprintf("sub-%04d", s)
		condition[i] = []string{"congruent", "incongruent", "neutral"}[i%3]
		trial[i] = float64(i % 1000)
		rt[i] = math.Round(1e6*(0.3+0.4*frac(float64(i)*0.618034)+0.05*frac(float64(s)*0.754878))) / 1e6
		level[i] = math.Round(1e4*frac(float64(i)*0.569840290998)) / 1e4
		if i%97 == 0 {
			rt[i] = math.NaN()
		}
	}
	t := table.Table{Cols: []table.Col{{Name: "subject", Text: subject}, {Name: "condition", Text: condition},
		{Name: "trial", Num: trial}, {Name: "rt", Num: rt}, {Name: "level", Num: level}}}
	people := table.Table{Cols: []table.Col{{Name: "subject"}, {Name: "age"}}}
	for s := 0; s < (n+999)/1000; s++ {
		people.Cols[0].Text = append(people.Cols[0].Text, fmt.Sprintf("sub-%04d", s))
		people.Cols[1].Num = append(people.Cols[1].Num, float64(18+s%50))
	}
	var read table.Table
	for _, step := range []struct {
		name string
		run  func() int
	}{
		{"write", func() int { check(t.Write(*path)); return n }},
		{"read", func() int {
			var err error
			read, err = table.Read(*path)
			check(err)
			return read.Rows()
		}},
		{"group", func() int {
			g, err := read.Summarise([]string{"subject", "condition"}, table.Mean("rt"), table.SD("rt"), table.Median("rt"), table.Count("rt"))
			check(err)
			return g.Rows()
		}},
		{"join", func() int {
			j, _, err := read.Join(people, table.JoinOptions{On: []string{"subject"}})
			check(err)
			return j.Rows()
		}},
		{"join rows", func() int {
			j, m, err := read.Join(t, table.JoinOptions{On: []string{"subject", "trial"}, Kind: "inner"})
			check(err)
			return j.Rows() + 0*m.Pairs
		}},
		{"sort", func() int {
			s, err := read.Sort("condition", "-rt")
			check(err)
			return s.Rows()
		}},
		{"wide", func() int {
			s, err := read.Select("subject", "trial", "rt")
			check(err)
			w, err := s.Wider("trial", "rt")
			check(err)
			return w.Rows()
		}},
	} {
		best, wall, size := math.Inf(1), math.Inf(1), 0
		for range *repeat {
			runtime.GC()
			from, begun := cpu(), time.Now()
			size = step.run()
			best, wall = min(best, cpu()-from), min(wall, time.Since(begun).Seconds())
		}
		if *asJSON {
			fmt.Printf("{\"bench\":\"table %s\",\"threads\":%d,\"size\":%d,\"wall_s\":%.3f,\"cpu_s\":%.3f}\n", step.name, *threads, size, wall, best)
		} else {
			fmt.Printf("%-10s %8d rows  %.3f s, processor %.3f s\n", step.name, size, wall, best)
		}
	}
}
