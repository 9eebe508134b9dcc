package model

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden file of errors anew")

// What errors about units look like: they name what one side is, and must name the
// other too, as a quantity with its unit, a plain number or a condition.
var (
	mismatch = regexp.MustCompile(`(\bis|takes|needs|must be|declared as|by) an? ([a-z ]+ \([^)]+\)|plain number|quantity in)|would change its dimension`)
	side     = regexp.MustCompile(`[a-z] \([^)]*[A-Za-z][^)]*\)|plain numbers?|quantity in \S+|conditions?|fixed number|\*\*=|function`)
	unlike   = regexp.MustCompile(`^(\w+) is a ([^,;]*) and (\w+) is a ([^,;]*); they cannot be`)
	declared = map[string]string{ // in the models that put two of these together
		"v": "voltage (V)", "I": "current (A)", "g": "conductance (S)", "C": "capacitance (F)", "tau": "time (s)", "n": "plain number", "f": "rate (1/s)",
	}
)

// TestMalformed gives every malformed model of testdata/malformed.txt to Parse and
// holds what it says against testdata/malformed.golden. A model is equations,
// and lines such as "@threshold v > 3" for the options. Errors about units must show
// both units, and the right ones.
func TestMalformed(t *testing.T) {
	data, err := os.ReadFile("testdata/malformed.txt")
	if err != nil {
		t.Fatal(err)
	}
	texts := strings.Split(strings.TrimSpace(string(data)), "\n---\n")
	if len(texts) < 200 {
		t.Errorf("there are %d models; there should be 200", len(texts))
	}
	mismatches, pairs := 0, 0
	var b strings.Builder
	for _, text := range texts {
		_, err := Decode(text)
		b.WriteString(text + "\n>>>\n")
		if err == nil {
			t.Errorf("no error for\n%s", text)
			continue
		}
		b.WriteString(err.Error() + "\n---\n")
		list, ok := err.(Problems)
		if !ok {
			t.Errorf("the error is no list of problems: %v\n%s", err, text)
		}
		for _, p := range list {
			if mismatch.MatchString(p.Message) {
				mismatches++
				if sides := side.FindAllString(p.Message, -1); len(sides) < 2 {
					t.Errorf("units do not fit, and the error shows %q alone: %s\n%s", sides, p.String(), text)
				}
			}
			if pair := unlike.FindStringSubmatch(p.Message); pair != nil {
				pairs++
				for i := 1; i < 4; i += 2 {
					if want := declared[pair[i]]; want != "" && want != pair[i+1] {
						t.Errorf("%s is a %s, and the error says that it is a %s\n%s", pair[i], want, pair[i+1], text)
					}
				}
			}
			if p.Line < 1 || p.Col < 1 || p.Message == "" || p.Remedy == "" {
				t.Errorf("the error lacks its place or a remedy: %+v\n%s", p.String(), text)
			}
		}
	}
	if mismatches < 100 || pairs < 50 {
		t.Errorf("%d errors about units, %d of them about two that do not fit; the models have 100 and 50", mismatches, pairs)
	}
	const golden = "testdata/malformed.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		got, old := strings.Split(b.String(), "\n---\n"), strings.Split(string(want), "\n---\n")
		for i := range got {
			if i >= len(old) || got[i] != old[i] {
				t.Fatalf("an error changed (go test -run Malformed -update writes it anew):\n%s", got[i])
			}
		}
	}
}
