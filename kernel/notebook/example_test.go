package notebook_test

import (
	"context"
	"fmt"

	"github.com/neurorepl/neurorepl/kernel/notebook"
	"github.com/neurorepl/neurorepl/kernel/session"
)

func ExampleExecute() {
	nb := notebook.New()
	nb.Add(notebook.Markdown, "# Membrane time constant")
	nb.Add(notebook.Code, "c, g := 200.0, 10.0 // pF, nS")
	nb.Add(notebook.Code, "c / g // ms")
	err := notebook.Execute(context.Background(), nb, notebook.Options{
		Open: func(o session.Options) (notebook.Engine, error) { return session.New(o) },
	})
	fmt.Println(nb.Cells[2].Outputs[0]["data"], err)
	// Output:
	// map[text/plain:20] <nil>
}

func ExampleNotebook_Script() {
	nb := notebook.New()
	nb.Add(notebook.Markdown, "# Membrane time constant")
	nb.Add(notebook.Code, "func tau(c, g float64) float64 { return c / g }\n\ntau(200, 10)")
	script, err := nb.Script()
	fmt.Printf("%s%v", script, err)
	// Output:
	// // %% [markdown]
	// // # Membrane time constant
	//
	// package main
	//
	// import (
	// 	"github.com/neurorepl/neurorepl/neuro/display"
	// )
	//
	// // %% 2
	//
	// func tau(c, g float64) float64 { return c / g }
	//
	// func main() {
	// 	// %% 2
	// 	display.Show(tau(200, 10))
	// }
	// <nil>
}

func ExampleFromScript() {
	nb, err := notebook.FromScript([]byte(`package main

import "fmt"

func main() {
	// %% [markdown]
	// The resting potential:

	// %%
	rest := -65.0 // mV
	fmt.Println(rest)
}
`))
	for _, c := range nb.Cells {
		fmt.Printf("%s: %q\n", c.Type, c.Source)
	}
	fmt.Println(err)
	// Output:
	// markdown: "The resting potential:"
	// code: "rest := -65.0 // mV\nfmt.Println(rest)"
	// <nil>
}
