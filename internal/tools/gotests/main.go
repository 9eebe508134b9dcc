// Command gotests runs the Go distribution's own test programs in the
// interpreter and under the Go toolchain and compares what they print, to both
// streams, and their exit status.
//
//	go run ./internal/tools/gotests -o kernel/lower/README.md
//
// The programs are the files below test/ of the Go distribution whose first
// comment is exactly "// run", of one file in package main, that need nothing
// but the language and portable packages (see applicable), end with status 0
// within ten seconds and print the same twice under the Go toolchain.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// limit is how long a program may run.
const limit = 10 * time.Second

// A run is what a program did.
type run struct {
	out, err string
	status   int
	late     bool
}

func (r run) equal(o run) bool {
	return r.out == o.out && r.err == o.err && r.status == o.status && !r.late && !o.late
}

// The ways in which a program can end in the interpreter.
const (
	equal   = "equal"
	refused = "refused" // a compile error: it did not run
	failed  = "failed"  // it ran and ended with a reported error
	late    = "late"    // it did not end in time
	wrong   = "wrong"   // it ended with status 0 and printed something else
)

type result struct {
	name, kind, message string
}

func main() {
	out := flag.String("o", "", "`FILE` for the table; standard output without")
	only := flag.String("only", "", "run programs whose name contains this")
	least := flag.Float64("least", 0, "fail unless this `PERCENT` of the programs are equal and none is silently wrong")
	flag.Parse()
	if err := compare(*out, *only, *least); err != nil {
		fmt.Fprintln(os.Stderr, "gotests:", err)
		os.Exit(1)
	}
}

func compare(out, only string, least float64) error {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	dir := filepath.Join(strings.TrimSpace(string(root)), "test")
	if _, err := os.Stat(dir); err != nil {
		fmt.Println("this Go distribution comes without its test programs; nothing is compared")
		return nil
	}
	work, err := os.MkdirTemp("", "gotests")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	ours := filepath.Join(work, "neurorepl")
	if b, err := exec.Command("go", "build", "-o", ours, "./cmd/neurorepl").CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, b)
	}
	var names []string
	marked := 0
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || !marksRun(text) {
			return err
		}
		marked++
		if applicable(text) && strings.Contains(path, only) {
			names = append(names, path)
		}
		return nil
	})
	if err != nil {
		return err
	}
	results := make([]result, len(names))
	var wg sync.WaitGroup
	next := make(chan int)
	for w := range runtime.NumCPU() {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				results[i] = one(names[i], dir, ours, filepath.Join(work, strconv.Itoa(w)))
			}
		}()
	}
	for i := range names {
		next <- i
	}
	close(next)
	wg.Wait()
	table := report(results, marked)
	if out == "" {
		fmt.Print(table)
	} else if err := os.WriteFile(out, []byte(table), 0o644); err != nil {
		return err
	}
	total, same, silent := 0, 0, 0
	for _, r := range results {
		switch r.kind {
		case "":
			continue
		case equal:
			same++
		case wrong:
			silent++
		}
		total++
	}
	if least > 0 && (silent > 0 || 100*float64(same) < least*float64(total)) {
		return fmt.Errorf("%d of %d programs are equal and %d are silently wrong; at least %g %% and none were asked for", same, total, silent, least)
	}
	return nil
}

// marksRun tells whether the first comment of a file is exactly "// run".
func marksRun(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return strings.TrimRight(string(line), " \r") == "// run"
}

// applicable tells whether a program needs nothing but the language and
// portable packages.
func applicable(text []byte) bool {
	for _, mark := range []string{"//go:build", "// +build", "//go:linkname", "//go:embed"} {
		if bytes.Contains(text, []byte(mark)) {
			return false
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", text, 0)
	if err != nil || file.Name.Name != "main" {
		return false
	}
	names := map[string]string{}
	for _, im := range file.Imports {
		path, _ := strconv.Unquote(im.Path.Value)
		switch path {
		case "unsafe", "C", "syscall", "plugin", "embed", "testing", "flag", "os/exec", "os/signal":
			return false
		}
		if strings.HasPrefix(path, "runtime/") || strings.HasPrefix(path, "internal/") || strings.Contains(path, "/internal/") || strings.HasPrefix(path, ".") {
			return false
		}
		name := path[strings.LastIndex(path, "/")+1:]
		if im.Name != nil {
			name = im.Name.Name
		}
		if (path == "runtime" || path == "os") && name == "." {
			return false
		}
		names[name] = path
	}
	portable := map[string]bool{"Error": true, "TypeAssertionError": true, "Gosched": true, "GC": true, "GOMAXPROCS": true,
		"NumGoroutine": true, "GOOS": true, "GOARCH": true, "Compiler": true, "Goexit": true}
	ok := true
	ast.Inspect(file, func(n ast.Node) bool {
		sel, isSel := n.(*ast.SelectorExpr)
		if !isSel {
			return true
		}
		x, isName := sel.X.(*ast.Ident)
		if !isName || x.Obj != nil {
			return true
		}
		switch names[x.Name] {
		case "runtime":
			ok = ok && portable[sel.Sel.Name]
		case "os":
			switch sel.Sel.Name {
			case "Open", "OpenFile", "Create", "CreateTemp", "ReadFile", "WriteFile", "MkdirTemp", "Mkdir", "ReadDir", "Remove", "RemoveAll", "Pipe", "StartProcess":
				ok = false
			}
		case "io/ioutil":
			ok = ok && !strings.Contains(sel.Sel.Name, "File") && !strings.Contains(sel.Sel.Name, "Dir")
		}
		return true
	})
	return ok
}

// one compares one program; kind "" is one that does not count, as it fails or
// prints something else each time under the Go toolchain itself.
func one(path, dir, ours, work string) result {
	r := result{name: filepath.ToSlash(strings.TrimPrefix(path, dir+string(filepath.Separator)))}
	if err := os.MkdirAll(work, 0o755); err != nil {
		return r
	}
	binary := filepath.Join(work, "program")
	if exec.Command("go", "build", "-o", binary, path).Run() != nil {
		return r
	}
	a := execute(work, binary)
	if a.status != 0 || a.late || !a.equal(execute(work, binary)) {
		return r
	}
	b := execute(work, ours, "run", path)
	r.message = firstLine(b.err)
	switch {
	case a.equal(b):
		r.kind, r.message = equal, ""
	case b.late:
		r.kind = late
	case b.status == 1 && b.out == "" && strings.Contains(b.err, filepath.Base(path)+":"):
		r.kind = refused
	case b.status != 0:
		r.kind = failed
	default:
		r.kind = wrong
	}
	r.message = strings.ReplaceAll(r.message, path, filepath.Base(path))
	return r
}

// execute runs a command in dir.
func execute(dir, name string, args ...string) run {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var out, err bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = dir, &out, &err, time.Second
	e := cmd.Run()
	r := run{out: out.String(), err: err.String(), late: ctx.Err() != nil}
	var exit *exec.ExitError
	if errors.As(e, &exit) {
		r.status = exit.ExitCode()
	} else if e != nil {
		r.status = -1
	}
	return r
}

// stamp is the time that package log writes.
var stamp = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d `)

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	s = stamp.ReplaceAllString(s, "")
	if r := []rune(s); len(r) > 120 {
		s = string(r[:120]) + "..."
	}
	return strings.ReplaceAll(s, "|", "\\|")
}

// report writes the table: counts, then every program that is not equal.
func report(results []result, marked int) string {
	counts := map[string]int{}
	for _, r := range results {
		if r.kind != "" {
			counts[r.kind]++
		}
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	var b strings.Builder
	fmt.Fprintf(&b, `# What of Go a script runs

Generated by `+"`go run ./internal/tools/gotests -o kernel/lower/README.md`"+` with %s: the Go distribution's own test programs,
run by `+"`neurorepl run`"+` and under the Go toolchain, both streams and the exit status compared. Of %d programs marked
"// run", %d need nothing but the language and portable packages and print the same twice.

| outcome | programs | share |
|---|---|---|
`, runtime.Version(), marked, total)
	for _, k := range [][2]string{{equal, "equal"}, {refused, "refused before running"}, {failed, "ended with an error that was reported"}, {late, fmt.Sprintf("not done within %v", limit)}, {wrong, "another output, status 0"}} {
		fmt.Fprintf(&b, "| %s | %d | %.1f %% |\n", k[1], counts[k[0]], 100*float64(counts[k[0]])/float64(max(total, 1)))
	}
	b.WriteString("\n## Not equal\n\n| program | outcome | first line of the report |\n|---|---|---|\n")
	sort.Slice(results, func(i, j int) bool { return results[i].name < results[j].name })
	for _, r := range results {
		if r.kind != "" && r.kind != equal {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", r.name, r.kind, r.message)
		}
	}
	return b.String()
}
