// Command brianexamples says which models of Brian2's examples package model reads,
// checks and steps, as a table by file:
//
//	go run ./internal/tools/brianexamples -examples CHECKOUT/examples -python PYTHON
//
// PYTHON must have Brian2; collect.py, which runs each example without its
// simulations, takes its models and the values of their constants from it. What
// the models say is not kept.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/neurorepl/neurorepl/neuro/model"
)

//go:embed collect.py
var collect []byte

// A modelBlock is a group of cells or synapses of an example.
type modelBlock struct {
	Kind, Equations, Threshold, Reset, Refractory, Method string
	Params, Inputs                                        map[string]string
	Events                                                map[string][2]string
	Functions                                             []string
}

type example struct {
	path   string
	Blocks []modelBlock
	Error  string
}

func main() {
	log.SetFlags(0)
	examples := flag.String("examples", os.Getenv("BRIAN2_EXAMPLES"), "folder of Brian2's examples (or BRIAN2_EXAMPLES)")
	python := flag.String("python", "python3", "a Python that has Brian2")
	match := flag.String("match", "", "regular expression of the files to try, all if empty")
	verbose := flag.Bool("v", false, "print what was wrong with each model")
	flag.Parse()
	if *examples == "" {
		log.Fatal("brianexamples: which folder? give -examples CHECKOUT/examples")
	}
	list, err := read(*examples, *python, regexp.MustCompile(*match))
	if err != nil {
		log.Fatal(err)
	}
	files, good, blocks, stepped := 0, 0, 0, 0
	fmt.Println("| file | models | parse | check | step | what was refused, and why |\n|---|---|---|---|---|---|")
	for _, e := range list {
		if len(e.Blocks) == 0 {
			why := "no equations"
			if e.Error != "" {
				why += ": " + cell(e.Error)
			}
			fmt.Printf("| %s | 0 | | | | %s |\n", e.path, why)
			continue
		}
		files++
		parsed, checked, ran := 0, 0, 0
		var reasons []string
		for _, b := range e.Blocks {
			stage, err := try(b)
			blocks++
			if stage > 0 {
				parsed++
			}
			if stage > 1 {
				checked++
			}
			if stage > 2 {
				ran++
				stepped++
			}
			if err != nil {
				reasons = append(reasons, cell(err.Error()))
				if *verbose {
					fmt.Fprintf(os.Stderr, "%s\n%s\n%v\n\n", e.path, b.Equations, err)
				}
			}
		}
		if ran == len(e.Blocks) {
			good++
		}
		fmt.Printf("| %s | %d | %d | %d | %d | %s |\n", e.path, len(e.Blocks), parsed, checked, ran, strings.Join(reasons, "; "))
	}
	fmt.Printf("\n%d of %d files with models (%.0f %%), %d of %d models (%.0f %%)\n", good, files, 100*float64(good)/float64(files), stepped, blocks, 100*float64(stepped)/float64(blocks))
}

// cell is a message on one line of a table, without the model's text.
func cell(s string) string {
	s, _, _ = strings.Cut(strings.TrimPrefix(s, "model: "), "\n    ")
	if _, after, ok := strings.Cut(s, "\n"); ok {
		s = after
	}
	s = strings.NewReplacer("|", "/", "\n", " ").Replace(s)
	if r := []rune(s); len(r) > 160 {
		s = string(r[:157]) + "..."
	}
	return s
}

// read runs collect.py on every example.
func read(dir, python string, match *regexp.Regexp) ([]example, error) {
	script := filepath.Join(os.TempDir(), fmt.Sprintf("collect%d.py", os.Getpid()))
	if err := os.WriteFile(script, collect, 0o644); err != nil {
		return nil, err
	}
	defer os.Remove(script)
	var paths []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".py") && match.MatchString(path) {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	sort.Strings(paths)
	list := make([]example, len(paths))
	var wait sync.WaitGroup
	queue := make(chan int)
	for range runtime.NumCPU() {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := range queue {
				list[i].path, _ = filepath.Rel(dir, paths[i])
				ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
				out, err := exec.CommandContext(ctx, python, script, paths[i]).Output()
				cancel()
				if err == nil {
					err = json.Unmarshal(out, &list[i])
				}
				if err != nil {
					list[i].Error = err.Error()
				}
			}
		}()
	}
	for i := range paths {
		queue <- i
	}
	close(queue)
	wait.Wait()
	return list, nil
}

// try takes a model as far as it goes: 1 it parses, 2 it is checked, 3 it steps.
func try(b modelBlock) (stage int, err error) {
	if len(b.Functions) > 0 {
		return 0, fmt.Errorf("it calls %s, which the example writes in Python or C++", strings.Join(b.Functions, ", "))
	}
	o := model.Options{Threshold: b.Threshold, Reset: b.Reset, Refractory: b.Refractory, Params: b.Params, Inputs: b.Inputs, Events: map[string]model.Event{}}
	for name, e := range b.Events {
		o.Events[name] = model.Event{When: e[0], Do: e[1]}
	}
	switch b.Method {
	case "", "linear", "exact", "euler", "exponential_euler", "rk2", "rk4", "heun", "milstein":
		o.Method = b.Method
	}
	m, err := model.Parse(b.Equations, o)
	if err != nil {
		if dimensions.MatchString(err.Error()) {
			stage = 1
		}
		return stage, err
	}
	p, err := m.Population(3, 0.05)
	if err != nil && o.Method != "" { // one that a peer has only in part
		return 2, err
	}
	if err != nil {
		return 2, err
	}
	for range 20 {
		p.Step()
	}
	for _, name := range m.Variables() {
		x, err := p.State(name)
		if err != nil {
			return 2, err
		}
		for _, v := range x {
			if math.IsInf(v, 0) {
				return 2, fmt.Errorf("%s is infinite after 20 steps", name)
			}
		}
	}
	return 3, nil
}

// dimensions matches messages about meaning rather than grammar.
var dimensions = regexp.MustCompile(`cannot be|needs a|is not known|must be|takes a|is not a function`)
