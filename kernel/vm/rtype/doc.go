// Package rtype makes run-time types for types that were declared while the
// program runs. The result of [Types.Of] is a reflect.Type with the name, the
// package path, the fields and the methods that the Go compiler would have
// given it, so that compiled packages take its values for what they are: fmt
// calls their String methods, encoding/json sees their tags, errors.As and
// type switches tell them apart, sort and heap call their Less.
//
//	types := rtype.New(rtype.Config{
//		Named: func(obj *types.TypeName) (reflect.Type, bool) {
//			return compiled[obj.Pkg().Path()+"."+obj.Name()]
//		},
//		Method: func(recv types.Type, sel *types.Selection) func([]reflect.Value) []reflect.Value {
//			return func(args []reflect.Value) []reflect.Value { ... }
//		},
//	})
//	t := types.Of(obj.Type())        // main.Celsius
//	v := reflect.New(t).Elem()
//	v.SetFloat(36.6)
//	fmt.Println(v)                   // calls the method String
//
// # How it is done
//
// Package reflect makes unnamed types but no named ones and no methods. Those
// are records in the layout of the runtime (record.go), allocated like any Go
// value and never freed. The methods' code is a pool of assembly stubs
// (stubs.go), each of which can be made to run any function.
//
// A type may contain itself, so a record is made in two steps: first what
// others may need of it while it is incomplete - its size, its alignment and
// where it has pointers, all of which follow from the types it contains by
// value - and then the rest.
//
// # What it is not for
//
// A type lives as long as the process. The pool has 32,768 stubs; an exported
// method takes two for its type and one for the pointer to it.
// Other processors than amd64 and arm64 have no stubs, and types no methods.
package rtype
