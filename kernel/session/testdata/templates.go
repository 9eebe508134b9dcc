// text/template over interpreted structs, maps and methods: ranges, pipelines,
// nested templates, functions of one's own, errors by methods.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"text/template"
)

type Cell struct {
	Name  string
	Rates []float64
	Meta  map[string]any
	Prev  *Cell
}

func (c Cell) Mean() float64 {
	s := 0.0
	for _, r := range c.Rates {
		s += r
	}
	return s / float64(max(1, len(c.Rates)))
}

func (c *Cell) Above(x float64) bool { return c.Mean() > x }

func (c Cell) Check(ok bool) (string, error) {
	if !ok {
		return "", errors.New(c.Name + " failed")
	}
	return "fine", nil
}

type Unit float64

func (u Unit) String() string { return fmt.Sprintf("%.1f Hz", float64(u)) }

const page = `{{define "row"}}{{.Name | upper | printf "%-6s"}}|{{range $i, $r := .Rates}}{{if $i}},{{end}}{{$r}}{{else}}none{{end}}{{end -}}
{{range .Cells}}{{template "row" .}} mean {{unit .Mean}}{{if .Above 4.0}} *{{end}}
{{with .Prev}}  after {{.Name}}
{{end}}{{end -}}
{{with index .Cells 0}}{{.Meta.depth}} {{index .Meta "layer"}} {{len .Rates}} {{.Check true}}{{end}}
{{- $n := 0}}{{range .Cells}}{{$n = add $n (len .Rates)}}{{end}} total {{$n}}
{{range $k, $v := .Map}}{{$k}}={{$v}} {{end}}{{and .Yes (not .No)}} {{eq .N 3}} {{lt 1 .N}} {{or .No "x"}} {{.Fn 4}} {{call .Fn2 5}}
`

type Data struct {
	Cells   []*Cell
	Map     map[string]int
	Yes, No bool
	N       int
	Fn2     func(int) int
}

func (Data) Fn(i int) []int { return make([]int, i) }

func main() {
	a := &Cell{"alpha", []float64{1, 2.5}, map[string]any{"depth": 300, "layer": "L4"}, nil}
	b := &Cell{Name: "beta", Rates: []float64{4, 6}, Prev: a}
	d := Data{[]*Cell{a, b, {Name: "c"}}, map[string]int{"z": 1, "a": 2}, true, false, 3, func(i int) int { return i * i }}
	t := template.Must(template.New("page").Funcs(template.FuncMap{
		"upper": strings.ToUpper,
		"unit":  func(x float64) Unit { return Unit(x) },
		"add":   func(a, b int) int { return a + b },
	}).Parse(page))
	if err := t.Execute(os.Stdout, d); err != nil {
		fmt.Println(err)
	}
	bad := template.Must(template.New("bad").Parse("{{.Check false}}"))
	err := bad.Execute(new(strings.Builder), a)
	fmt.Println(err)
	fmt.Println(template.Must(template.New("m").Parse("{{.Nope}}")).Execute(new(strings.Builder), a))
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', tabwriter.AlignRight|tabwriter.Debug)
	for _, c := range d.Cells {
		fmt.Fprintf(w, "%s\t%.2f\t%d\t\n", c.Name, c.Mean(), len(c.Rates))
	}
	w.Flush()
}
