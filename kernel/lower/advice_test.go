package lower

import (
	"strings"
	"testing"
)

// TestBeginners holds what is said of the mistakes of those who come from
// another language: all errors of a cell, each with its position, and what to
// write instead.
func TestBeginners(t *testing.T) {
	for text, want := range map[string]string{
		"func f(x int) int {\n\tif x > 0 {\n\t\treturn 1\n\t}\n}": "c:5:1: missing return",
		"x, y := 3, 2.5\nx * y":                                   "c:2:1: invalid operation: x * y (mismatched types int and float64) (float64(x) converts)",
		"x, y := 3, 2.5\ny / x":                                   "(float64(x) converts)",
		"var a int32 = 1\nb := 2\na + b":                          "(numbers of different types do not mix: int(x) converts)",
		"n := 3\nmath.Sqrt(n)":                                    "c:2:11: cannot use n (variable of type int) as float64 value in argument to math.Sqrt (float64(n) converts)",
		"math.Sqrt(len(\"a\"))":                                   "(float64(...) converts)",
		"var n int = 2.5":                                         "c:1:13: cannot use 2.5 (untyped float constant) as int value in variable declaration (truncated)",
		"a = 5":                                                   "c:1:1: undefined: a (a := ... declares it)",
		"a = nope":                                                "c:1:1: undefined: a (a := ... declares it) | c:1:5: undefined: nope",
		"for i := 0; i < 3; i++\n{\n\tfmt.Println(i)\n}":          "c:1:23: expected '{', found newline (the opening brace stands at the end of the same line)",
		"if true {\n\tfmt.Println(1)":                             "c:2:16: expected ';', found the end of the cell",
		"math.Pow(2)":                                             "c:1:11: not enough arguments in call to math.Pow have (number) want (float64, float64)",
		"math.Sqrt(2, 3)":                                         "c:1:14: too many arguments in call to math.Sqrt have (number, number) want (float64)",
		"func g() (int, error) { return 1, nil }\nv := g()":       "c:2:6: assignment mismatch: 1 variable but g returns 2 values (name both: x, err := ...)",
		"xs := [1, 2, 3]":                                         "c:1:9: unexpected comma; expecting ] (a list of numbers is written []float64{1, 2, 3}",
		"xs := []float64{1}\nxs.append(4)":                        "c:2:4: xs.append undefined (type []float64 has no field or method append) (xs = append(xs, ...) appends)",
		"xs := []float64{1}\nxs.Len()":                            "(len(xs) is its length)",
		"xs := []float64{1}\nxs.mean()":                           "stat.Mean(xs, nil)",
		"xs := []float64{1}\nxs + xs":                             "(floats.AddTo, SubTo, MulTo, DivTo and Scale work on slices; a loop does, too)",
		"var f []float64 = []int{1}":                              "(slices are not converted: make a []float64 and fill it in a loop)",
		"while true {\n}":                                         "c:1:7: expected ';', found true (Go has no while: for condition { ... })",
		"def f(x):\n\treturn x":                                   "c:1:5: expected ';', found f (a function is written func",
		"for i in range(10) {\n\tfmt.Println(i)\n}":               "c:1:7: expected '{', found in (a loop is written for i := range 10",
		"for x in xs:\n\tprint(x)":                                "(a loop is written",
		"f := lambda x: x + 1":                                    "(a function without a name is written func",
		"import numpy as np":                                      "c:1:14: import path must be a string (an import is written import \"path\"",
		"s := 'abc'":                                              "c:1:6: illegal rune literal (text stands in double quotes",
		"x := 1\nif (x == 3) fmt.Println(1)":                      "c:2:13: expected ';', found fmt (the body of an if stands in braces",
		"x := 1\ny := x > 0 ? 1 : 2":                              "c:2:12: expected ';', found '?' (Go has no ?: ; write if and else)",
		"@x":                                                      "c:1:1: expected statement, found '@'",
		"x := 1\ny := x++":                                        "c:2:7: expected ';', found '++' (x++ is a statement of its own and has no value)",
		"if true {\n}\nelse {\n}":                                 "c:3:1: expected statement, found 'else' (else stands on the line of the brace before it",
		"x := 1\nif x = 5 { }":                                    "(= assigns, == compares)",
		"type T struct { A int, B int }":                          "c:1:22: expected ';', found ',' (fields of a struct stand on lines of their own",
		"xs := []float64{\n\t1,\n\t2\n}":                          "c:3:3: missing ',' before newline in composite literal (a list over several lines has a comma behind each)",
		"var m map[string]int = {\"a\": 1}":                       "c:1:24: expected operand, found '{' (braces need a type before them",
		"i := 10 nA":                                              "c:1:9: expected ';', found nA (a number has no unit in Go",
		"func h(x float64) { return x }":                          "c:1:28: too many return values have (float64) want () (a function that returns something says so",
		"x := 5\nx := 6":                                          "c:2:3: no new variables on left side of := (= assigns to what is there)",
		"x := 2.0\nx ** 2":                                        "(a power is math.Pow(x, 2))",
		"x := 2.0\nx ^ 2":                                         "(a power is math.Pow(x, 2))",
		"x := true\nif x and x { }":                               "(Go writes && for and",
		"func dup() {}\nfunc dup() {}":                            "c:2:6: dup redeclared in this block (other declaration of dup at 1:6)",
		"np.mean(1)":                                              "c:1:1: undefined: np (floats, mat, stat and math have what numpy has",
		"sqrt(2)":                                                 "c:1:1: undefined: sqrt (package math has it",
		"True":                                                    "c:1:1: undefined: True (it is written true and false)",
		"x := None":                                               "(it is written nil",
		"n1 + n2\nn3()":                                           "c:1:1: undefined: n1 | c:1:6: undefined: n2 | c:2:1: undefined: n3",
		"\"a\" + 1":                                               "(fmt.Sprint makes text of numbers)",
		"fmt.Println(\"open)":                                     "c:1:13: string literal not terminated",
		"break":                                                   "c:1:1: break not in for, switch, or select statement",
		"defer 5":                                                 "c:1:8: expression in defer must be function call",
		"1 / 0":                                                   "c:1:5: invalid operation: division by zero",
		"var u uint8 = 300":                                       "(overflows)",
		"}":                                                       "c:1:1: unexpected }",
		"go fmt.Println":                                          "expression in go must be function call",
		"fmt.println(1)":                                          "c:1:5: undefined: fmt.println (but have Println)",
		"var p *int = 5":                                          "c:1:14: cannot use 5 (untyped int constant) as *int value in variable declaration",
		"x := 3\nx.y":                                             "c:2:3: x.y undefined (type int has no field or method y)",
		"f := math.Sqrt\nvar x float64 = f":                       "c:2:17: cannot use f (variable of type func(x float64) float64) as float64 value in variable declaration",
	} {
		s := newScope()
		unit, errs := s.Cell("c", text)
		if unit != nil {
			t.Errorf("%q was taken", text)
			continue
		}
		if got := strings.Join(lines(errs), " | "); !strings.Contains(got, want) {
			t.Errorf("%q\n said %s\n want %s", text, got, want)
		}
	}
}

func lines(errs Errors) (out []string) {
	for _, e := range errs {
		out = append(out, e.Error())
	}
	return out
}
