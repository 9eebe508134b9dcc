package notebook

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	render "github.com/yuin/goldmark/renderer/html"

	"github.com/neurorepl/neurorepl/kernel/highlight"
)

//go:embed page.css
var style string

// WriteHTML writes a notebook as one page that needs no other file: styles and
// pictures are in it. Formulas stay in TeX.
func WriteHTML(path string, nb *Notebook, title string) error {
	page, err := nb.HTML(title)
	if err != nil {
		return err
	}
	return replace(path, page)
}

// HTML returns the notebook as a page that needs no other file.
func (nb *Notebook) HTML(title string) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"+
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>%s</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n",
		html.EscapeString(title), style)
	for i, c := range nb.Cells {
		switch c.Type {
		case Markdown:
			text, err := markdown(c.attached())
			if err != nil {
				return nil, fmt.Errorf("notebook: HTML: cell %d: %w", i+1, err)
			}
			b.WriteString("<section class=\"text\">\n" + text + "</section>\n")
		case Raw:
			b.WriteString("<pre class=\"raw\">" + html.EscapeString(c.Source) + "</pre>\n")
		case Code:
			if err := c.codeHTML(&b); err != nil {
				return nil, fmt.Errorf("notebook: HTML: cell %d: %w", i+1, err)
			}
		}
	}
	b.WriteString("</main>\n</body>\n</html>\n")
	return b.Bytes(), nil
}

func (c *Cell) codeHTML(b *bytes.Buffer) error {
	number := " "
	if c.ExecutionCount > 0 {
		number = strconv.Itoa(c.ExecutionCount)
	}
	b.WriteString("<section class=\"cell\">\n")
	if strings.TrimSpace(c.Source) != "" {
		fmt.Fprintf(b, "<div class=\"prompt\">[%s]</div>\n<pre class=\"source\"><code>%s</code></pre>\n", number, sourceHTML(c.Source))
	}
	for _, o := range c.Outputs {
		switch o["output_type"] {
		case "stream":
			class := "out"
			if o["name"] == "stderr" {
				class = "out err"
			}
			fmt.Fprintf(b, "<pre class=\"%s\">%s</pre>\n", class, html.EscapeString(overwritten(str(o["text"]))))
		case "error":
			lines := []string{}
			list, _ := o["traceback"].([]any)
			for _, l := range list {
				lines = append(lines, str(l))
			}
			if len(lines) == 0 {
				lines = []string{str(o["ename"]) + ": " + str(o["evalue"])}
			}
			fmt.Fprintf(b, "<pre class=\"out error\">%s</pre>\n", html.EscapeString(plainText(strings.Join(lines, "\n"))))
		default:
			text, err := bundleHTML(o)
			if err != nil {
				return err
			}
			b.WriteString(text)
		}
	}
	b.WriteString("</section>\n")
	return nil
}

// bundleHTML shows the richest representation that a page can.
func bundleHTML(o Output) (string, error) {
	data, _ := o["data"].(map[string]any)
	meta, _ := o["metadata"].(map[string]any)
	if s, ok := data["text/html"].(string); ok {
		return "<div class=\"rich\">" + s + "</div>\n", nil
	}
	if s, ok := data["image/svg+xml"].(string); ok {
		// As an image, so that identifiers in one picture cannot meet another's.
		return image("image/svg+xml", base64.StdEncoding.EncodeToString([]byte(s)), data, meta), nil
	}
	for _, mime := range []string{"image/png", "image/jpeg", "image/gif", "image/webp"} {
		if s, ok := data[mime].(string); ok {
			clean := strings.Join(strings.Fields(s), "")
			if _, err := base64.StdEncoding.DecodeString(clean); err != nil {
				return "", fmt.Errorf("its %s is not base64: %w", mime, err)
			}
			return image(mime, clean, data, meta), nil
		}
	}
	if s, ok := data["text/markdown"].(string); ok {
		text, err := markdown(s)
		return "<div class=\"rich\">" + text + "</div>\n", err
	}
	if s, ok := data["text/latex"].(string); ok {
		return "<div class=\"rich math\">" + html.EscapeString(s) + "</div>\n", nil
	}
	if s, ok := data["application/javascript"].(string); ok {
		// In a scope of its own, with the element below which it may draw, as in Jupyter.
		return "<div class=\"rich\"></div>\n<script>\n(function (element) {\n" + scriptEnd.ReplaceAllString(s, `<\/$1`) +
			"\n})(document.currentScript.previousElementSibling);\n</script>\n", nil
	}
	if v, ok := data["application/json"]; ok {
		if text, err := indented(v); err == nil {
			return "<pre class=\"out\">" + html.EscapeString(text) + "</pre>\n", nil
		}
	}
	if s, ok := data["text/plain"].(string); ok {
		return "<pre class=\"out\">" + html.EscapeString(plainText(s)) + "</pre>\n", nil
	}
	return "", nil
}

// scriptEnd matches what would end a script's element inside of it.
var scriptEnd = regexp.MustCompile(`(?i)</(script)`)

// indented returns JSON to be read.
func indented(v any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

func image(mime, data64 string, data, meta map[string]any) string {
	size := ""
	if m, ok := meta[mime].(map[string]any); ok {
		for _, k := range []string{"width", "height"} {
			if n := fmt.Sprint(m[k]); m[k] != nil && number.MatchString(n) {
				size += fmt.Sprintf(" %s=\"%s\"", k, n)
			}
		}
	}
	alt := caption(data)
	return fmt.Sprintf("<img src=\"data:%s;base64,%s\"%s alt=\"%s\">\n", mime, data64, size, html.EscapeString(alt))
}

var number = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)

// caption returns the first line of a result's plain text, which says what a
// picture shows; lines below it may draw the picture in characters.
func caption(data map[string]any) string {
	line, _, _ := strings.Cut(strings.TrimSpace(str(data["text/plain"])), "\n")
	return line
}

func str(v any) string {
	s, _ := v.(string)
	return s
}

var escapes = regexp.MustCompile("\x1b(\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(\x07|\x1b\\\\)|.)")

// plainText takes terminal colours out.
func plainText(s string) string { return escapes.ReplaceAllString(s, "") }

// overwritten returns printed text as a terminal would leave it: a carriage
// return starts its line again.
func overwritten(s string) string {
	s = plainText(s)
	if !strings.Contains(s, "\r") {
		return s
	}
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		l = strings.TrimRight(l, "\r")
		if at := strings.LastIndexByte(l, '\r'); at >= 0 {
			l = l[at+1:]
		}
		lines[i] = l
	}
	return strings.Join(lines, "\n")
}

// attached returns the cell's source with the files attached to it in place
// of their names.
func (c *Cell) attached() string {
	files, _ := c.rest["attachments"].(map[string]any)
	src := c.Source
	if len(files) == 0 {
		return src
	}
	return attachment.ReplaceAllStringFunc(src, func(link string) string {
		bundle, _ := files[strings.TrimPrefix(link, "attachment:")].(map[string]any)
		for _, mime := range []string{"image/png", "image/jpeg", "image/gif", "image/svg+xml"} {
			if s, ok := bundle[mime].(string); ok {
				if mime == "image/svg+xml" {
					s = base64.StdEncoding.EncodeToString([]byte(s))
				}
				return "data:" + mime + ";base64," + strings.Join(strings.Fields(s), "")
			}
		}
		return link
	})
}

var attachment = regexp.MustCompile(`attachment:[^\s)"']+`)

var goldmarkHTML = goldmark.New(
	goldmark.WithExtensions(extension.GFM),
	goldmark.WithParserOptions(parser.WithAutoHeadingID()),
	goldmark.WithRendererOptions(render.WithUnsafe()), // notebooks may hold HTML, as in Jupyter
)

// markdown returns Markdown as HTML. Formulas are kept from the renderer,
// which would take their underscores and asterisks for emphasis.
func markdown(src string) (string, error) {
	var formulas []string
	src = formula.ReplaceAllStringFunc(src, func(s string) string {
		if strings.HasPrefix(s, "`") || strings.HasPrefix(s, "~~~") || strings.HasPrefix(s, `\$`) {
			return s
		}
		formulas = append(formulas, s)
		return fmt.Sprintf("\uE000%d\uE001", len(formulas)-1)
	})
	var b bytes.Buffer
	if err := goldmarkHTML.Convert([]byte(src), &b); err != nil {
		return "", err
	}
	out := placeholder.ReplaceAllStringFunc(b.String(), func(s string) string {
		n, err := strconv.Atoi(strings.Trim(s, "\uE000\uE001"))
		if err != nil || n >= len(formulas) {
			return s
		}
		return "<span class=\"math\">" + html.EscapeString(formulas[n]) + "</span>"
	})
	return goCode.ReplaceAllStringFunc(out, func(s string) string {
		code := goCode.FindStringSubmatch(s)[1]
		return "<pre><code class=\"language-go\">" + sourceHTML(html.UnescapeString(code)) + "\n</code></pre>"
	}), nil
}

// goCode matches a fenced block of Go as the renderer writes it.
var goCode = regexp.MustCompile("(?s)<pre><code class=\"language-go\">(.*?)</code></pre>")

// formula matches code, which may hold dollars that mean nothing, and the four
// ways to write a formula. A single dollar begins one only before a character
// that is no space and no digit-led price: `$5 and $6` stays as it is.
var formula = regexp.MustCompile("(?s)```.*?```|~~~.*?~~~|``.*?``|`[^`\n]*`|\\\\\\$|" +
	`\$\$.+?\$\$|\\\[.+?\\\]|\\\(.+?\\\)|\$[^\s$](?:[^$\n]*[^\s$\\])?\$`)

var placeholder = regexp.MustCompile("\uE000[0-9]+\uE001")

// classes are the page's names of the parts of Go.
var classes = map[highlight.Class]string{
	highlight.Keyword:  "k",
	highlight.Builtin:  "b",
	highlight.Package:  "p",
	highlight.Function: "f",
	highlight.Text:     "s",
	highlight.Number:   "n",
	highlight.Comment:  "c",
	highlight.Command:  "k",
}

func sourceHTML(src string) string {
	src = strings.TrimRight(src, "\n")
	var b strings.Builder
	at := 0
	for _, s := range highlight.Spans(src) {
		class := classes[s.Class]
		if class == "" || s.Start < at {
			continue
		}
		b.WriteString(html.EscapeString(src[at:s.Start]))
		fmt.Fprintf(&b, "<span class=\"%s\">%s</span>", class, html.EscapeString(src[s.Start:s.End]))
		at = s.End
	}
	b.WriteString(html.EscapeString(src[at:]))
	return b.String()
}
