package provenance

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"golang.org/x/sys/cpu"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

const module = "github.com/neurorepl/neurorepl"

// switches are the variables of the environment that change how a program of
// this library works. No other is recorded: they can hold secrets.
var switches = []string{"GOMAXPROCS", "GODEBUG", "GOGC", "GOMEMLIMIT", "NEUROREPL_PICTURES", "NEUROREPL_PROGRESS", "NEUROREPL_PROVENANCE"}

// machine returns what does not change while a program runs.
func machine() Record {
	r := Record{
		Program: "neurorepl", Version: "devel",
		Go: strings.TrimPrefix(runtime.Version(), "go"), OS: runtime.GOOS, Arch: runtime.GOARCH,
		Features: features(), Kernels: "portable", Threads: runtime.GOMAXPROCS(0),
	}
	if vec.AVX2() {
		r.Kernels = "avx2"
	}
	if vec.AVX512() {
		r.Kernels = "avx512"
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Path != "" && info.Path != module+"/cmd/neurorepl" {
			r.Program = info.Path
		}
		version := info.Main.Version
		for _, d := range info.Deps {
			if d.Path == module {
				version = d.Version
			}
		}
		if version != "" && version != "(devel)" {
			r.Version = strings.TrimPrefix(version, "v")
		}
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				r.Commit = s.Value
			case "vcs.modified":
				r.Modified = s.Value == "true"
			}
		}
	}
	for _, name := range switches {
		if v, ok := os.LookupEnv(name); ok {
			if r.Environment == nil {
				r.Environment = map[string]string{}
			}
			r.Environment[name] = v
		}
	}
	return r
}

// features lists what of the processor numerical code may use.
func features() []string {
	list := []string{}
	for _, f := range []struct {
		name string
		has  bool
	}{
		{"sse4.2", cpu.X86.HasSSE42}, {"avx", cpu.X86.HasAVX}, {"fma", cpu.X86.HasFMA}, {"avx2", cpu.X86.HasAVX2}, {"avx512f", cpu.X86.HasAVX512F},
		{"asimd", cpu.ARM64.HasASIMD}, {"sve", cpu.ARM64.HasSVE},
	} {
		if f.has {
			list = append(list, f.name)
		}
	}
	return list
}

// mainSource returns the source of function main.main when it is on the stack
// and its file is still there: a program that `go run` started.
func mainSource() *Source {
	pcs := make([]uintptr, 256)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "main.") {
			if text, err := os.ReadFile(f.File); err == nil {
				sum := sha256.Sum256(text)
				return &Source{filepath.Base(f.File), hex.EncodeToString(sum[:])}
			}
		}
		if !more {
			return nil
		}
	}
}
