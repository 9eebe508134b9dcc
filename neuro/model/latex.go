package model

import (
	"fmt"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/units"
)

// Formulas are equations in LaTeX. A notebook typesets them.
type Formulas string

// Show returns the formulas, typeset where that can be, elsewhere as they are.
func (f Formulas) Show() display.Bundle {
	b := display.Latex("$$" + string(f) + "$$")
	b.Data[display.TypeText] = string(f)
	return b
}

// LaTeX returns the equations as a LaTeX array, with the threshold, the reset and
// the refractory time below them.
func (m *Model) LaTeX() Formulas {
	var rows []string
	for _, v := range m.vars {
		unit := v.unit.Name
		if unit == "" {
			unit = "1"
		}
		left := symbol(v.name)
		switch v.kind {
		case odeEquation:
			left = `\frac{\mathrm{d}` + left + `}{\mathrm{d}t}`
		case parameter:
			rows = append(rows, left+` && \text{in }`+roman(unit))
			continue
		}
		right := ""
		if v.rhs != nil {
			right = m.latex(v.rhs, 0)
		}
		for _, t := range v.terms {
			if right != "" {
				right += " + "
			}
			right += m.latex(t.rhs, 4)
		}
		note := ""
		if v.flags["unless refractory"] {
			note = `\text{, unless refractory}`
		}
		rows = append(rows, left+` &= `+right+` & \text{in }`+roman(unit)+note)
	}
	for _, e := range m.events {
		name := `\text{spike if }`
		if e.name != spike {
			name = `\text{` + strings.ReplaceAll(e.name, "_", `\_`) + ` if }`
		}
		row := name + ` & ` + m.latex(e.when, 0) + ` & `
		for i, s := range e.then {
			row += map[bool]string{true: `\text{then }`, false: `,\; `}[i == 0] + symbol(s.name)
			switch s.op {
			case "=":
				row += ` \leftarrow ` + m.latex(s.rhs, 0)
			case "**=":
				row += ` \leftarrow ` + symbol(s.name) + `^{` + m.latex(s.rhs, 0) + `}`
			default:
				row += ` \leftarrow ` + symbol(s.name) + map[string]string{"+=": " + ", "-=": " - ", "*=": ` \cdot `, "/=": " / "}[s.op] + m.latex(s.rhs, 5)
			}
		}
		rows = append(rows, row)
	}
	if m.refract != nil {
		word := `\text{refractory while }`
		if m.refTime {
			word = `\text{refractory for }`
		}
		rows = append(rows, word+` & `+m.latex(m.refract, 0))
	}
	return Formulas("\\begin{array}{rll}\n" + strings.Join(rows, " \\\\\n") + "\n\\end{array}")
}

// Show shows the equations in a notebook, and their text elsewhere.
func (m *Model) Show() display.Bundle {
	b := m.LaTeX().Show()
	b.Data[display.TypeText] = strings.TrimSpace(m.text)
	return b
}

const greek = " alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega "

// symbol is a name in LaTeX: g_Na and gNa get the subscript Na, tau_m is a Greek
// letter with one.
func symbol(name string) string {
	if part := strings.SplitN(name, "_", 2); len(part) == 2 && part[0] != "" && part[1] != "" {
		return symbol(part[0]) + `_{\mathrm{` + strings.ReplaceAll(part[1], "_", ",") + `}}`
	}
	if strings.Contains(greek, " "+name+" ") {
		return `\` + name
	}
	if len(name) < 2 {
		return name
	}
	for n := range strings.SplitSeq("alpha beta gamma sigma theta omega tau rho phi", " ") {
		if rest, ok := strings.CutPrefix(name, n); ok {
			return `\` + n + `_{\mathrm{` + rest + `}}`
		}
	}
	if strings.Contains("gEICVvRw", name[:1]) && len(name) < 5 {
		return name[:1] + `_{\mathrm{` + name[1:] + `}}`
	}
	return `\mathit{` + name + `}`
}

func roman(s string) string {
	return `\mathrm{` + strings.NewReplacer("**", "^", "*", `\,`).Replace(s) + `}`
}

// latex returns an expression; around is how tightly the operator around it binds.
func (m *Model) latex(e *expr, around int) string {
	bind := map[string]int{"or": 1, "and": 2, "not": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "==": 3, "!=": 3, "+": 4, "-": 4, "*": 5, "//": 5, "%": 5, "/": 7, "**": 6}
	within := func(n int, s string) string {
		if n < around {
			return `\left(` + s + `\right)`
		}
		return s
	}
	switch e.kind {
	case numberExpr, quantityExpr:
		s := strings.TrimSpace(e.text())
		if mantissa, power, ok := strings.Cut(strings.ToLower(s), "e"); ok && e.kind == numberExpr {
			return within(5, mantissa+` \cdot 10^{`+strings.TrimPrefix(power, "+")+`}`)
		}
		return strings.Trim(s, "()")
	case nameExpr:
		if _, ok := units.InEquations(e.op); ok && m.byName[e.op] == nil && m.consts[e.op] == nil {
			return `\mathrm{` + e.op + `}`
		}
		return symbol(e.op)
	case callExpr:
		args := make([]string, len(e.args))
		for i, a := range e.args {
			args[i] = m.latex(a, 0)
		}
		all := strings.Join(args, ", ")
		switch e.op {
		case "sqrt":
			return `\sqrt{` + all + `}`
		case "abs":
			return `\left|` + all + `\right|`
		case "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan":
			return `\` + e.op + `\left(` + all + `\right)`
		case "int":
			return `\left[` + all + `\right]`
		}
		return `\mathrm{` + strings.ReplaceAll(e.op, "_", `\_`) + `}\left(` + all + `\right)`
	case unaryExpr:
		if e.op == "not" {
			return within(3, `\lnot `+m.latex(e.args[0], 3))
		}
		return within(4, e.op+m.latex(e.args[0], 5))
	}
	n := bind[e.op]
	a, b := e.args[0], e.args[1]
	switch e.op {
	case "/":
		return fmt.Sprintf(`\frac{%s}{%s}`, m.latex(a, 0), m.latex(b, 0))
	case "**":
		return within(n, `{`+m.latex(a, 8)+`}^{`+m.latex(b, 0)+`}`)
	case "-":
		return within(n, m.latex(a, n)+" - "+m.latex(b, n+1))
	}
	sign := map[string]string{"+": " + ", "*": `\,`, "//": ` \mathbin{//} `, "%": ` \bmod `, "and": ` \land `, "or": ` \lor `,
		"<": " < ", "<=": ` \le `, ">": " > ", ">=": ` \ge `, "==": " = ", "!=": ` \ne `}[e.op]
	left := m.latex(a, n)
	if a.kind == unaryExpr && e.op == "*" && around < 5 {
		left = m.latex(a, 0) // -a b needs no parentheses at the beginning of a term
	}
	return within(n, left+sign+m.latex(b, n))
}
