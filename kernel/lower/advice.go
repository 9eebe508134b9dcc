package lower

import (
	"go/scanner"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// An advice adds to a message of the parser or the checker what its author most
// likely needs to know: many come from Python, MATLAB or R.
type advice struct {
	msg  string // a regular expression that the message matches
	line string // one that the line of the text matches, too; NAME in it is $1
	say  string // with $1 ... of the message
}

// ofSyntax are for texts that do not parse. The parser says at which word it
// gave up, which seldom is what is wrong.
var ofSyntax = []advice{
	{``, `^\s*while\b`, "Go has no while: for condition { ... }"},
	{``, `^\s*def\s+\w+\s*\(`, "a function is written func name(x float64) float64 { ... }"},
	{``, `^\s*for\s*\(?\s*\w+(\s*,\s*\w+)?\s+in\b`, "a loop is written for i := range 10 { ... } or for i, x := range list { ... }"},
	{``, `\blambda\b`, "a function without a name is written func(x float64) float64 { return ... }"},
	{``, `^\s*import\s+\w+(\s+as\s+\w+)?\s*$|^\s*from\s+\w+\s+import\b`, "an import is written import \"path\"; packages of neuro/, fmt, math, mat, stat and floats need none"},
	{``, `^\s*(\}\s*)?elif\b`, "it is written } else if condition { ... }"},
	{`found (and|or|not)$`, ``, "Go writes && for and, || for or, ! for not"},
	{`found (and|or|not) `, ``, "Go writes && for and, || for or, ! for not"},
	{`expected ';', found`, `^\s*if\s*\(.*\)\s*[^\s{]`, "the body of an if stands in braces: if x > 0 { ... }"},
	{`expected ';', found`, `^\s*for\s*\(.*;.*;.*\)`, "a for has no parentheses, and its body stands in braces: for i := 0; i < n; i++ { ... }"},
	{`found 'ILLEGAL'|found '\?'`, `\?.*:`, "Go has no ?: ; write if and else"},
	{`rune literal`, ``, `text stands in double quotes: "abc"`},
	{`expecting \]|expected ']'|missing ',' in`, `\[\s*-?[\d.]+\s*[,:\s]`, "a list of numbers is written []float64{1, 2, 3}, a part of a slice x[from:to]"},
	{`expected operand, found '\{'`, ``, `braces need a type before them: []float64{1, 2}, map[string]int{"a": 1}`},
	{`found '(\+\+|--)'`, ``, "x$1 is a statement of its own and has no value"},
	{`expected ';', found '.'`, `\w(\+\+|--)\s*[-+*/]`, "x++ is a statement of its own and has no value"},
	{`found 'else'`, ``, "else stands on the line of the brace before it: } else {"},
	{`expected '\{', found newline|unexpected newline, expected \{`, ``, "the opening brace stands at the end of the same line"},
	{`found assignment`, ``, "= assigns, == compares"},
	{`found ','`, `\bstruct\b`, "fields of a struct stand on lines of their own, or between semicolons"},
	{`missing ',' before newline`, ``, "a list over several lines has a comma behind each"},
	{`expected ';', found (nA|pA|uA|µA|mA|A|mV|uV|µV|V|ms|us|µs|s|Hz|kHz|nS|uS|µS|mS|S|pF|nF|uF|mM|uM|µM|nM|mg|ug|kg|um|mm|cm)$`, `\d\s*[a-zA-Zµ]`, `a number has no unit in Go: write the number alone, in the unit that the documentation names, or units.Value("10 nA", "pA")`},
}

// ofTypes are for texts that parse and make no sense.
var ofTypes = []advice{
	{`^invalid operation: (\w+) \S+ \S+ \(mismatched types u?int\d* and float(32|64)\)`, ``, "float$2($1) converts"},
	{`^invalid operation: \S+ \S+ (\w+) \(mismatched types float(32|64) and u?int\d*\)`, ``, "float$2($1) converts"},
	{`mismatched types (u?int\d*|float\d+) and (u?int\d*|float\d+)\)`, ``, "numbers of different types do not mix: $2(x) converts"},
	{`mismatched types (untyped )?string and (untyped )?(u?int\d*|float\d*)\)`, ``, "fmt.Sprint makes text of numbers"},
	{`^cannot use (\w+) \(variable of type (u?int\d*|float\d+)\) as (u?int\d*|float\d+) value`, ``, "$3($1) converts"},
	{`^cannot use .*\(.* of type (u?int\d*|float\d+)\) as (u?int\d*|float\d+) value`, ``, "$2(...) converts"},
	{`^cannot use .*\(.* of type \[\](\w+)\) as \[\](\w+) value`, ``, "slices are not converted: make a []$2 and fill it in a loop"},
	{`^cannot use .*\(.* of type \[\](\w+)\) as \[(\d+)\](\w+) value`, ``, "[$2]$3(x) converts a slice that is as long"},
	{`^cannot use (\S+) \(value of type func\(\) .*\) as `, ``, "$1() calls it"},
	{`^cannot use (".*") \(.*\) as stim\.Stimulus value`, ``, "stimuli are stim.Const(10), stim.Step(10, 20, 120) ..., in the model's unit"},
	{`^assignment mismatch: 1 variable but .* returns 2 values`, `:=`, "name both: x, err := ..."},
	{`^assignment mismatch: 1 variable but .* returns 2 values`, `^\s*\w+\s*=`, "name both: x, err = ..."},
	{`^assignment mismatch: \d+ variables? but .* returns \d+ values?`, ``, "name each value; _ leaves one out"},
	{`^undefined: (\w+)$`, `^\s*NAME\s*=[^=]`, "$1 := ... declares it"},
	{`^(\w+)\.[aA]ppend undefined`, ``, "$1 = append($1, ...) appends"},
	{`^(\S+)\.([lL]en|[lL]ength|[sS]ize|[sS]hape|[cC]ount|numel) undefined \(type (\[\]|map\[|string|neuro\.Spikes)`, ``, "len($1) is its length"},
	{`^(\S+)\.([mM]ean|[sS]um|[sS]td|[mM]ax|[mM]in) undefined \(type \[\]float64`, ``, "stat.Mean($1, nil), floats.Sum($1), stat.StdDev($1, nil), floats.Max($1) and floats.Min($1) compute"},
	{`operator [-+*/] not defined on (\w+) \(variable of type \[\]float64`, ``, "floats.AddTo, SubTo, MulTo, DivTo and Scale work on slices; a loop does, too"},
	{`^too many return values have .* want \(\)$`, `\bfunc\b`, "a function that returns something says so: func f(x float64) float64"},
	{`^no new variables on left side of :=`, ``, "= assigns to what is there"},
	{`^invalid operation: cannot indirect |^invalid operation: .* must be pointer`, `\*\*`, "a power is math.Pow(x, 2)"},
	{`^invalid operation: operator \^ not defined on`, ``, "a power is math.Pow(x, 2)"},
	{`^undefined: (np|numpy|scipy)$`, ``, "floats, mat, stat and math have what numpy has; signal, spikes ... what scipy has"},
	{`^undefined: (pd|pandas)$`, ``, "package table has tables: table.Read(\"data.csv\")"},
	{`^undefined: (plt|matplotlib|figure|pyplot)$`, ``, "package plot draws: plot.Line(x, y)"},
	{`^undefined: (True|False)$`, ``, "it is written true and false"},
	{`^undefined: (None|null|NULL|nullptr|NA)$`, ``, "it is written nil; a missing number is math.NaN()"},
	{`^undefined: (sum|prod)$`, ``, "floats.Sum and floats.Prod compute it of a []float64"},
	{`^undefined: (mean|std|var|median|corr)$`, ``, "stat.Mean(x, nil), stat.StdDev(x, nil), stat.Variance(x, nil), stat.Quantile and stat.Correlation compute it"},
	{`^undefined: (abs|sqrt|exp|log|log10|log2|sin|cos|tan|tanh|floor|ceil|round|pow|pi|inf)$`, ``, "package math has it: math.Sqrt, math.Pi, math.Inf(1)"},
	{`^undefined: (linspace|arange)$`, ``, "floats.Span(make([]float64, n), lo, hi) makes equal steps"},
	{`^undefined: (zeros|ones)$`, ``, "make([]float64, n) makes n zeros"},
	{`^undefined: (str|string_of)$`, ``, "fmt.Sprint makes text"},
	{`^undefined: (float|double)$`, ``, "the type is float64"},
	{`^undefined: (printf|puts|disp|echo|puts|cat)$`, ``, "fmt.Println and fmt.Printf print; the last expression of a cell shows itself"},
	{`^undefined: (range_|xrange|enumerate|seq)$`, ``, "a loop is written for i, x := range list { ... }"},
}

// given is what an advice says of an error; ok is false when it says nothing.
func (a advice) given(msg, line string) (says string, ok bool) {
	re := pattern(a.msg)
	m := re.FindStringSubmatchIndex(msg)
	if m == nil {
		return "", false
	}
	if a.line != "" {
		on := a.line
		if len(m) > 3 && m[2] >= 0 {
			on = strings.ReplaceAll(on, "NAME", regexp.QuoteMeta(msg[m[2]:m[3]]))
		}
		if !pattern(on).MatchString(line) {
			return "", false
		}
	}
	return string(re.ExpandString(nil, a.say, msg, m)), true
}

// patterns are the regular expressions that were needed so far.
var patterns sync.Map

func pattern(text string) *regexp.Regexp {
	re, ok := patterns.Load(text)
	if !ok {
		re, _ = patterns.LoadOrStore(text, regexp.MustCompile(text))
	}
	return re.(*regexp.Regexp)
}

// advised adds to the errors of a text what helps. Errors that the parser made
// of an earlier one that is explained are left out.
func advised(errs Errors, text string, list []advice) Errors {
	lines := strings.Split(text, "\n")
	explained := false
	return slices.DeleteFunc(errs, func(e *scanner.Error) bool {
		if e.Pos.Line < 1 || e.Pos.Line > len(lines) {
			return false
		}
		line := lines[e.Pos.Line-1]
		if strings.Contains(e.Msg, "found 'ILLEGAL'") && e.Pos.Column >= 1 && e.Pos.Column <= len(line) {
			r, _ := utf8.DecodeRuneInString(line[e.Pos.Column-1:])
			e.Msg = strings.Replace(e.Msg, "'ILLEGAL'", "'"+string(r)+"'", 1)
		}
		if explained && strings.HasSuffix(e.Msg, "found the end of the cell") {
			return true
		}
		for _, a := range list {
			if says, ok := a.given(e.Msg, line); ok {
				e.Msg += " (" + says + ")"
				explained = true
				break
			}
		}
		return false
	})
}
