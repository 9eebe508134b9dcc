package rtype_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"

	"github.com/neurorepl/neurorepl/kernel/vm/rtype"
)

const text = `package main

type Spikes []float64

func (s Spikes) String() string { panic("not interpreted in this example") }
`

func Example() {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "cell", text, 0)
	if err != nil {
		panic(err)
	}
	pkg, err := new(types.Config).Check("main", fset, []*ast.File{file}, nil)
	if err != nil {
		panic(err)
	}

	session := rtype.New(rtype.Config{
		Method: func(recv types.Type, sel *types.Selection) func([]reflect.Value) []reflect.Value {
			return func(args []reflect.Value) []reflect.Value {
				s := fmt.Sprintf("%d spikes", args[0].Len())
				return []reflect.Value{reflect.ValueOf(s)}
			}
		},
	})
	t := session.Of(pkg.Scope().Lookup("Spikes").Type())
	v := reflect.ValueOf([]float64{0.1, 0.25, 0.3}).Convert(t)
	fmt.Printf("%T: %v\n", v.Interface(), v.Interface())
	_, isError := v.Interface().(error)
	fmt.Println(t.NumMethod(), "method; an error:", isError)
	// Output:
	// main.Spikes: 3 spikes
	// 1 method; an error: false
}
