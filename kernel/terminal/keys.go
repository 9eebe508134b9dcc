package terminal

import "github.com/reeflective/readline/inputrc"

// actions are the keys that the line editor lacks, or has other ideas of.
var actions = map[string]string{
	`\C-m`:    "cell-enter",
	`\C-j`:    "cell-enter",
	`\e\C-m`:  "cell-newline",
	`\C-i`:    "cell-tab",
	`}`:       "cell-brace",
	`\C-xo`:   "cell-unfold",
	`\C-c`:    "cell-abort",
	`\e#`:     "redraw-current-line",
	`\e[A`:    "up-line-or-history",
	`\eOA`:    "up-line-or-history",
	`\e[B`:    "down-line-or-history",
	`\eOB`:    "down-line-or-history",
	`\e[1~`:   "beginning-of-line", // Home and End as tmux, screen and the Linux console send them
	`\e[4~`:   "end-of-line",
	`\e[7~`:   "beginning-of-line", // and as rxvt does
	`\e[8~`:   "end-of-line",
	`\e[3~`:   "delete-char",
	`\e[200~`: "bracketed-paste-begin",
	// Answers to the question of what the terminal can draw, when they come
	// too late (tmux, the Linux console, kitty, iTerm2, xterm).
	`\e[?1;2c`:                             "cell-nothing",
	`\e[?1;2;4c`:                           "cell-nothing",
	`\e[?6c`:                               "cell-nothing",
	`\e[?62;c`:                             "cell-nothing",
	`\e[?62;4c`:                            "cell-nothing",
	`\e[?64;1;2;6;9;15;16;17;18;21;22;28c`: "cell-nothing",
}

// bindKeys gives the keys of a cell their meaning.
func (e *editor) bindKeys() {
	sh := e.shell
	sh.Keymap.Register(map[string]func(){
		"self-insert":  e.insert,
		"cell-enter":   e.enter,
		"cell-newline": e.newline,
		"cell-tab":     e.tab,
		"cell-brace":   e.brace,
		"cell-unfold":  e.unfold,
		"cell-abort":   e.abort,
		"cell-nothing": func() {},
	})
	for _, keys := range []string{"emacs", "emacs-standard", "vi-insert", "vi-ins"} {
		binds := sh.Config.Binds[keys]
		if binds == nil {
			continue
		}
		plainMeta(binds)
		for sequence, action := range actions {
			binds[inputrc.Unescape(sequence)] = inputrc.Bind{Action: action}
		}
	}
}

// plainMeta writes keys with Alt, which the editor's own table has as
// characters with the eighth bit set, as what terminals send: an escape before
// the key. Otherwise an arrow would stand twice in the table, with two
// meanings, and the letter ô would be the command of Alt-t.
func plainMeta(binds map[string]inputrc.Bind) {
	for sequence, bind := range binds {
		runes := []rune(sequence)
		if len(runes) == 0 || runes[0] < 0x80 || runes[0] > 0xff {
			continue
		}
		delete(binds, sequence)
		plain := "\x1b" + string(runes[0]-0x80) + string(runes[1:])
		if _, taken := binds[plain]; !taken && bind.Action != "self-insert" {
			binds[plain] = bind
		}
	}
}

// insert puts a typed character at the cursor. The editor's own command goes
// on by the columns that it takes: too far after a wide one, not at all after a
// combining one.
func (e *editor) insert() {
	key := e.shell.Keys.Caller()
	if string(key) == "\r\n" { // which counts as one character
		e.enter()
		return
	}
	e.shell.History.SkipSave()
	e.shell.Cursor().InsertAt(key...)
}
