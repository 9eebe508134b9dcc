package units

import (
	"sort"
	"strings"
	"sync"

	"github.com/neurorepl/neurorepl/neuro/internal/spell"
)

// named are the units that have a name of their own, by the sign that results
// are labelled with. Longer names, as Brian2 spells them, are in words.
var named = []Unit{
	{"m", dim(1, 0, 0, 0), 1, 0}, {"g", dim(0, 1, 0, 0), 1, -3}, {"s", dim(0, 0, 1, 0), 1, 0}, {"A", dim(0, 0, 0, 1), 1, 0},
	{"K", Dim{0, 0, 0, 0, part}, 1, 0}, {"mol", Dim{0, 0, 0, 0, 0, part}, 1, 0}, {"cd", Dim{0, 0, 0, 0, 0, 0, part}, 1, 0},
	{"V", dim(2, 1, -3, -1), 1, 0}, {"S", dim(-2, -1, 3, 2), 1, 0}, {"F", dim(-2, -1, 4, 2), 1, 0},
	{"ohm", dim(2, 1, -3, -2), 1, 0}, {"Hz", dim(0, 0, -1, 0), 1, 0}, {"C", dim(0, 0, 1, 1), 1, 0},
	{"M", Dim{-3 * part, 0, 0, 0, 0, part}, 1, 3}, {"J", dim(2, 1, -2, 0), 1, 0}, {"W", dim(2, 1, -3, 0), 1, 0},
	{"N", dim(1, 1, -2, 0), 1, 0}, {"Pa", dim(-1, 1, -2, 0), 1, 0}, {"H", dim(2, 1, -2, -2), 1, 0},
	{"T", dim(0, 1, -2, -1), 1, 0}, {"Wb", dim(2, 1, -2, -1), 1, 0}, {"L", dim(3, 0, 0, 0), 1, -3},
	{"kat", Dim{0, 0, -part, 0, 0, part}, 1, 0},
}

// words are the names as they are written out, and their sign.
var words = map[string]string{
	"meter": "m", "metre": "m", "gram": "g", "gramme": "g", "second": "s", "amp": "A", "ampere": "A", "kelvin": "K", "mole": "mol",
	"candle": "cd", "volt": "V", "siemens": "S", "farad": "F", "Ohm": "ohm", "\u03a9": "ohm", "\u2126": "ohm", "hertz": "Hz",
	"coulomb": "C", "molar": "M", "joule": "J", "watt": "W", "newton": "N", "pascal": "Pa", "henry": "H", "tesla": "T",
	"weber": "Wb", "liter": "L", "litre": "L", "katal": "kat",
}

var prefixes = map[string]int{
	"y": -24, "z": -21, "a": -18, "f": -15, "p": -12, "n": -9, "u": -6, "\u00b5": -6, "\u03bc": -6, "m": -3, "c": -2, "d": -1,
	"da": 1, "h": 2, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18, "Z": 21, "Y": 24,
}

// tables returns every unit by every name, with prefixes and powers, and those
// that are units in equations; made when first asked for.
var tables = sync.OnceValues(table)

func table() (every, safe map[string]Unit) {
	every, safe = map[string]Unit{}, map[string]Unit{}
	sign := map[string]Unit{}
	for _, u := range named {
		sign[u.Name] = u
	}
	add := func(name, label string, u Unit, word bool) {
		u.Name = label
		if _, taken := every[name]; taken {
			return
		}
		every[name] = u
		// In equations a single letter is a variable; "mol", "Hz" and "ohm" are
		// units there too.
		if word || len(name) > 1 {
			safe[name] = u
		}
		for suffix, p := range map[string]float64{"2": 2, "3": 3} {
			v := u.pow(p)
			v.Name = label + suffix
			every[name+suffix] = v
			if word || len(name) > 1 {
				safe[name+suffix] = v
			}
		}
	}
	for _, u := range named {
		add(u.Name, u.Name, u, false)
	}
	for w, s := range words {
		label := w
		if len(w) > 3 || w == "amp" || w == "Ohm" {
			label = s
		}
		add(w, label, sign[s], true)
	}
	for p, e := range prefixes {
		for _, u := range named {
			v := u
			v.Exp += e
			add(p+u.Name, ascii(p)+u.Name, v, false)
		}
		for w, s := range words {
			v := sign[s]
			v.Exp += e
			add(p+w, ascii(p)+s, v, true)
		}
	}
	// Names that mean another unit with a prefix than they spell.
	for name, u := range map[string]Unit{
		"kilogram": {"kg", dim(0, 1, 0, 0), 1, 0}, "kilogramme": {"kg", dim(0, 1, 0, 0), 1, 0},
		"radian": {"rad", Dim{}, 1, 0}, "rad": {"rad", Dim{}, 1, 0}, "steradian": {"sr", Dim{}, 1, 0},
		"minute": {"min", dim(0, 0, 1, 0), 6, 1}, "hour": {"hour", dim(0, 0, 1, 0), 3.6, 3},
		"percent": {"%", Dim{}, 1, -2}, "%": {"%", Dim{}, 1, -2},
	} {
		every[name] = u
		if name != "%" {
			safe[name] = u
		}
	}
	for _, name := range []string{"minute", "hour", "percent", "rad"} {
		delete(safe, name) // Brian2 has no such names: they are free for variables
	}
	return every, safe
}

func ascii(prefix string) string {
	if prefix == "\u00b5" || prefix == "\u03bc" {
		return "u"
	}
	return prefix
}

// Lookup returns the unit of one name, with its prefix and a power 2 or 3 at its
// end: "mV", "volt", "uF", "cm2", "msiemens".
func Lookup(name string) (Unit, bool) {
	all, _ := tables()
	u, ok := all[name]
	return u, ok
}

// InEquations is Lookup for names in equations, where single letters, such as V
// and s, are variables and not units.
func InEquations(name string) (Unit, bool) {
	_, safe := tables()
	u, ok := safe[name]
	return u, ok
}

// Nearest returns the name of a unit that is spelled much like name, or "".
func Nearest(name string) string {
	best, found := 2, ""
	var names []string
	all, _ := tables()
	for n := range all {
		if strings.EqualFold(n, name) || len(n) >= 3 && max(len(n)-len(name), len(name)-len(n)) < best {
			names = append(names, n)
		}
	}
	// Usual prefixes first: mv is mV rather than MV.
	rank := func(n string) int { return (strings.IndexByte("munpkcGM", n[0]) + 100) % 100 }
	sort.Slice(names, func(i, j int) bool {
		if a, b := rank(names[i]), rank(names[j]); a != b {
			return a < b
		}
		return names[i] < names[j]
	})
	for _, n := range names {
		d := spell.Distance(name, n)
		if strings.EqualFold(n, name) {
			d = 0
		}
		if d < best {
			best, found = d, n
		}
	}
	return found
}
