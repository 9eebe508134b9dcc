package symbols

import (
	"archive/zip"
	"encoding"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/table"
)

// notData are results that have nothing to export: handles that are asked for data by methods, and
// what is drawn or run rather than kept.
var notData = map[string]string{
	"decode.Correlation":  "a model without parameters",
	"display.BarWriter":   "writes a line that says how far a call is",
	"display.Counter":     "such a line",
	"display.Task":        "such a line",
	"model.Expression":    "a formula that was compiled",
	"model.Field":         "directions of a model, computed when asked for",
	"model.Model":         "equations that were compiled",
	"model.Watch":         "what a simulation looks for",
	"network.Simulation":  "a network that runs; its recordings are results",
	"provenance.Recorder": "collects what a call read",
	"signal.FIRStream":    "a filter that is given pieces",
	"signal.FilterStream": "one too",
	"signal.WelchStream":  "a spectrum that is given pieces; Spectrum is its result",
	"stats.Neighbours":    "which sensors are neighbours, in a form for searching",
	"table.Table":         "looked at in its own package",
	"ui.Entry":            "a field of text on a page",
	"ui.Switch":           "a button on a page",
	"ui.Trigger":          "one too",
}

// TestResultsExport fills every result type of the library, those that exported functions and
// methods return, with numbers and words, saves it in every way that table.Save knows and finds all
// of them, bit by bit, in the files.
func TestResultsExport(t *testing.T) {
	results := map[reflect.Type]string{}
	add := func(from string, f reflect.Type) {
		for i := range f.NumOut() {
			r := f.Out(i)
			for r.Kind() == reflect.Pointer || r.Kind() == reflect.Slice && r.Name() == "" {
				r = r.Elem()
			}
			if strings.HasPrefix(r.PkgPath(), Module+"neuro") && !strings.Contains(r.PkgPath(), "internal") &&
				(r.Kind() == reflect.Struct || r.Kind() == reflect.Slice || r.Kind() == reflect.Map) {
				if _, ok := results[r]; !ok {
					results[r] = from
				}
			}
		}
	}
	for _, p := range Packages() {
		if !p.Own {
			continue
		}
		for name, v := range Table(p.Path) {
			switch v.Kind() {
			case reflect.Func:
				add(p.Name+"."+name, v.Type())
			case reflect.Pointer: // of a type
				for i := range v.Type().NumMethod() {
					add(p.Name+"."+name, v.Type().Method(i).Type)
				}
			}
		}
	}
	if len(results) < 300 {
		t.Fatalf("%d result types", len(results))
	}
	dir := t.TempDir()
	empty, tablers, exported := []string{}, 0, 0
	for r, from := range results {
		f := &filler{}
		v := reflect.New(r)
		f.fill(v.Elem(), 0)
		if f.count == 0 {
			if _, ok := v.Interface().(table.Tabler); !ok {
				empty = append(empty, r.String())
			}
			continue
		}
		exported++
		for _, ext := range []string{".json", ".npz", ".csv", ".npy"} {
			_, own := v.Interface().(table.Tabler)
			if own && (ext == ".csv" || ext == ".npy") {
				if ext == ".csv" {
					tablers++
				}
				continue // its table is what it makes it, of values that fit each other
			}
			path := filepath.Join(dir, "x"+ext)
			if err := table.Save(path, v.Interface()); err != nil {
				t.Errorf("%v (%s): %v", r, from, err)
				continue
			}
			numbers, words, err := inFile(path)
			if err != nil {
				t.Errorf("%v %s: %v", r, ext, err)
				continue
			}
			for _, x := range f.numbers {
				if !numbers[math.Float64bits(x)] {
					t.Errorf("%v: %v is not in %s", r, x, ext)
					break
				}
			}
			for _, w := range f.words {
				if !words[w] {
					t.Errorf("%v: %q is not in %s", r, w, ext)
					break
				}
			}
		}
	}
	slices.Sort(empty)
	for _, e := range empty {
		if notData[e] == "" {
			t.Errorf("%s has nothing to export, and is not among notData", e)
		}
	}
	t.Logf("%d result types export; %d of them have a table of their own", exported, tablers)
}

// A filler plants numbers and words that are all different.
type filler struct {
	count   int
	numbers []float64
	words   []string
}

var marshaler = reflect.TypeFor[encoding.TextMarshaler]()

func (f *filler) fill(v reflect.Value, depth int) {
	if depth > 7 || v.Type().Implements(marshaler) {
		return
	}
	next := func() float64 {
		f.count++
		return math.Sqrt(float64(f.count))
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(next())
		f.numbers = append(f.numbers, v.Float())
	case reflect.Int8, reflect.Uint8: // too few to be different
	case reflect.Int, reflect.Int16, reflect.Int32, reflect.Int64:
		f.count++
		v.SetInt(int64(f.count))
		f.numbers = append(f.numbers, float64(f.count))
	case reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		f.count++
		v.SetUint(uint64(f.count))
		f.numbers = append(f.numbers, float64(f.count))
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(next(), next()))
		f.numbers = append(f.numbers, real(v.Complex()), imag(v.Complex()))
	case reflect.String:
		f.count++
		v.SetString(fmt.Sprintf("w%d, \"é\"", f.count))
		f.words = append(f.words, v.String())
	case reflect.Pointer:
		if v.Type().Elem().Kind() == reflect.Struct && depth < 3 {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem(), depth+1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i), depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		if k.Kind() == reflect.String {
			k.SetString("key")
		}
		f.fill(e, depth+1)
		v.SetMapIndex(k, e)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[table.Table]() {
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				f.fill(v.Field(i), depth+1)
			}
		}
	}
}

// inFile returns the numbers and words of a file.
func inFile(path string) (numbers map[uint64]bool, words map[string]bool, err error) {
	numbers, words = map[uint64]bool{}, map[string]bool{}
	switch filepath.Ext(path) {
	case ".json":
		var v any
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, nil, err
		}
		if err := json.Unmarshal(data, &v); err != nil {
			return nil, nil, err
		}
		var walk func(v any)
		walk = func(v any) {
			switch x := v.(type) {
			case float64:
				numbers[math.Float64bits(x)] = true
			case string:
				words[x] = true
			case []any:
				for _, e := range x {
					walk(e)
				}
			case map[string]any:
				for _, e := range x {
					walk(e)
				}
			}
		}
		walk(v)
	case ".csv":
		t, err := table.Read(path)
		if err != nil {
			return nil, nil, err
		}
		for _, c := range t.Cols {
			for _, x := range c.Num {
				numbers[math.Float64bits(x)] = true
			}
			for _, w := range c.Text {
				words[w] = true
			}
		}
	case ".npz":
		z, err := zip.OpenReader(path)
		if err != nil {
			return nil, nil, err
		}
		defer z.Close()
		for _, e := range z.File {
			r, err := e.Open()
			if err != nil {
				return nil, nil, err
			}
			data, err := io.ReadAll(r)
			if err != nil {
				return nil, nil, err
			}
			if err := array(data, numbers, words); err != nil {
				return nil, nil, fmt.Errorf("%s: %w", e.Name, err)
			}
		}
	case ".npy":
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, nil, err
		}
		return numbers, words, array(data, numbers, words)
	}
	return numbers, words, nil
}

// array collects the values of a file of NumPy.
func array(data []byte, numbers map[uint64]bool, words map[string]bool) error {
	at := 10 + int(binary.LittleEndian.Uint16(data[8:]))
	if data[6] > 1 {
		at = 12 + int(binary.LittleEndian.Uint32(data[8:]))
	}
	head := string(data[10:at])
	var types []string
	for rest := head[:strings.Index(head, "'fortran_order'")]; ; {
		i := strings.IndexAny(rest, "<|")
		if i < 0 {
			break
		}
		end := i + strings.IndexByte(rest[i:], '\'')
		if k := rest[i : i+2]; k == "<f" || k == "<U" || k == "<i" || k == "|b" {
			types = append(types, rest[i:end])
		}
		rest = rest[end:]
	}
	if len(types) == 0 {
		return fmt.Errorf("no type in %q", head)
	}
	for rest := data[at:]; len(rest) > 0; {
		for _, k := range types {
			var width int
			fmt.Sscan(k[2:], &width)
			switch k[1] {
			case 'f':
				numbers[binary.LittleEndian.Uint64(rest)] = true
			case 'i':
				numbers[math.Float64bits(float64(int64(binary.LittleEndian.Uint64(rest))))] = true
			case 'U':
				width *= 4
				var w []rune
				for i := 0; i < width; i += 4 {
					if r := rune(binary.LittleEndian.Uint32(rest[i:])); r != 0 {
						w = append(w, r)
					}
				}
				words[string(w)] = true
			}
			rest = rest[width:]
		}
	}
	return nil
}
