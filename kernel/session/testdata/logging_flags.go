// log and slog to interpreted writers with interpreted values, flag sets, and
// os arguments; printing goes through String and LogValue methods.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"strings"
	"time"
)

type unit float64

func (u unit) String() string { return fmt.Sprintf("%gmV", float64(u)) }

type secret struct{ key string }

func (s secret) LogValue() slog.Value { return slog.StringValue(strings.Repeat("*", len(s.key))) }

type lines struct{ all []string }

func (l *lines) Write(p []byte) (int, error) {
	l.all = append(l.all, strings.TrimSuffix(string(p), "\n"))
	return len(p), nil
}

type list []string

func (l *list) String() string { return strings.Join(*l, "+") }
func (l *list) Set(s string) error {
	if s == "" {
		return errors.New("empty element")
	}
	*l = append(*l, s)
	return nil
}

func main() {
	var ls lines
	lg := log.New(&ls, "sim: ", log.Lmsgprefix)
	lg.Println("start", unit(-65), []unit{1, 2})
	lg.Printf("%v and %d", unit(3), 4)
	func() {
		defer func() { fmt.Println("recovered", recover()) }()
		lg.Panicf("bad %v", unit(0))
	}()
	fmt.Printf("%q\n", ls.all)
	var buf bytes.Buffer
	h := slog.NewTextHandler(&buf, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
	sl := slog.New(h).With("run", 3)
	sl.Info("step", "v", unit(-50.5), "key", secret{"abcd"}, "err", errors.New("e e"))
	sl.WithGroup("g").Debug("inner", slog.Float64("x", 1.5), slog.Any("list", []int{1, 2}))
	fmt.Print(buf.String())
	fs := flag.NewFlagSet("prog", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	n := fs.Int("n", 10, "number of `cells`")
	dt := fs.Duration("dt", time.Millisecond, "step")
	var names list
	fs.Var(&names, "name", "a name")
	var verbose bool
	fs.BoolVar(&verbose, "v", false, "talk")
	fs.Func("twice", "doubled", func(s string) error { fmt.Println("twice", s+s); return nil })
	err := fs.Parse([]string{"-n", "25", "--dt=2s", "-name", "a", "-name=b", "-v", "-twice", "x", "rest", "-n"})
	fmt.Println(err, *n, *dt, names, verbose, fs.Args(), fs.NFlag())
	fmt.Println(fs.Parse([]string{"-n", "many"}))
	fmt.Println(fs.Parse([]string{"-name", ""}))
	fmt.Println(fs.Parse([]string{"-nope"}))
	fs.Visit(func(f *flag.Flag) { fmt.Print(f.Name, "=", f.Value, " ") })
	fmt.Println()
	fmt.Fprintln(os.Stdout, len(os.Args) > 0, os.Getenv("SURELY_NOT_SET_ANYWHERE") == "")
}
