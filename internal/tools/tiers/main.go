// Command tiers runs programs of a researcher's kind compiled and in the
// interpreter, in one run, compares what they print and how long they take,
// and lists which tier ran each of their functions.
//
//	go run ./internal/tools/tiers -o kernel/fast/README.md
//
// A program is a file of testdata. What it prints to standard output must be
// the same bytes both ways. A line "NAME: VALUE ns" on standard error is a
// duration that the program measured itself. A comment //tiers:limit R says
// that the interpreter may take R times the CPU seconds of the compiled
// program, //tiers:limit-ns N that each duration may be N ns
// more than in the compiled program; with -check a
// program that prints something else or passes its limit is an error.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

func main() {
	out := flag.String("o", "", "`FILE` for the tables; standard output without")
	only := flag.String("only", "", "run programs whose name contains this")
	runs := flag.Int("runs", 5, "how often each program is run at most, and one with a limit at least; medians count")
	budget := flag.Duration("budget", 6*time.Second, "after `TIME` a program without a limit is not run again")
	check := flag.Bool("check", false, "fail when a program prints something else or passes its limit")
	dir := flag.String("programs", "internal/tools/tiers/testdata", "`DIR` of the programs")
	ours := flag.String("neurorepl", "", "`FILE` of the interpreter; without it, it is built")
	flag.Parse()
	if err := measure(*out, *only, *dir, *ours, *runs, *budget, *check); err != nil {
		fmt.Fprintln(os.Stderr, "tiers:", err)
		os.Exit(1)
	}
}

// A program is one file and what came of it.
type program struct {
	name, title string
	limit       float64 // of the ratio; 0 is none
	limitNs     float64 // of each duration; 0 is none
	compiled    cost
	interpreted cost
	equal       bool
	runs        int
	inside      []duration // as the interpreter ran it
	outside     map[string]float64
	tiers       []tier
}

// A duration is one that a program measured itself.
type duration struct {
	name string
	ns   float64
}

func (p *program) ratio() float64 { return p.interpreted.cpu / p.compiled.cpu }

// wrong says what of a program is not as it must be.
func (p *program) wrong() (list []string) {
	if !p.equal {
		list = append(list, p.name+" prints something else")
	}
	if p.limit > 0 && p.ratio() > p.limit {
		list = append(list, fmt.Sprintf("%s takes %.2f times the compiled program, the limit is %g", p.name, p.ratio(), p.limit))
	}
	for _, d := range p.inside {
		if more := d.ns - p.outside[d.name]; p.limitNs > 0 && more > p.limitNs {
			list = append(list, fmt.Sprintf("%s: %s takes %.0f ns more than compiled, the limit is %g", p.name, d.name, more, p.limitNs))
		}
	}
	return list
}

func measure(out, only, dir, ours string, runs int, budget time.Duration, check bool) error {
	work, err := os.MkdirTemp("", "tiers")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if ours == "" {
		ours = filepath.Join(work, "neurorepl")
		if b, err := exec.Command("go", "build", "-o", ours, "./cmd/neurorepl").CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, b)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	var list []*program
	var wrong []string
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".go")
		if !strings.Contains(name, only) {
			continue
		}
		p, err := one(name, f, ours, work, max(runs, 1), budget)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(os.Stderr, "%-18s %6.2f s compiled, %6.2f s interpreted\n", name, p.compiled.cpu, p.interpreted.cpu)
		list = append(list, p)
		wrong = append(wrong, p.wrong()...)
	}
	if len(list) == 0 {
		return fmt.Errorf("no program of %s has a name with %q in it", dir, only)
	}
	for _, w := range wrong {
		fmt.Fprintln(os.Stderr, w)
	}
	table := report(list)
	if out == "" {
		fmt.Print(table)
	} else if err := os.WriteFile(out, []byte(table), 0o644); err != nil {
		return err
	}
	if check && len(wrong) > 0 {
		return errors.New("limits are not kept")
	}
	return nil
}

var limits = regexp.MustCompile(`(?m)^//tiers:(limit|limit-ns) (\S+)$`)

// one measures one program, compiled and interpreted by turns.
func one(name, file, ours, work string, runs int, budget time.Duration) (*program, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	p := &program{name: name, title: title(string(text)), equal: true, outside: map[string]float64{}}
	for _, m := range limits.FindAllStringSubmatch(string(text), -1) {
		v, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			return nil, err
		}
		if m[1] == "limit" {
			p.limit = v
		} else {
			p.limitNs = v
		}
	}
	binary := filepath.Join(work, "program")
	if b, err := exec.Command("go", "build", "-o", binary, file).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, b)
	}
	var a, b []cost
	var inside, outside [][]duration
	start := time.Now()
	for range runs {
		if p.runs > 0 && p.limit == 0 && time.Since(start) > budget {
			break
		}
		p.runs++
		x, err := execute(binary)
		if err != nil {
			return nil, err
		}
		y, err := execute(ours, "run", file)
		if err != nil {
			return nil, fmt.Errorf("interpreted: %w: %s", err, y.err)
		}
		p.equal = p.equal && x.out == y.out
		a, b = append(a, x.cost), append(b, y.cost)
		outside, inside = append(outside, durations(x.err)), append(inside, durations(y.err))
	}
	p.compiled, p.interpreted = median(a), median(b)
	p.inside = medianDurations(inside)
	for _, d := range medianDurations(outside) {
		p.outside[d.name] = d.ns
	}
	p.tiers, err = tiersOf(string(text), ours, work)
	return p, err
}

// title is the first sentence of a program's comment.
func title(text string) string {
	_, text, _ = strings.Cut(text, "\n\n")
	text, _, _ = strings.Cut(text, "\npackage ")
	text, _, _ = strings.Cut(text, "//tiers:")
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, "// ", " ")), " ")
	text = strings.TrimRight(strings.TrimSuffix(text, "//"), " ")
	first, _, _ := strings.Cut(text, ". ")
	return strings.TrimSuffix(first, ".")
}
