package terminal

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"
)

// The ways to put a picture on a terminal, from the best to none.
const (
	Kitty   = "kitty"   // kitty's graphics protocol: kitty, Ghostty, WezTerm, Konsole
	ITerm   = "iterm"   // iTerm2's inline images
	Sixel   = "sixel"   // DEC's sixels: foot, xterm -ti vt340, mlterm, Windows Terminal
	Blocks  = "blocks"  // block characters with colours: any terminal with 256 colours or more
	Braille = "braille" // outlines in dots, without colour
	Files   = "files"   // no picture; the name of a file that has it
)

// Abilities are what a terminal can show.
type Abilities struct {
	Pictures string // Kitty, ITerm, Sixel, Blocks, Braille or Files
	Colours  int    // 1<<24, 256, 16, or 0 without colour
	Why      string // what told, such as "TERM=xterm-kitty"
	Columns  int    // width in character cells
	Rows     int    // height in character cells
	CellW    int    // width of a character cell in pixels; 0: not known
	CellH    int    // height of a character cell in pixels; 0: not known
}

// Detect finds out what the terminal on standard input and output can show,
// from the environment and, when ask is true and the environment does not
// tell, by a question that every terminal since the VT100 answers (primary
// device attributes), waiting for at most 100 ms. What the user typed
// meanwhile is returned in typed.
//
// NEUROREPL_PICTURES overrides the choice of pictures; NO_COLOR, when not
// empty, takes the colours away.
func Detect(ask bool) (a Abilities, typed string) {
	fd := int(os.Stdout.Fd())
	tty := term.IsTerminal(fd)
	a = fromEnvironment(os.Getenv)
	a.Columns, a.Rows = 80, 24
	if w, h, err := term.GetSize(fd); err == nil && w > 0 && h > 0 {
		a.Columns, a.Rows = w, h
	}
	if !tty {
		a.Pictures, a.Why = Files, "standard output is not a terminal"
		a.Colours = 0
		return a, ""
	}
	a.CellW, a.CellH = cellPixels(fd, a.Columns, a.Rows)
	if a.Pictures == "" {
		a.Pictures, a.Why = fallback(a.Colours)
		if ask && os.Getenv("TERM") != "linux" && !strings.HasPrefix(os.Getenv("TERM"), "dumb") {
			var reply string
			if reply, typed = query("\x1b[16t\x1b[c", 100*time.Millisecond); reply != "" {
				a.hear(reply)
			}
		}
	}
	return a, typed
}

// fromEnvironment tells what the environment says; Pictures stays empty when
// it does not say.
func fromEnvironment(get func(string) string) (a Abilities) {
	name, program := get("TERM"), get("TERM_PROGRAM")
	switch depth := strings.ToLower(get("COLORTERM")); {
	case get("NO_COLOR") != "", name == "dumb", name == "" && get("WT_SESSION") == "":
		a.Colours = 0
	case depth == "truecolor", depth == "24bit", get("WT_SESSION") != "", strings.Contains(name, "kitty"),
		strings.Contains(name, "ghostty"), strings.HasSuffix(name, "-direct"):
		a.Colours = 1 << 24
	case strings.Contains(name, "256"), strings.HasPrefix(name, "foot"), strings.HasPrefix(name, "alacritty"):
		a.Colours = 256
	default:
		a.Colours = 16
	}
	if p := strings.ToLower(get("NEUROREPL_PICTURES")); p != "" {
		for _, known := range []string{Kitty, ITerm, Sixel, Blocks, Braille, Files} {
			if p == known {
				a.Pictures, a.Why = p, "NEUROREPL_PICTURES="+p
				return a
			}
		}
	}
	multiplexed := get("TMUX") != "" || strings.HasPrefix(name, "screen") || strings.HasPrefix(name, "tmux")
	switch {
	case name == "dumb":
		a.Pictures, a.Why = Files, "TERM=dumb"
	case multiplexed:
		// tmux and screen keep pictures from the terminal around them, unless
		// they say in their answer that they know sixels.
	case get("KITTY_WINDOW_ID") != "", strings.Contains(name, "kitty"), strings.Contains(name, "ghostty"), program == "ghostty":
		a.Pictures, a.Why = Kitty, "TERM="+name
	case program == "WezTerm", program == "iTerm.app", get("LC_TERMINAL") == "iTerm2":
		a.Pictures, a.Why = ITerm, "TERM_PROGRAM="+program
		if program == "" {
			a.Why = "LC_TERMINAL=iTerm2"
		}
	case get("KONSOLE_VERSION") >= "220400":
		a.Pictures, a.Why = Kitty, "KONSOLE_VERSION="+get("KONSOLE_VERSION")
	case strings.HasPrefix(name, "foot"), strings.HasPrefix(name, "mlterm"), strings.HasPrefix(name, "contour"):
		a.Pictures, a.Why = Sixel, "TERM="+name
	}
	return a
}

// fallback is how pictures are drawn with characters.
func fallback(colours int) (pictures, why string) {
	if colours >= 256 {
		return Blocks, "the terminal says nothing of pictures; drawn in characters"
	}
	return Braille, "no picture protocol and fewer than 256 colours"
}

var (
	attributes = regexp.MustCompile(`\x1b\[\?([0-9;]*)c`)
	cellSize   = regexp.MustCompile(`\x1b\[6;([0-9]+);([0-9]+)t`)
)

// hear takes what the terminal answered: attribute 4 is sixel graphics.
func (a *Abilities) hear(reply string) {
	if m := attributes.FindStringSubmatch(reply); m != nil {
		for i, code := range strings.Split(m[1], ";") {
			if code == "4" && i > 0 {
				a.Pictures, a.Why = Sixel, "the terminal's device attributes"
			}
		}
	}
	if m := cellSize.FindStringSubmatch(reply); m != nil && a.CellW == 0 {
		h, _ := strconv.Atoi(m[1])
		w, _ := strconv.Atoi(m[2])
		if w > 2 && w < 200 && h > 2 && h < 400 {
			a.CellW, a.CellH = w, h
		}
	}
}
