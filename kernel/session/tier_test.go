package session

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/kernel/vm"
)

// TestProgramsInEachTier holds that the programs of testdata print the same
// without the fast tier, and when all that can be runs in it from the first
// turn on. (TestPrograms runs them as they are.)
func TestProgramsInEachTier(t *testing.T) {
	files, err := filepath.Glob("testdata/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	defer func() { adjust = nil }()
	for _, mode := range []struct {
		name string
		set  func(*vm.Options)
	}{
		{"slow", func(o *vm.Options) { o.NoFast = true }},
		{"fast", func(o *vm.Options) { o.Eager = true }},
	} {
		adjust = mode.set
		for _, file := range files {
			if filepath.Base(file) == "encoding_others.go" {
				continue // gob takes a type in once in the life of a process
			}
			t.Run(mode.name+"/"+filepath.Base(file), func(t *testing.T) {
				want, err := os.ReadFile(strings.TrimSuffix(file, ".go") + ".out")
				if err != nil {
					t.Fatal(err)
				}
				b := open(t)
				ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
				defer cancel()
				if e := b.RunFile(ctx, file); e != nil {
					t.Errorf("%v\n%s", e, strings.Join(e.Trace, "\n"))
				}
				if got := b.out.take(); got != string(want) {
					t.Errorf("printed\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
}
