// Command gen writes the symbol tables, the type information and the
// documentation index that package symbols embeds. It is run from symbols/ by
//
//	go generate ./symbols
//
// and, with -check, tells whether the committed files are the ones it would
// write. It fails on any package it cannot extract, and dropped.txt lists every
// exported name that has no table entry, with the reason. With -words it chooses
// anew what the parts of the archives share, for when they have changed much.
//
// The files are those of linux/amd64 whatever machine it runs on; no path of
// that machine gets into them.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/tools/go/packages"
)

const module = "github.com/neurorepl/neurorepl"

func main() {
	check := flag.Bool("check", false, "write nothing; fail when a committed file is not current")
	choose := flag.Bool("words", false, "choose the words that parts of an archive share anew")
	flag.Parse()
	if err := run(*check, *choose); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(check, choose bool) error {
	loaded := make([][]*packages.Package, len(groups))
	var all []*packages.Package
	for i, g := range groups {
		pkgs, err := load(g.patterns)
		if err != nil {
			return err
		}
		loaded[i] = pkgs
		all = append(all, pkgs...)
	}
	files := map[string][]byte{}
	var dropped []string
	for i, g := range groups {
		if err := tables(files, &dropped, g, loaded[i]); err != nil {
			return err
		}
	}
	sort.Strings(dropped)
	files["dropped.txt"] = []byte("# Exported names without an entry in the tables, and why. Written by gen; do not edit.\n" +
		strings.Join(dropped, "\n") + "\n")
	for name, read := range map[string]func([]*packages.Package) (map[string][]byte, error){"types": exportData, "docs": docIndex} {
		parts, err := read(all)
		if err != nil {
			return err
		}
		shared, err := os.ReadFile(name + ".words")
		if choose {
			shared, err = words(parts), nil
		}
		if err != nil {
			return err
		}
		files[name+".words"] = shared
		if files[name+".bin"], err = archive(parts, shared); err != nil {
			return err
		}
	}
	if check {
		return compare(files)
	}
	return write(files)
}

// load reads the types of packages from their compiled form, and fails when
// any of them has an error or is missing.
func load(patterns []string) ([]*packages.Package, error) {
	cfg := &packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedTypes | packages.NeedExportFile,
		Env:  append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0"),
		Fset: token.NewFileSet(),
	}
	pkgs, err := packages.Load(cfg, patterns...)
	if err != nil {
		return nil, err
	}
	var errs []error
	have := map[string]bool{}
	out := pkgs[:0]
	for _, p := range pkgs {
		for _, e := range p.Errors {
			errs = append(errs, fmt.Errorf("%s: %v", p.PkgPath, e))
		}
		if len(p.Errors) == 0 && (p.Types == nil || !p.Types.Complete()) {
			errs = append(errs, fmt.Errorf("%s: no type information", p.PkgPath))
		}
		have[p.PkgPath] = true
		if p.Name == "main" || strings.Contains("/"+p.PkgPath+"/", "/internal/") {
			continue
		}
		out = append(out, p)
	}
	for _, pattern := range patterns {
		if !strings.HasSuffix(pattern, "...") && !have[pattern] {
			errs = append(errs, fmt.Errorf("%s: not found", pattern))
		}
	}
	if len(out) == 0 && len(errs) == 0 {
		errs = append(errs, fmt.Errorf("%s: no packages", strings.Join(patterns, " ")))
	}
	sort.Slice(out, func(i, j int) bool { return out[i].PkgPath < out[j].PkgPath })
	return out, errors.Join(errs...)
}

// generated lists the files on disk that an earlier run wrote.
func generated() (map[string]bool, error) {
	have := map[string]bool{}
	for _, g := range groups {
		names, err := filepath.Glob(filepath.Join("internal", g.name, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			have[filepath.ToSlash(n)] = true
		}
	}
	for _, n := range []string{"dropped.txt", "types.bin", "types.words", "docs.bin", "docs.words"} {
		if _, err := os.Stat(n); err == nil {
			have[n] = true
		}
	}
	return have, nil
}

func compare(files map[string][]byte) error {
	have, err := generated()
	if err != nil {
		return err
	}
	var stale []string
	for name, want := range files {
		got, err := os.ReadFile(filepath.FromSlash(name))
		if errors.Is(err, fs.ErrNotExist) || err == nil && !bytes.Equal(got, want) {
			stale = append(stale, name)
		} else if err != nil {
			return err
		}
		delete(have, name)
	}
	for name := range have {
		stale = append(stale, name+" (its package is gone)")
	}
	if len(stale) > 0 {
		sort.Strings(stale)
		return fmt.Errorf("not current: %s; run go generate ./symbols", strings.Join(stale, ", "))
	}
	return nil
}

func write(files map[string][]byte) error {
	have, err := generated()
	if err != nil {
		return err
	}
	for name, data := range files {
		delete(have, name)
		path := filepath.FromSlash(name)
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	for name := range have {
		if err := os.Remove(filepath.FromSlash(name)); err != nil {
			return err
		}
	}
	return nil
}
