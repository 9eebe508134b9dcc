package terminal

import (
	"testing"

	"github.com/reeflective/readline"
	"github.com/reeflective/readline/inputrc"
)

// No key stands twice in the table, once with an escape and once with the
// eighth bit: which one counts would be up to the order of a map.
func TestKeys(t *testing.T) {
	e := &editor{shell: readline.NewShell(inputrc.WithName("neurorepl"))}
	before := e.shell.Config.Binds["emacs"][inputrc.Unescape(`\M-t`)]
	if before.Action != "transpose-words" {
		t.Fatalf("the editor's own table has %q for Alt-t", before.Action)
	}
	e.bindKeys()
	binds := e.shell.Config.Binds["emacs"]
	for sequence, bind := range binds {
		if r := []rune(sequence)[0]; r >= 0x80 && r <= 0xff {
			t.Errorf("%+q is still bound to %s", sequence, bind.Action)
		}
	}
	for sequence, want := range map[string]string{
		"\x1bt":   "transpose-words",
		"\x1b[A":  "up-line-or-history",
		"\x1bOB":  "down-line-or-history",
		"\x1b\r":  "cell-newline",
		"\x1b[C":  "forward-char",
		"\x1b[4~": "end-of-line",
		"\t":      "cell-tab",
	} {
		if got := binds[sequence].Action; got != want {
			t.Errorf("%q is bound to %q, want %q", sequence, got, want)
		}
	}
	commands := e.shell.Keymap.Commands()
	for sequence, action := range actions {
		if commands[action] == nil {
			t.Errorf("%s is bound to %s, which there is not", sequence, action)
		}
	}
}

func TestPlacedRow(t *testing.T) {
	for _, test := range []struct {
		before  string
		columns int
		want    int
	}{
		{"", 80, 0},
		{"total := 1", 80, 0},
		{"total := 1 + 2 + 3 + 4 + 5", 24, 1},
		{"total := 1 + 2 + 3 + 4 + 5", 12, 2},
		{"for {\n\tx\n", 80, 2},
		{"for {\n\tx := \"電気電気\"", 24, 2},
		{"\x01", 0, 8}, // no window at all
	} {
		if got := (placed{before: test.before}).row(8, test.columns); got != test.want {
			t.Errorf("%q in %d columns: row %d, want %d", test.before, test.columns, got, test.want)
		}
	}
}
