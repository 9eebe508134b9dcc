// Package display says how a value shows itself and carries what it shows to
// whoever is looking: a notebook, a terminal, a folder of files, or GoNB.
//
// A value that can draw itself implements [Shower]; its [Bundle] holds the
// same content in one or more MIME types, and the front end takes the richest
// one it understands. The last expression of a cell is shown without asking;
// anywhere else call [Show]:
//
//	display.Show(fig, fit)                       // figures, tables, any value
//	display.Show(display.Markdown("## Results")) // text with a format
//
// A loop or a call that takes long says how far it is, once half a second has
// passed; see [Progress] and [Counter]:
//
//	for i := range display.Progress("trials", 1000) { ... }
//
// Where the bundles go is decided by the current [Sink]. A front end sets its
// own with [Use]; a program outside every front end gets one that writes
// figures to a folder beside the source file (see [Files]), or one that talks
// to GoNB when its pipes are there.
package display

import (
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// MIME types that front ends understand.
const (
	TypeText     = "text/plain"
	TypeHTML     = "text/html"
	TypeMarkdown = "text/markdown"
	TypeLatex    = "text/latex"
	TypeSVG      = "image/svg+xml"
	TypePNG      = "image/png"
	TypeJPEG     = "image/jpeg"
	TypePDF      = "application/pdf"
	TypeJSON     = "application/json"
	TypeVegaLite = "application/vnd.vegalite.v5+json"
)

// A Bundle is one value in several representations.
type Bundle struct {
	// Data maps a MIME type to its content: a string for text types, []byte
	// for binary types (PNG, PDF), any JSON-encodable value for JSON types.
	Data map[string]any
	// Metadata holds hints for the front end, by MIME type, such as the width
	// at which a picture should be shown.
	Metadata map[string]any
	// Sketch draws what the picture shows in characters, at most so many
	// columns wide, with escape sequences for colours if it may; nil where there
	// is none. Terminals without pictures show it, and front ends that keep
	// plain text have it below the text.
	Sketch func(columns int, colours bool) string
	// ID names the display so that [Update] can replace it later; empty for a
	// display that never changes.
	ID string
}

// A Shower is a value that knows how to show itself.
type Shower interface{ Show() Bundle }

// Show returns b itself, so that a Bundle can be shown like any other value.
func (b Bundle) Show() Bundle { return b }

// Text returns the bundle's plain text: its text/plain content or, when it has
// none, the first text type it holds, or a note of the types it holds.
func (b Bundle) Text() string {
	for _, t := range []string{TypeText, TypeMarkdown, TypeLatex} {
		if s, ok := b.Data[t].(string); ok {
			return s
		}
	}
	types := make([]string, 0, len(b.Data))
	for t := range b.Data {
		types = append(types, t)
	}
	sort.Strings(types)
	return "[" + strings.Join(types, ", ") + "]"
}

// Sketched returns the plain text and, below it, the bundle's sketch at 72
// columns: what notebooks keep as plain text, for consoles, which show no
// pictures.
func (b Bundle) Sketched() string {
	if b.Sketch == nil {
		return b.Text()
	}
	return b.Text() + "\n" + b.Sketch(72, false)
}

// String returns the plain text, so that a Bundle prints readably.
func (b Bundle) String() string { return b.Text() }

// Text returns a bundle of plain text.
func Text(s string) Bundle { return Bundle{Data: map[string]any{TypeText: s}} }

// HTML returns a bundle of HTML, with a note as its plain text.
func HTML(s string) Bundle {
	return Bundle{Data: map[string]any{TypeHTML: s, TypeText: "[HTML, " + size(len(s)) + "]"}}
}

// SVG returns a bundle of one SVG picture.
func SVG(s string) Bundle {
	return Bundle{Data: map[string]any{TypeSVG: s, TypeText: "[SVG picture, " + size(len(s)) + "]"}}
}

// Markdown returns a bundle of Markdown; its plain text is the source.
func Markdown(s string) Bundle {
	return Bundle{Data: map[string]any{TypeMarkdown: s, TypeText: s}}
}

// Latex returns a bundle of LaTeX, such as `$\tau \dot V = -V$`; its plain
// text is the source.
func Latex(s string) Bundle { return Bundle{Data: map[string]any{TypeLatex: s, TypeText: s}} }

// JSON returns a bundle of a JSON-encodable value; its plain text is the JSON,
// or the value as fmt prints it if there is none.
func JSON(v any) Bundle {
	text := fmt.Sprintf("%v", v)
	if data, err := json.Marshal(v); err == nil {
		text = string(data)
	}
	return Bundle{Data: map[string]any{TypeJSON: v, TypeText: text}}
}

// PNG returns a bundle of one PNG picture.
func PNG(data []byte) Bundle {
	return Bundle{Data: map[string]any{TypePNG: data, TypeText: "[PNG picture, " + size(len(data)) + "]"}}
}

func size(n int) string {
	if n < 1024 {
		return strconv.Itoa(n) + " B"
	}
	return strconv.Itoa((n+512)/1024) + " kB"
}

// A Sink takes bundles to where they are seen.
type Sink interface {
	// Display shows a bundle; one with an ID can be replaced by Update.
	Display(b Bundle) error
	// Update replaces the displays that carry b.ID.
	Update(b Bundle) error
	// Clear removes the output so far; with wait, only when the next comes.
	Clear(wait bool) error
}

// Discard is a sink that shows nothing.
var Discard Sink = discard{}

type discard struct{}

func (discard) Display(Bundle) error { return nil }
func (discard) Update(Bundle) error  { return nil }
func (discard) Clear(bool) error     { return nil }

var current struct {
	sync.Mutex
	sink           Sink
	chosen, latest int // numbers of the choice of sink, and of the last one made
}

// Use makes s the current sink and returns the one before (nil when none had
// been chosen yet). With nil the next Show chooses a sink from the process's
// surroundings. Bars of calls under way stay behind: see [Counter].
func Use(s Sink) Sink {
	leave()
	current.Lock()
	defer current.Unlock()
	before := current.sink
	current.latest++
	current.sink, current.chosen = s, current.latest
	return before
}

// Show shows values now, one after the other, in the current sink. A value
// that is not a Shower is shown as [Of] describes. A failing sink (a full disk,
// a closed notebook) is a panic, which a cell reports as its error.
func Show(values ...any) {
	s := sink()
	for _, v := range values {
		must("Show", s.Display(Of(v)))
	}
}

// Update replaces what was shown under id by v. When nothing was shown under
// id yet, it is shown.
func Update(id string, v any) {
	b := Of(v)
	b.ID = id
	must("Update", sink().Update(b))
}

// Clear removes the output of the running cell; with wait, not before the next
// output arrives, which avoids flicker in animations.
func Clear(wait bool) { must("Clear", sink().Clear(wait)) }

func must(call string, err error) {
	if err != nil {
		panic(fmt.Errorf("display: %s: %w", call, err))
	}
}

func sink() Sink {
	current.Lock()
	defer current.Unlock()
	if current.sink == nil {
		current.sink = fromSurroundings()
	}
	return current.sink
}
