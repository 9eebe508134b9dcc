package lower

import (
	"go/types"

	"github.com/neurorepl/neurorepl/kernel/lower/std"
)

// Instance returns the source of a method of a compiled generic type with type
// arguments, as kernel/vm asks for it: packages, of which the last has it as
// function Call, and the compiled packages that they refer to.
func (s *Scope) Instance(method *types.Func, args []types.Type) (source []*std.Package, imports []*types.Package, ok bool) {
	source, err := s.companions().Instance(method, args)
	if err != nil {
		return nil, nil, false
	}
	return source, compiledImports(source), true
}

// compiledImports are the packages that companions import and that are no
// companions.
func compiledImports(list []*std.Package) (out []*types.Package) {
	seen := map[*types.Package]bool{}
	for _, p := range list {
		seen[p.Types] = true
	}
	for _, p := range list {
		for _, i := range p.Types.Imports() {
			if !seen[i] {
				seen[i] = true
				out = append(out, i)
			}
		}
	}
	return out
}
