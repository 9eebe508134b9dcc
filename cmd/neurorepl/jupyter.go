package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/neurorepl/neurorepl/kernel/jupyter"
	"github.com/neurorepl/neurorepl/kernel/session"
)

func installFlags(name string) (*flag.FlagSet, *jupyter.InstallOptions) {
	o := &jupyter.InstallOptions{}
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.BoolVar(&o.User, "user", false, "in the user's own folder, which every Jupyter of this user reads (the default)")
	fs.StringVar(&o.Prefix, "prefix", "", "in the Python environment at `DIR`")
	return fs, o
}

func install(args []string) int   { return installation("install", args, jupyter.Install) }
func uninstall(args []string) int { return installation("uninstall", args, jupyter.Uninstall) }

func installation(name string, args []string, do func(jupyter.InstallOptions) (string, error)) int {
	fs, o := installFlags(name)
	rest, code, ok := parse(fs, args)
	if !ok {
		return code
	}
	if len(rest) > 0 {
		return usage("%s: %q is no flag; allowed are -user and -prefix DIR", name, rest[0])
	}
	message, err := do(*o)
	if err != nil {
		return failed(err)
	}
	fmt.Print(message)
	return 0
}

func kernelFlags() (*flag.FlagSet, *string) {
	fs := flag.NewFlagSet("kernel", flag.ContinueOnError)
	return fs, fs.String("f", "", "the connection `FILE` that Jupyter wrote")
}

func kernel(args []string) int {
	fs, file := kernelFlags()
	rest, code, ok := parse(fs, args)
	if !ok {
		return code
	}
	if *file == "" || len(rest) > 0 {
		return usage("kernel: the call is `neurorepl kernel -f CONNECTION.json`; Jupyter makes it")
	}
	err := jupyter.Serve(context.Background(), *file, func(o session.Options) (jupyter.Engine, error) {
		s, err := session.New(o)
		if err != nil {
			return nil, err
		}
		return s, nil
	})
	if err != nil {
		return failed(err)
	}
	return 0
}

// flagsOf returns the flags of a command for its help.
func flagsOf(name string) *flag.FlagSet {
	switch name {
	case "run":
		fs, _, _ := runFlags()
		return fs
	case "doc":
		fs, _, _ := docFlags()
		return fs
	case "exec":
		fs, _, _, _, _ := execFlags()
		return fs
	case "install", "uninstall":
		fs, _ := installFlags(name)
		return fs
	case "kernel":
		fs, _ := kernelFlags()
		return fs
	}
	return nil
}
