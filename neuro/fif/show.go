package fif

import (
	"fmt"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// String describes the measurement in a line.
func (in *Info) String() string {
	s := fmt.Sprintf("%d channels (%s) at %s Hz", len(in.Channels), in.sensors(), display.Number(in.FS))
	if !in.Date.IsZero() {
		s += in.Date.Format(", 2006-01-02 15:04:05")
	}
	return s
}

// sensors counts channels by kind, and those of MEG by coil.
func (in *Info) sensors() string {
	var order []string
	n, bad := map[string]int{}, map[string]int{}
	for _, ch := range in.Channels {
		kind := ch.Kind
		if ch.Kind == "MEG" && ch.Coil != "" {
			kind = ch.Coil
		}
		if n[kind]++; n[kind] == 1 {
			order = append(order, kind)
		}
		if ch.Bad {
			bad[kind]++
		}
	}
	for i, kind := range order {
		order[i] = fmt.Sprintf("%d %s", n[kind], kind)
		if bad[kind] > 0 {
			order[i] += fmt.Sprintf(", %d of them bad", bad[kind])
		}
	}
	return strings.Join(order, "; ")
}

// Table returns what is known as a table.
func (in *Info) Table() table.Table {
	cols := []table.Col{{Name: "measurement"}, {Name: "value"}}
	row := func(name, format string, args ...any) {
		cols[0].Text, cols[1].Text = append(cols[0].Text, name), append(cols[1].Text, fmt.Sprintf(format, args...))
	}
	for _, x := range []struct{ name, text string }{{"subject", in.Subject}, {"description", in.Description}, {"experimenter", in.Experimenter}, {"project", in.Project}} {
		if x.text != "" {
			row(x.name, "%s", x.text)
		}
	}
	if !in.Date.IsZero() {
		row("date", "%s", in.Date.Format("2006-01-02 15:04:05 UTC"))
	}
	row("sensors", "%s", in.sensors())
	row("sampling rate", "%s Hz", display.Number(in.FS))
	if f := in.filter(); f != "" {
		row("filter", "%s", f)
	}
	if in.Line > 0 {
		row("mains", "%s Hz", display.Number(in.Line))
	}
	var bad []string
	for _, ch := range in.Channels {
		if ch.Bad {
			bad = append(bad, ch.Name)
		}
	}
	if len(bad) > 0 {
		row("bad channels", "%s", strings.Join(bad, ", "))
	}
	if len(in.Points) > 0 {
		n := map[string]int{}
		for _, p := range in.Points {
			n[p.Kind]++
		}
		var parts []string
		for _, kind := range []string{"fiducial", "HPI", "EEG", "head shape"} {
			if n[kind] > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n[kind], kind))
			}
		}
		row("points on the head", "%s", strings.Join(parts, ", "))
	}
	if t := in.DeviceToHead; t != nil {
		row("device in the head's frame", "%.1f, %.1f, %.1f mm", t[0][3], t[1][3], t[2][3])
	}
	for _, p := range in.Projectors {
		active := "not taken out"
		if p.Active {
			active = "taken out"
		}
		row("projector", "%s, %s", p.Name, active)
	}
	if len(in.Compensation) > 0 {
		row("compensation", "%d matrices; grade %d is applied", len(in.Compensation), in.Grade)
	}
	return table.Table{Title: in.String(), Cols: cols}
}

// Show shows the table.
func (in *Info) Show() display.Bundle { return in.Table().Show() }
