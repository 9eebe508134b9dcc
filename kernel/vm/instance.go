package vm

import (
	"go/types"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// A compiled generic type has no compiled methods for types of interpreted
// code. Options.Instance gives the source of one, which is compiled like a
// package that a unit brings along.

// instance returns the code of a method of an instance of a compiled generic
// type; nil for any other function. The machine's lock is held.
func (m *Machine) instance(fn *ssa.Function) *code {
	obj, _ := fn.Object().(*types.Func)
	if obj == nil || m.opts.Instance == nil || fn.Signature.Recv() == nil {
		return nil
	}
	recv := types.Unalias(fn.Signature.Recv().Type())
	if p, ok := recv.(*types.Pointer); ok {
		recv = types.Unalias(p.Elem())
	}
	named, ok := recv.(*types.Named)
	if !ok || named.TypeArgs().Len() == 0 {
		return nil
	}
	known, _ := m.instances.At(named).(map[string]*code)
	if c, ok := known[obj.Name()]; ok {
		return c
	}
	if known == nil {
		known = map[string]*code{}
		m.instances.Set(named, known)
	}
	known[obj.Name()] = nil
	var args []types.Type
	for t := range named.TypeArgs().Types() {
		args = append(args, t)
	}
	sources, imports, ok := m.opts.Instance(obj.Origin(), args)
	if !ok {
		return nil
	}
	prog := ssa.NewProgram(m.opts.Fset, ssa.InstantiateGenerics|ssa.BuildSerially)
	p := &Program{m: m, prog: prog, codes: map[*ssa.Function]*code{}, vars: map[*ssa.Global]unsafe.Pointer{}}
	for _, pkg := range imports {
		prog.CreatePackage(pkg, nil, nil, true)
	}
	for _, s := range sources {
		p.main = prog.CreatePackage(s.Types, s.Files, s.Info, true)
	}
	prog.Build()
	known[obj.Name()] = p.code(p.main.Func("Call"))
	return known[obj.Name()]
}
