package notebook

import (
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"regexp"
	"strings"
)

// A Picture is one figure of a notebook that is laid out as a gallery: a
// heading of the third level with the figure's name, a paragraph that begins
// with the functions that draw it, and one or several cells, the last picture
// of which it is.
type Picture struct {
	Section string   // the heading of the second level above it
	Name    string   // such as "Correlogram"
	Calls   []string // the functions, such as "spikes.Histogram.Plot"
	Text    string   // what is said about it, Markdown without the functions
	Source  string   // the lines that draw it
	PNG     []byte   // nil when the notebook was not run
	Alt     string   // the picture in a line of text
}

// calls matches the functions before the colon that ends them.
var calls = regexp.MustCompile("^((?:`[^`]+`(?:, | and )?)+): *")

// Pictures returns the figures of a gallery in order.
func (nb *Notebook) Pictures() []Picture {
	var list []Picture
	section, inside := "", false
	for _, c := range nb.Cells {
		switch c.Type {
		case Markdown:
			heading, rest, _ := strings.Cut(strings.TrimSpace(c.Source), "\n")
			if name, ok := strings.CutPrefix(heading, "## "); ok {
				section, inside = name, false
			} else if strings.HasPrefix(heading, "# ") {
				inside = false // another notebook begins
			} else if name, ok := strings.CutPrefix(heading, "### "); ok {
				p := Picture{Section: section, Name: name, Text: strings.TrimSpace(rest)}
				if m := calls.FindStringSubmatch(p.Text); m != nil {
					for i, call := range strings.Split(m[1], "`") {
						if i%2 == 1 {
							p.Calls = append(p.Calls, call)
						}
					}
					p.Text = p.Text[len(m[0]):]
				}
				list, inside = append(list, p), true
			}
		case Code:
			if !inside || strings.TrimSpace(c.Source) == "" {
				continue
			}
			p := &list[len(list)-1]
			p.Source = strings.TrimLeft(p.Source+"\n"+strings.TrimRight(c.Source, "\n"), "\n")
			for _, o := range c.Outputs {
				data, _ := o["data"].(map[string]any)
				text, _ := data["image/png"].(string)
				if png, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), "")); err == nil && len(png) > 0 {
					p.PNG, p.Alt = png, caption(data)
				}
			}
		}
	}
	return list
}

//go:embed gallery.css
var galleryStyle string

// GalleryHTML returns the figures of a gallery as one page that needs no other
// file: the pictures side by side, each with its name and functions, and with
// its lines one click away.
func (nb *Notebook) GalleryHTML(title string) ([]byte, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"+
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>%[1]s</title>\n<style>\n%[2]s%[3]s</style>\n</head>\n<body>\n<main class=\"gallery\">\n<h1>%[1]s</h1>\n",
		html.EscapeString(title), style, galleryStyle)
	section := ""
	for i, p := range nb.Pictures() {
		if p.Section != section || i == 0 {
			if i > 0 {
				b.WriteString("</div>\n")
			}
			section = p.Section
			fmt.Fprintf(&b, "<h2>%s</h2>\n<div class=\"figures\">\n", html.EscapeString(section))
		}
		text, err := markdown(p.Text)
		if err != nil {
			return nil, fmt.Errorf("notebook: GalleryHTML: %s: %w", p.Name, err)
		}
		fmt.Fprintf(&b, "<figure>\n<div class=\"picture\"><img src=\"data:image/png;base64,%s\" alt=\"%s\"></div>\n<figcaption>\n<h3>%s</h3>\n",
			base64.StdEncoding.EncodeToString(p.PNG), html.EscapeString(p.Alt), html.EscapeString(p.Name))
		for _, c := range p.Calls {
			fmt.Fprintf(&b, "<code>%s</code>\n", html.EscapeString(c))
		}
		fmt.Fprintf(&b, "<div class=\"text\">%s</div>\n<details><summary>lines</summary>\n<pre class=\"source\"><code>%s</code></pre>\n</details>\n</figcaption>\n</figure>\n", text, sourceHTML(p.Source))
	}
	if section != "" {
		b.WriteString("</div>\n")
	}
	b.WriteString("</main>\n</body>\n</html>\n")
	return []byte(b.String()), nil
}

// WriteGallery writes the page of GalleryHTML to a file, whole or not at all.
func WriteGallery(path string, nb *Notebook, title string) error {
	page, err := nb.GalleryHTML(title)
	if err != nil {
		return err
	}
	return replace(path, page)
}
