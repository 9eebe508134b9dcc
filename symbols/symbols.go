// Package symbols is what the engine of cells and its helpers know about
// compiled packages: tables of their functions, variables and types, type
// information for go/types, and the documentation of every exported name. It
// covers this module's library, gonum and gonum/plot, and the standard library.
//
//	join := symbols.Table("strings")["Join"] // reflect.Value of strings.Join
//	page, ok := symbols.Doc("github.com/neurorepl/neurorepl/neuro/signal")
//
// Everything but this file is written by the program in gen:
//
//	go generate ./symbols
//
// which fails on a package that it cannot extract and lists in dropped.txt the
// exported names that no table can hold (generic functions and types).
package symbols

//go:generate go run ./gen

import (
	"bytes"
	"compress/flate"
	_ "embed" // for the archives
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path"
	"reflect"
	"sort"
	"strings"
	"sync"

	"github.com/neurorepl/neurorepl/symbols/internal/gonum"
	"github.com/neurorepl/neurorepl/symbols/internal/neuro"
	"github.com/neurorepl/neurorepl/symbols/internal/std"
	"github.com/neurorepl/neurorepl/symbols/internal/sym"
)

// Module is the import path before which the library's packages start.
const Module = "github.com/neurorepl/neurorepl/"

// A Package is one package that cells and scripts can import.
type Package struct {
	Path, Name string
	// Own tells that the package belongs to this module.
	Own bool
}

var index = sync.OnceValue(func() map[string]*sym.Package {
	m := map[string]*sym.Package{}
	for _, list := range [][]*sym.Package{std.Packages, gonum.Packages, neuro.Packages} {
		for _, p := range list {
			m[p.Path] = p
		}
	}
	return m
})

// Packages lists what can be imported, by path.
func Packages() []Package {
	out := make([]Package, 0, len(index()))
	for p, s := range index() {
		out = append(out, Package{Path: p, Name: s.Name, Own: strings.HasPrefix(p, Module)})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out
}

// Lookup returns the package with an import path.
func Lookup(path string) (Package, bool) {
	p, ok := index()[path]
	if !ok {
		return Package{}, false
	}
	return Package{Path: p.Path, Name: p.Name, Own: strings.HasPrefix(p.Path, Module)}, true
}

// Named returns the import paths of the packages of a name, the shortest first.
func Named(name string) []string {
	var out []string
	for p, s := range index() {
		if s.Name == name {
			out = append(out, p)
		}
	}
	sort.Slice(out, func(i, j int) bool {
		return len(out[i]) < len(out[j]) || len(out[i]) == len(out[j]) && out[i] < out[j]
	})
	return out
}

// Table returns a new table of one package, nil when there is none: exported
// functions, variables (addressable) and types (a nil pointer to each) by name.
// Constants are in the type information.
func Table(path string) map[string]reflect.Value {
	if p, ok := index()[path]; ok {
		return p.Table()
	}
	return maps.Clone(hidden()[path])
}

// hidden are types of packages that cannot be imported, by the package's path:
// public packages offer them under other names, as plot.Figure.
var hidden = sync.OnceValue(func() map[string]map[string]reflect.Value {
	out := map[string]map[string]reflect.Value{}
	for _, p := range index() {
		for _, e := range p.Values {
			t := reflect.TypeOf(e.Value)
			if t.Kind() != reflect.Pointer {
				continue
			}
			path, name := t.Elem().PkgPath(), t.Elem().Name()
			if path == "" || path == p.Path || index()[path] != nil {
				continue
			}
			if out[path] == nil {
				out[path] = map[string]reflect.Value{}
			}
			out[path][name] = reflect.ValueOf(e.Value)
		}
	}
	return out
})

// Nearest returns import paths that resemble one that does not exist, the
// closest first.
func Nearest(missing string) []string {
	type scored struct {
		path  string
		score int
	}
	var all []scored
	base := path.Base(missing)
	for p := range index() {
		whole, last := Distance(missing, p), Distance(base, path.Base(p))
		if whole <= min(2, (len(missing)+1)/3) || last <= len(base)/4 {
			all = append(all, scored{p, min(whole, 1+2*last)})
		}
	}
	sort.Slice(all, func(i, j int) bool {
		return all[i].score < all[j].score || all[i].score == all[j].score && all[i].path < all[j].path
	})
	var out []string
	for _, s := range all[:min(3, len(all))] {
		out = append(out, s.path)
	}
	return out
}

// Distance is the number of letters to insert, delete, replace or swap with
// their neighbour to get from a to b, not counting case (optimal string
// alignment; Damerau 1964).
func Distance(a, b string) int {
	x, y := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}

// Types returns the type information of a package as gcexportdata reads it.
func Types(path string) ([]byte, bool) { return typesArchive().part(path) }

// A Page documents a package.
type Page struct {
	Path, Name, Doc string
	Items           []Item // by name
}

// An Item documents an exported name.
type Item struct {
	Name     string   // "Welch", or "SOS.FiltFilt" for a method
	Kind     string   // "function", "type", "method", "variable", "constant"
	Decl     string   // its declaration, without a body
	Doc      string   // its comment
	Examples []string // code that shows its use, with the output
}

// Item returns the documentation of a name on the page.
func (p *Page) Item(name string) (Item, bool) {
	i := sort.Search(len(p.Items), func(i int) bool { return p.Items[i].Name >= name })
	if i < len(p.Items) && p.Items[i].Name == name {
		return p.Items[i], true
	}
	return Item{}, false
}

var pages struct {
	sync.Mutex
	m map[string]*Page
}

// Doc returns the documentation of the package with an import path.
func Doc(path string) (*Page, bool) {
	pages.Lock()
	defer pages.Unlock()
	if p, ok := pages.m[path]; ok {
		return p, true
	}
	data, ok := docsArchive().part(path)
	if !ok {
		return nil, false
	}
	p := new(Page)
	if err := json.Unmarshal(data, p); err != nil {
		panic(fmt.Sprintf("symbols: the documentation of %s is damaged: %v", path, err))
	}
	if pages.m == nil {
		pages.m = map[string]*Page{}
	}
	pages.m[path] = p
	return p, true
}

//go:embed types.bin
var typesData []byte

//go:embed types.words
var typesWords []byte

//go:embed docs.bin
var docsData []byte

//go:embed docs.words
var docsWords []byte

var (
	typesArchive = sync.OnceValue(func() archive { return open(typesData, typesWords) })
	docsArchive  = sync.OnceValue(func() archive { return open(docsData, docsWords) })
)

// An archive holds named parts, each compressed alone but for words that they
// share; gen describes the form.
type archive struct {
	dir         map[string][2]int
	body, words []byte
}

func open(data, words []byte) archive {
	n := 4 + int(binary.LittleEndian.Uint32(data))
	a := archive{body: data[n:], words: words}
	if err := json.Unmarshal(data[4:n], &a.dir); err != nil {
		panic(fmt.Sprintf("symbols: an embedded archive is damaged: %v", err))
	}
	return a
}

func (a archive) part(name string) ([]byte, bool) {
	at, ok := a.dir[name]
	if !ok {
		return nil, false
	}
	out, err := io.ReadAll(flate.NewReaderDict(bytes.NewReader(a.body[at[0]:at[0]+at[1]]), a.words))
	if err != nil {
		panic(fmt.Sprintf("symbols: the embedded part %s is damaged: %v", name, err))
	}
	return out, true
}
