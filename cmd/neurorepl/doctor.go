package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sys/cpu"
	"golang.org/x/term"

	"github.com/neurorepl/neurorepl/kernel/jupyter"
	"github.com/neurorepl/neurorepl/kernel/terminal"
)

// A finding is one line of the doctor: something works (OK), is not there and
// need not be (—), or is wrong (problem).
type finding struct {
	state  string
	what   string
	found  string
	remedy string
}

const (
	works   = "OK"
	absent  = "—"
	problem = "problem"
)

func doctor(args []string) int {
	if len(args) > 0 {
		return usage("doctor: %q is too much; the call is `neurorepl doctor`", args[0])
	}
	fmt.Printf("neurorepl %s, %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	code := 0
	for _, f := range findings() {
		// %-*s counts code points, which is what a dash needs.
		fmt.Printf("  %-8s %-10s %s\n", f.state, f.what, f.found)
		if f.remedy != "" {
			fmt.Printf("  %-8s %-10s   %s\n", "", "", f.remedy)
		}
		if f.state == problem {
			code = 1
		}
	}
	return code
}

func findings() []finding {
	return []finding{pictures(), colours(), processor(), memory(), jupyterCommand(), kernelSpec(), widgets(), slurm(), gonb()}
}

func pictures() finding {
	if !term.IsTerminal(int(os.Stdout.Fd())) {
		return finding{absent, "pictures", "standard output is not a terminal", ""}
	}
	a, _ := terminal.Detect(true)
	f := finding{works, "pictures", fmt.Sprintf("%s (%s), window of %d x %d", a.Pictures, a.Why, a.Columns, a.Rows), ""}
	if a.CellW > 0 {
		f.found += fmt.Sprintf(", cells of %d x %d pixels", a.CellW, a.CellH)
	}
	switch a.Pictures {
	case terminal.Blocks, terminal.Braille:
		f.remedy = "for sharp pictures use kitty, Ghostty, WezTerm, iTerm2, foot or Konsole; NEUROREPL_PICTURES chooses by hand"
	case terminal.Files:
		f.state = absent
		f.remedy = "figures are saved and their names printed"
	}
	return f
}

func colours() finding {
	if !term.IsTerminal(int(os.Stdout.Fd())) {
		return finding{absent, "colours", "standard output is not a terminal", ""}
	}
	a, _ := terminal.Detect(false)
	switch {
	case os.Getenv("NO_COLOR") != "":
		return finding{absent, "colours", "NO_COLOR is set", ""}
	case a.Colours == 0:
		return finding{absent, "colours", "none (TERM=" + os.Getenv("TERM") + ")", "set TERM to the name of your terminal, such as xterm-256color"}
	case a.Colours == 1<<24:
		return finding{works, "colours", "16 million", ""}
	}
	return finding{works, "colours", fmt.Sprint(a.Colours), "if the terminal can do more, set COLORTERM=truecolor"}
}

// processor tells which instructions the numerical kernels can use.
func processor() finding {
	var has []string
	add := func(ok bool, name string) {
		if ok {
			has = append(has, name)
		}
	}
	switch runtime.GOARCH {
	case "amd64":
		add(cpu.X86.HasAVX2, "AVX2")
		add(cpu.X86.HasFMA, "FMA")
		add(cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512BW, "AVX-512")
	case "arm64":
		add(true, "NEON")
		add(cpu.ARM64.HasSVE, "SVE")
	}
	n, most := runtime.NumCPU(), runtime.GOMAXPROCS(0)
	found := fmt.Sprintf("%d cores", n)
	if n == 1 {
		found = "1 core"
	}
	if most != n {
		found += fmt.Sprintf(", %d used (GOMAXPROCS)", most)
	}
	if len(has) > 0 {
		found += ", " + strings.Join(has, " ")
	}
	return finding{works, "processor", found, ""}
}

func memory() finding {
	total, free := machineMemory()
	if total == 0 {
		return finding{absent, "memory", "not known on " + runtime.GOOS, ""}
	}
	gb := func(n uint64) string { return fmt.Sprintf("%.1f GB", float64(n)/1e9) }
	f := finding{works, "memory", gb(total), ""}
	if free > 0 {
		f.found += ", " + gb(free) + " available"
		if free < 1e9 {
			f.remedy = "below 1 GB little fits: close other programs before you load images"
		}
	}
	return f
}

func jupyterCommand() finding {
	path, err := exec.LookPath("jupyter")
	if err != nil {
		return finding{absent, "jupyter", "no jupyter command in PATH", "`pip install jupyterlab`; notebooks run without it by `neurorepl exec`"}
	}
	return finding{works, "jupyter", path, ""}
}

// kernelSpec tells whether Jupyter starts this program.
func kernelSpec() finding {
	dirs := jupyter.Installed()
	if len(dirs) == 0 {
		return finding{absent, "kernel", "not installed", "`neurorepl install` makes it known to Jupyter"}
	}
	self, _ := os.Executable()
	dir := dirs[0]
	data, err := os.ReadFile(filepath.Join(dir, "kernel.json"))
	var spec struct {
		Argv []string `json:"argv"`
	}
	if err == nil {
		err = json.Unmarshal(data, &spec)
	}
	switch {
	case err != nil || len(spec.Argv) == 0:
		return finding{problem, "kernel", "the specification in " + dir + " cannot be read", "`neurorepl install` writes it anew"}
	case sameFile(spec.Argv[0], self):
		return finding{works, "kernel", dir + ", starts this program", ""}
	}
	if _, err := os.Stat(spec.Argv[0]); err != nil {
		return finding{problem, "kernel", fmt.Sprintf("%s starts %s, which is not there", dir, spec.Argv[0]), "`neurorepl install` points it to this program"}
	}
	return finding{works, "kernel", fmt.Sprintf("%s, starts another program: %s", dir, spec.Argv[0]), "`neurorepl install` points it to this one"}
}

// widgets tells whether JupyterLab can show the controls of package ui.
func widgets() finding {
	if dir := jupyter.Widgets(); dir != "" {
		return finding{works, "widgets", dir, ""}
	}
	return finding{absent, "widgets", "no jupyterlab_widgets: figures of ui.Interact are there, sliders are not",
		"`pip install jupyterlab_widgets` where JupyterLab is, and load the page again; the kernel needs nothing"}
}

func sameFile(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

func slurm() finding {
	path, err := exec.LookPath("sbatch")
	if err != nil {
		return finding{absent, "SLURM", "no sbatch in PATH", ""}
	}
	return finding{works, "SLURM", path, ""}
}

func gonb() finding {
	pipe := os.Getenv("GONB_PIPE")
	if pipe == "" {
		return finding{absent, "GoNB", "not in a GoNB notebook (GONB_PIPE is not set)", ""}
	}
	if _, err := os.Stat(pipe); err != nil {
		return finding{problem, "GoNB", "GONB_PIPE names " + pipe + ", which is not there", "restart the notebook's kernel"}
	}
	return finding{works, "GoNB", pipe, ""}
}
