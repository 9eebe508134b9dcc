package model

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden file of errors anew")

// TestMalformed gives every malformed model of testdata/malformed.txt to Parse and
// holds what it says against testdata/malformed.golden. A model is equations,
// and lines such as "@threshold v > 3" for the options.
func TestMalformed(t *testing.T) {
	data, err := os.ReadFile("testdata/malformed.txt")
	if err != nil {
		t.Fatal(err)
	}
	texts := strings.Split(strings.TrimSpace(string(data)), "\n---\n")
	if len(texts) < 200 {
		t.Errorf("there are %d models; there should be 200", len(texts))
	}
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
			if p.Line < 1 || p.Col < 1 || p.Message == "" || p.Remedy == "" {
				t.Errorf("the error lacks its place or a remedy: %+v\n%s", p.String(), text)
			}
		}
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
