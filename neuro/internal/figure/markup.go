package figure

import "strings"

// symbols are the names that may follow a backslash between dollar signs.
var symbols = map[string]string{
	"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
	"iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "µ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
	"tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
	"Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "pm": "±",
	"times": "×", "cdot": "·", "le": "≤", "ge": "≥", "approx": "≈", "infty": "∞", "circ": "°", "partial": "∂",
}

// marked splits text with marks between dollar signs: _ lowers and ^ raises the
// next character or what is in braces, a backslash starts the name of a
// symbol. A name that is not known stays as it is written, as does a dollar
// sign without a second one.
func marked(s string) []run {
	parts := strings.Split(s, "$")
	var out []run
	for i, p := range parts {
		switch {
		case i%2 == 0:
			out = spread(out, p, 1, 0)
		case i == len(parts)-1:
			out = spread(out, "$"+p, 1, 0)
		default:
			out = formula(out, []rune(p), 1, 0)
		}
	}
	return out
}

func formula(out []run, r []rune, em, lift float64) []run {
	for i := 0; i < len(r); i++ {
		switch c := r[i]; {
		case (c == '_' || c == '^') && i+1 < len(r):
			var group []rune
			group, i = argument(r, i+1)
			rise := float64(0.36 * em)
			if c == '_' {
				rise = float64(-0.16 * em)
			}
			out = formula(out, group, float64(0.68*em), lift+rise)
		case c == '\\':
			var text string
			text, i = symbol(r, i)
			out = spread(out, text, em, lift)
		case c == '-':
			out = spread(out, "−", em, lift)
		case c == '{' || c == '}':
		default:
			out = spread(out, string(c), em, lift)
		}
	}
	return out
}

// argument returns the group, symbol or character at i and where it ends.
func argument(r []rune, i int) ([]rune, int) {
	if r[i] == '\\' {
		_, end := symbol(r, i)
		return r[i : end+1], end
	}
	if r[i] != '{' {
		return r[i : i+1], i
	}
	depth := 0
	for k := i; k < len(r); k++ {
		switch r[k] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return r[i+1 : k], k
			}
		}
	}
	return r[i+1:], len(r) - 1
}

// symbol returns what the backslash at i stands for and where its name ends.
func symbol(r []rune, i int) (string, int) {
	end := i
	for end+1 < len(r) && (r[end+1] >= 'a' && r[end+1] <= 'z' || r[end+1] >= 'A' && r[end+1] <= 'Z') {
		end++
	}
	if s, ok := symbols[string(r[i+1:end+1])]; ok {
		return s, end
	}
	return string(r[i : end+1]), end
}
