package std

import (
	"go/types"
	"io/fs"
	"reflect"

	"github.com/neurorepl/neurorepl/kernel/lower/std/host"
)

const (
	hostFolder = "host"
	hostPath   = "github.com/neurorepl/neurorepl/kernel/lower/std/" + hostFolder
)

// hostTable has every exported function of package host; a test compares it
// with the source.
var hostTable = map[string]reflect.Value{
	"AddCleanup":      reflect.ValueOf(host.AddCleanup),
	"Comparable":      reflect.ValueOf(host.Comparable),
	"ConvertAssign":   reflect.ValueOf(host.ConvertAssign),
	"Sort":            reflect.ValueOf(host.Sort),
	"Strong":          reflect.ValueOf(host.Strong),
	"Unique":          reflect.ValueOf(host.Unique),
	"Weak":            reflect.ValueOf(host.Weak),
	"WriteComparable": reflect.ValueOf(host.WriteComparable),
}

// Table returns the compiled functions of a package that companions import and
// that package symbols does not know; nil for any other path.
func Table(path string) map[string]reflect.Value {
	if path != hostPath {
		return nil
	}
	return hostTable
}

// hostTypes checks the declarations of package host.
func (l *Library) hostTypes() (*types.Package, error) {
	if l.host != nil {
		return l.host, nil
	}
	names, err := fs.Glob(sources, hostFolder+"/*.go")
	if err != nil {
		return nil, err
	}
	files, err := l.parse(names)
	if err != nil {
		return nil, err
	}
	conf := types.Config{Importer: l.imp, GoVersion: goVersion, IgnoreFuncBodies: true}
	l.host, err = conf.Check(hostPath, l.fset, files, nil)
	return l.host, err
}
