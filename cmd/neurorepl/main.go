// Command neurorepl runs Go for neuroscience: interactively, as scripts, as
// notebooks and as a Jupyter kernel.
//
//	neurorepl                    a prompt
//	neurorepl run tour.go        a script, with its figures in tour_figures/
//	neurorepl exec tour.ipynb    a notebook, without Jupyter
//	neurorepl install -user      the kernel for Jupyter
//	neurorepl help               everything else
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// A command is one of the subcommands.
type command struct {
	name  string
	args  string // what follows the name
	about string // one line
	run   func(args []string) int
}

// commands is a function, for help refers to it.
func commands() []command {
	return []command{
		{"run", "[-figures DIR] FILE.go [ARG ...]", "run a script; its figures go to FILE_figures/", runScript},
		{"exec", "NB.ipynb [-o OUT.ipynb] [-html OUT.html] [-provenance RUN.json] [-p NAME=VALUE ...]", "run a notebook and store its outputs", execNotebook},
		{"convert", "A B", "turn a notebook into a script (.ipynb .go) or a script into a notebook", convertFile},
		{"install", "[-user] [-prefix DIR]", "make the kernel known to Jupyter", install},
		{"uninstall", "[-user] [-prefix DIR]", "take the kernel from Jupyter", uninstall},
		{"kernel", "-f CONNECTION.json", "be the kernel; Jupyter starts this", kernel},
		{"doc", "NAME | -gallery [WORD] [-html PAGE.html]", "show the documentation of a name, such as signal.Welch, or the gallery of figures", doc},
		{"doctor", "", "tell what works on this machine", doctor},
		{"version", "", "show version and build", printVersion},
		{"help", "[COMMAND]", "show this, or one command", help},
	}
}

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if len(args) == 0 {
		if term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd())) {
			return interactive()
		}
		return runStdin()
	}
	switch args[0] {
	case "-h", "-help", "--help":
		return help(args[1:])
	case "-version", "--version", "-v":
		return printVersion(nil)
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(args[1:])
		}
	}
	if strings.HasPrefix(args[0], "-") {
		return usage("neurorepl has no flag %s; `neurorepl help` lists what there is", args[0])
	}
	if strings.HasSuffix(args[0], ".go") || strings.HasSuffix(args[0], ".ipynb") {
		verb := "run"
		if strings.HasSuffix(args[0], ".ipynb") {
			verb = "exec"
		}
		return usage("a file is run by `neurorepl %s %s`", verb, args[0])
	}
	if near := nearest(args[0]); near != "" {
		return usage("neurorepl has no command %q; the nearest is %q", args[0], near)
	}
	return usage("neurorepl has no command %q; `neurorepl help` lists what there is", args[0])
}

// usage reports a wrong call; its status is 2, as that of Go's own commands.
func usage(format string, args ...any) int {
	fmt.Fprintf(os.Stderr, "neurorepl: "+format+"\n", args...)
	return 2
}

// failed reports what went wrong; its status is 1.
func failed(err error) int {
	fmt.Fprintf(os.Stderr, "neurorepl: %v\n", err)
	return 1
}

func help(args []string) int {
	if len(args) > 0 {
		for _, c := range commands() {
			if c.name == args[0] {
				fmt.Printf("neurorepl %s\n\n%s\n", strings.TrimSpace(c.name+" "+c.args), c.about)
				if c.name != "help" && c.name != "version" {
					if fs := flagsOf(c.name); fs != nil {
						fmt.Println()
						fs.SetOutput(os.Stdout)
						fs.PrintDefaults()
					}
				}
				return 0
			}
		}
		return usage("there is no command %q", args[0])
	}
	fmt.Printf("neurorepl is Go for neuroscience: a prompt, scripts, notebooks and a Jupyter kernel.\n\n")
	fmt.Printf("  %-56s%s\n", "neurorepl", "a prompt; without a terminal, the program on standard input")
	for _, c := range commands() {
		call := strings.TrimSpace("neurorepl " + c.name + " " + c.args)
		fmt.Printf("  %-56s%s\n", call, c.about)
	}
	fmt.Printf("\nAt the prompt and in notebooks: Tab completes, `name?` explains, `%%help` lists commands.\n")
	return 0
}

// parse reads flags that may stand before, between and after the other
// arguments, which it returns. ok is false when the command is to end with
// status.
func parse(fs *flag.FlagSet, args []string) (rest []string, status int, ok bool) {
	fs.SetOutput(io.Discard)
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, help([]string{fs.Name()}), false
			}
			return nil, usage("%s: %v", fs.Name(), err), false
		}
		if fs.NArg() == 0 {
			return rest, 0, true
		}
		consumed := len(args) - fs.NArg()
		if consumed > 0 && args[consumed-1] == "--" {
			return append(rest, fs.Args()...), 0, true
		}
		rest = append(rest, fs.Arg(0))
		args = fs.Args()[1:]
	}
}

// nearest returns the command whose name is at most two letters away from a
// mistyped one, or begins with it.
func nearest(name string) string {
	best, distance := "", 3
	for _, c := range commands() {
		d := edits(strings.ToLower(name), c.name)
		if len(name) > 1 && strings.HasPrefix(c.name, name) {
			d = 1
		}
		if d < distance && d < len(c.name) {
			best, distance = c.name, d
		}
	}
	return best
}

// edits returns the number of letters to insert, remove, replace or swap with
// a neighbour (the optimal string alignment distance).
func edits(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
