package spell

import (
	"testing"
	"testing/quick"
)

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 trials", 1: "1 trial", 2: "2 trials", -1: "-1 trials"} {
		if got := Count(n, "trial"); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"mV", "mV", 0}, {"µA", "uA", 1},
	} {
		if got := Distance(c.a, c.b); got != c.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
	symmetric := func(a, b string) bool { return Distance(a, b) == Distance(b, a) }
	if err := quick.Check(symmetric, nil); err != nil {
		t.Error(err)
	}
}
