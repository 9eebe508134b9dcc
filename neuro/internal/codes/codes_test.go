package codes

import (
	"fmt"
	"testing"
)

func TestWords(t *testing.T) {
	var a, b []string
	for i := range 1000 {
		a = append(a, fmt.Sprint("w", i%300)) // bytes of their own
	}
	b = append(b, "", "w7", "x", "", "w7"[:1])
	code, words := Words(a, b, nil)
	all := append(append([]string{}, a...), b...)
	if len(code) != len(all) || len(words) != 303 || words[0] != "w0" || words[300] != "" {
		t.Fatalf("%d codes, %d words", len(code), len(words))
	}
	last := int32(-1)
	for i, k := range code {
		if words[k] != all[i] {
			t.Fatalf("word %d is %q, has the code of %q", i, all[i], words[k])
		}
		if k > last+1 {
			t.Fatalf("code %d before %d", k, last+1)
		}
		last = max(last, k)
	}
	if code, words := Words(); len(code) != 0 || len(words) != 0 {
		t.Errorf("of nothing %v, %v", code, words)
	}
}
