// Package matlab reads files of MATLAB and Octave, .mat of the levels 5 (what save -v6 and
// -v7 write) and 4, data sets of EEGLAB, .set, and data of FieldTrip.
//
//	f, err := matlab.Read("session.mat")
//	f                                       // a table of its variables
//	pot, err := f.Matrix("pot1")            // [][]float64, one row after the other
//	names, err := f.Texts("EEG.chanlocs.labels")
//	fs, err := f.Number("EEG.srate")
//	rec, err := f.Recording("pot1", 1000)   // an eeg.Recording, read in pieces
//	rec, err = matlab.ReadEEGLAB("s01.set") // with its channels, places and events
//	rec, err = matlab.ReadFieldTrip("s01.mat") // with its trials
//
// A path names a variable and what is in it as MATLAB does: fields after dots, elements
// counted from 1 in brackets: "Models(3).name", "trials{2}", "RDMs(1,4).RDM".
package matlab

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A File is the list of the variables in a file, whose values stay in it until they are
// asked for.
type File struct {
	Path      string
	Header    string // what the program that wrote it says
	Variables []Variable

	size int64
	open func() (io.ReaderAt, func(), error)
}

// A Variable is what a file says of one.
type Variable struct {
	Name  string
	Class string // as that of Value
	Shape []int

	at, end    int64 // of its bytes
	compressed bool
	level4     bool
	big        bool // byte order
}

// Read returns the variables of a file. Levels 5 and 4 are read, in both byte orders,
// compressed or not: numbers of all classes, real and complex, full and sparse, logical
// values, text, cells and structs. Level 7.3 is HDF5 and refused, with what to do.
//
// Source: MAT-File Format, MathWorks 2023. Checked against scipy.io.loadmat of SciPy 1.17.1.
func Read(path string) (*File, error) {
	kept, r, err := files.Keep(path)
	if err != nil {
		return nil, fmt.Errorf("matlab: Read: %s: %w", path, err)
	}
	defer r.Close()
	provenance.File(path)
	f := &File{Path: path, size: kept.Size, open: kept.Open}
	if err := f.list(r); err != nil {
		return nil, fmt.Errorf("matlab: Read: %s: %w", path, err)
	}
	return f, nil
}

// Decode reads a file of size bytes that r has, as Read does.
func Decode(r io.ReaderAt, size int64) (*File, error) {
	f := &File{size: size, open: func() (io.ReaderAt, func(), error) { return r, func() {}, nil }}
	if err := f.list(r); err != nil {
		return nil, fmt.Errorf("matlab: Decode: %w", err)
	}
	return f, nil
}

// Names returns the names of the variables.
func (f *File) Names() []string {
	var names []string
	for _, v := range f.Variables {
		names = append(names, v.Name)
	}
	return names
}

// Has tells whether there is a variable of a name.
func (f *File) Has(name string) bool {
	for _, v := range f.Variables {
		if v.Name == name {
			return true
		}
	}
	return false
}

// Show shows the variables as a table.
func (f *File) Show() display.Bundle {
	name, class, shape := table.Col{Name: "variable"}, table.Col{Name: "class"}, table.Col{Name: "size"}
	for _, v := range f.Variables {
		name.Text, class.Text, shape.Text = append(name.Text, v.Name), append(class.Text, v.Class), append(shape.Text, by(v.Shape))
	}
	return table.Table{Cols: []table.Col{name, class, shape}}.Show()
}

// String lists the variables, one a line.
func (f *File) String() string {
	var b strings.Builder
	for _, v := range f.Variables {
		fmt.Fprintf(&b, "%s: %s, %s\n", v.Name, by(v.Shape), v.Class)
	}
	return b.String()
}

// by writes a shape as MATLAB does.
func by(shape []int) string {
	var s []string
	for _, d := range shape {
		s = append(s, fmt.Sprint(d))
	}
	return strings.Join(s, " x ")
}

// Get returns what a path names. A field of several elements without an index gives the
// values of all, as a cell: "EEG.chanlocs.labels". Only what is named is decoded; of a
// compressed variable what lies before it is passed over.
//
// Errors: a variable, field or element that is not there, tables and other objects whose
// layout is not public, integers beyond 2^53, which float64 does not hold, more than 2^28
// numbers at once (2^26 elements of a sparse matrix, which is filled up), and a file that is cut off or broken.
func (f *File) Get(path string) (*Value, error) { return f.get("Get", path) }

func (f *File) get(call, path string) (*Value, error) {
	var v *Value
	err := f.with(call, path, func(d *decoder, e element, steps []step) (err error) {
		v, err = d.value(e, steps, 0)
		return err
	})
	return v, err
}

// with opens the variable of a path and calls do with its bytes.
func (f *File) with(call, path string, do func(d *decoder, e element, steps []step) error) error {
	fail := func(err error) error {
		where := path
		if f.Path != "" {
			where = f.Path + ": " + path
		}
		return fmt.Errorf("matlab: %s: %s: %w", call, where, err)
	}
	steps, err := parse(path)
	if err != nil {
		return fail(err)
	}
	v, err := f.variable(steps[0].field)
	if err != nil {
		return fail(err)
	}
	r, done, err := f.open()
	if err != nil {
		return fail(err)
	}
	defer done()
	task := display.Start("matlab."+call+" "+filepath.Base(f.Path), "bytes", int(v.end-v.at))
	defer task.End()
	d, e, err := v.enter(bufio.NewReaderSize(task.Reader(io.NewSectionReader(r, v.at, v.end-v.at)), 1<<12))
	if err == nil {
		err = do(d, e, steps[1:])
	}
	if stopped := task.Err(); stopped != nil {
		return stopped
	}
	if err != nil {
		return fail(err)
	}
	return nil
}

func (f *File) variable(name string) (*Variable, error) {
	for k := range f.Variables {
		if f.Variables[k].Name == name {
			return &f.Variables[k], nil
		}
	}
	return nil, missing("variable", name, f.Names())
}

// missing is the error of a name that is not there.
func missing(what, name string, there []string) error {
	for far := range 2 {
		for _, near := range there {
			if spell.Distance(strings.ToLower(name), strings.ToLower(near)) == far {
				return fmt.Errorf("there is no %s %q; is %q meant?", what, name, near)
			}
		}
	}
	if len(there) == 0 {
		return fmt.Errorf("there is no %s %q; there are none", what, name)
	}
	if len(there) > 12 {
		there = append(there[:12:12], "...")
	}
	return fmt.Errorf("there is no %s %q; there are %s", what, name, strings.Join(there, ", "))
}

// Matrix returns the rows of a matrix of numbers, see Value.Matrix.
func (f *File) Matrix(path string) ([][]float64, error) {
	return of(f, "Matrix", path, (*Value).Matrix)
}

// Vector returns the numbers of a row or a column, see Value.Vector.
func (f *File) Vector(path string) ([]float64, error) {
	return of(f, "Vector", path, (*Value).Vector)
}

// Number returns a single number, see Value.Number.
func (f *File) Number(path string) (float64, error) { return of(f, "Number", path, (*Value).Number) }

// Text returns a text, see Value.Text.
func (f *File) Text(path string) (string, error) { return of(f, "Text", path, (*Value).Text) }

// Texts returns several texts, see Value.Texts.
func (f *File) Texts(path string) ([]string, error) { return of(f, "Texts", path, (*Value).Texts) }

func of[T any](f *File, call, path string, as func(*Value) (T, error)) (T, error) {
	v, err := f.get(call, path)
	if err != nil {
		var none T
		return none, err
	}
	x, err := as(v)
	if err != nil {
		return x, fmt.Errorf("matlab: %s: %s: %w", call, path, bare{err})
	}
	return x, nil
}

// bare is an error without the call that it begins with.
type bare struct{ error }

func (e bare) Error() string {
	s := e.error.Error()
	if _, rest, ok := strings.Cut(strings.TrimPrefix(s, "matlab: "), ": "); ok && strings.HasPrefix(s, "matlab: ") {
		return rest
	}
	return s
}
func (e bare) Unwrap() error { return e.error }
