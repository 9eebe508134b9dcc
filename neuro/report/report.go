// Package report makes one self-contained HTML page of an analysis of fMRI: of a
// run ([Run]) or of a group of people ([Group]).
//
//	page, err := report.Run(run, mask, fit, report.RunOptions{
//		Contrasts: []string{"word - pseudoword"},
//		Events:    events,
//		Motion:    motion,
//	})
//	err = page.Save("sub-01.html") // a cell that ends with page shows it
//
// The page says what was analysed and what is wrong with it, draws design,
// contrasts and maps, and has a viewer in which slices, threshold and opacity
// are chosen, tables of clusters, head motion, what the residuals look like, how
// it was made, and a paragraph for a paper's methods. It loads nothing, from no
// network and no other file, and its security policy forbids it to; without
// JavaScript everything but the viewer is there. The same analysis gives the
// same bytes: there is no time in it unless it is given.
package report

import (
	_ "embed"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
)

//go:embed style.css
var style string

//go:embed viewer.js
var script string

// A Page is a report: one HTML document with all that it shows in it.
type Page struct {
	Title string
	// Remarks are what a reader should look at first, as the page lists it.
	Remarks []string

	html string
}

// HTML returns the document.
func (p *Page) HTML() string { return p.html }

// Save writes the document to a file, whole or not at all; path ends in .html. It
// is an error when it has another ending or cannot be written.
func (p *Page) Save(path string) error {
	if !strings.HasSuffix(path, ".html") {
		return fmt.Errorf("report: Save: path is %q; it ends in .html", path)
	}
	err := files.Whole(path, func(w io.Writer) error {
		_, err := io.WriteString(w, p.html)
		return err
	})
	if err != nil {
		return fmt.Errorf("report: Save: %s: %w", path, err)
	}
	return nil
}

// Show shows the document in a frame of its own; where there is no HTML, the
// title and the remarks.
func (p Page) Show() display.Bundle {
	text := "report: " + p.Title
	for _, r := range p.Remarks {
		text += "\n- " + r
	}
	b := display.Text(text)
	if p.html != "" {
		b.Data[display.TypeHTML] = fmt.Sprintf(`<iframe title="%s" srcdoc="%s" style="width:100%%;height:820px;border:1px solid #8886;border-radius:6px"></iframe>`,
			html.EscapeString(p.Title), html.EscapeString(p.html))
	}
	return b
}

// policy forbids the page everything but what is in it.
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

// A document gathers the sections of a page.
type document struct {
	title, subtitle string
	remarks         []remark
	sections        []*section
	volumes         volumes
	drawnTwice      int // bytes of pictures so far
}

// A remark is something to look at: bad results, or data that may be wrong.
type remark struct {
	severity string // "error", "warning", "note"
	text     string
}

type section struct {
	id, name string
	body     strings.Builder
}

func (d *document) remark(severity, format string, args ...any) {
	d.remarks = append(d.remarks, remark{severity, fmt.Sprintf(format, args...)})
}

// section begins a section; what is written follows.
func (d *document) section(id, name string) *strings.Builder {
	d.sections = append(d.sections, &section{id: id, name: name})
	return &d.sections[len(d.sections)-1].body
}

// body returns the last section, to go on with it.
func (d *document) body() *strings.Builder { return &d.sections[len(d.sections)-1].body }

// page puts the document together.
func (d *document) page() *Page {
	var b strings.Builder
	esc := html.EscapeString
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta http-equiv=\"Content-Security-Policy\" content=\"%s\"/>\n", policy)
	fmt.Fprintf(&b, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>%s</title>\n<style>\n%s</style>\n</head>\n<body>\n", esc(d.title), style)
	fmt.Fprintf(&b, "<header><div><h1>%s</h1><p class=\"sub\">%s</p></div><button type=\"button\" id=\"theme\" class=\"live\" title=\"light, dark, or as the system has it\">theme: system</button></header>\n<nav aria-label=\"Sections\">", esc(d.title), esc(d.subtitle))
	for i := range d.sections {
		fmt.Fprintf(&b, `<a href="#%s">%s</a>`, d.sections[i].id, esc(d.sections[i].name))
	}
	b.WriteString("</nav>\n<main>\n")
	out := &Page{Title: d.title}
	if len(d.remarks) > 0 {
		b.WriteString("<section id=\"remarks\"><h2>Look at this first</h2><ul class=\"remarks\">")
		for _, r := range d.remarks {
			out.Remarks = append(out.Remarks, r.text)
			fmt.Fprintf(&b, `<li class="%s"><b>%s</b> %s</li>`, r.severity, r.severity, esc(r.text))
		}
		b.WriteString("</ul></section>\n")
	}
	for i := range d.sections {
		s := d.sections[i]
		fmt.Fprintf(&b, "<section id=\"%s\"><h2>%s</h2>\n%s</section>\n", s.id, esc(s.name), s.body.String())
	}
	b.WriteString("</main>\n")
	if data := d.volumes.json(); data != nil {
		fmt.Fprintf(&b, "<script type=\"application/json\" id=\"volumes\">%s</script>\n", data)
	}
	fmt.Fprintf(&b, "<script>\n%s</script>\n</body>\n</html>\n", script)
	out.html = b.String()
	return out
}
