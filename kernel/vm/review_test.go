package vm_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/kernel/vm/internal/randprog"
)

var (
	programs  = flag.Int("fuzzprograms", 0, "how many random programs to hold against the Go toolchain")
	firstSeed = flag.Uint64("fuzzseed", 1, "seed of the first")
	orders    = flag.Int("fuzzorder", 0, "how many random programs about the order of evaluation to hold against the Go toolchain")
	keepIn    = flag.String("fuzzkeep", "", "folder for the programs that differ")
)

// Random programs print what they print when they are compiled.
func TestRandomPrograms(t *testing.T) {
	if *programs == 0 && *orders == 0 {
		t.Skip("takes a second a program: ask with -fuzzprograms 100 or -fuzzorder 100")
	}
	compare(t, *programs, func(seed uint64) string { return randprog.Program(seed, 40) })
	compare(t, *orders, func(seed uint64) string { return randprog.Order(seed, 300) })
}

// compare holds programs against the toolchain.
func compare(t *testing.T, n int, program func(seed uint64) string) {
	dir := t.TempDir()
	try := filepath.Join(dir, "try")
	if out, err := exec.Command("go", "build", "-o", try, "./internal/try").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for i := range uint64(n) {
		seed := *firstSeed + i
		src := program(seed)
		name := filepath.Join(dir, "p.go")
		if err := os.WriteFile(name, []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
		want := output("go", "run", name)
		got := output(try, name)
		if want == got {
			continue
		}
		t.Errorf("seed %d: %s", seed, firstDifference(want, got))
		if *keepIn != "" {
			base := filepath.Join(*keepIn, fmt.Sprint(seed))
			_ = os.WriteFile(base+".go", []byte(src), 0o644)
			_ = os.WriteFile(base+".want", []byte(want), 0o644)
			_ = os.WriteFile(base+".got", []byte(got), 0o644)
		}
	}
}

func output(name string, args ...string) string {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	var b bytes.Buffer
	cmd.Stdout, cmd.Stderr = &b, &b
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(&b, err)
	}
	return b.String()
}

func firstDifference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			there := "the end"
			if i < len(b) {
				there = b[i]
			}
			return fmt.Sprintf("line %d is\n%s\nnot\n%s", i+1, there, a[i])
		}
	}
	return "more output than the compiled program has"
}
