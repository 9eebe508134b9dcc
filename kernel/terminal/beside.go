package terminal

import (
	"io"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// Beside returns a sink for a script whose output is a terminal: everything
// goes to s, and the pictures among it are drawn on out as well, below the line
// that s prints for each. Where a has neither pictures nor colours it is s.
func Beside(s display.Sink, out io.Writer, a Abilities) display.Sink {
	if a.Pictures == Files || a.Pictures == Braille {
		return s
	}
	return beside{s, out, a}
}

type beside struct {
	display.Sink
	out  io.Writer
	able Abilities
}

// ShowBar shows how far a call is where the sink does.
func (s beside) ShowBar(b display.Bar) error {
	if to, ok := s.Sink.(display.BarSink); ok {
		return to.ShowBar(b)
	}
	return nil
}

// Display shows b in the sink and draws its picture. A picture that cannot be
// drawn is in its file all the same.
func (s beside) Display(b display.Bundle) error {
	if err := s.Sink.Display(b); err != nil {
		return err
	}
	mime, data := picture(b)
	if data == nil || mime == display.TypeSVG {
		return nil
	}
	text, _, err := render(data, meant(b, mime), s.able)
	if err != nil {
		return nil
	}
	_, err = io.WriteString(s.out, text)
	return err
}
