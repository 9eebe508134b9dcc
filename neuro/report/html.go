package report

import (
	"encoding/base64"
	"fmt"
	"html"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// mostRows is how many rows of a table the page lists.
const mostRows = 60

// paragraph writes text.
func paragraph(b *strings.Builder, format string, args ...any) {
	fmt.Fprintf(b, "<p>%s</p>\n", html.EscapeString(fmt.Sprintf(format, args...)))
}

// pairs writes names with what they are.
func pairs(b *strings.Builder, rows [][2]string) {
	b.WriteString("<table class=\"pairs\"><tbody>")
	for _, r := range rows {
		fmt.Fprintf(b, "<tr><th scope=\"row\">%s</th><td>%s</td></tr>", html.EscapeString(r[0]), html.EscapeString(r[1]))
	}
	b.WriteString("</tbody></table>\n")
}

// grid writes a table; of one with x, y and z in mm each row leads to its place
// in the viewer, on map number at (none below 0).
func grid(b *strings.Builder, t table.Table, at int) {
	var place [3]*table.Col
	for i := range t.Cols {
		for k, name := range []string{"x", "y", "z"} {
			if t.Cols[i].Name == name && t.Cols[i].Unit == "mm" {
				place[k] = &t.Cols[i]
			}
		}
	}
	linked := at >= 0 && place[0] != nil && place[1] != nil && place[2] != nil
	if t.Title != "" {
		fmt.Fprintf(b, "<p class=\"caption\">%s</p>\n", html.EscapeString(t.Title))
	}
	b.WriteString("<div class=\"wide\"><table class=\"grid\">")
	b.WriteString("<thead><tr>")
	for _, c := range t.Cols {
		name := c.Name
		if c.Unit != "" {
			name += " (" + c.Unit + ")"
		}
		fmt.Fprintf(b, "<th scope=\"col\"%s>%s</th>", align(c), html.EscapeString(name))
	}
	if linked {
		b.WriteString("<th scope=\"col\" class=\"live\"></th>")
	}
	b.WriteString("</tr></thead><tbody>")
	for i := range min(t.Rows(), mostRows) {
		b.WriteString("<tr>")
		for _, c := range t.Cols {
			cell := ""
			switch {
			case c.Text != nil:
				cell = c.Text[i]
			case c.Num[i] == c.Num[i]:
				cell = minus(number(c.Num[i]))
			}
			fmt.Fprintf(b, "<td%s>%s</td>", align(c), html.EscapeString(cell))
		}
		if linked {
			fmt.Fprintf(b, `<td class="live"><button type="button" data-go="%d %g %g %g">show</button></td>`, at, place[0].Num[i], place[1].Num[i], place[2].Num[i])
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</tbody></table></div>\n")
	if n := t.Rows() - mostRows; n > 0 {
		paragraph(b, "%d more rows are left out.", n)
	}
}

func align(c table.Col) string {
	if c.Text != nil {
		return ` class="text"`
	}
	return ""
}

// minus writes a hyphen at the front as the sign that it is.
func minus(s string) string {
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		return "−" + rest
	}
	return s
}

// number writes a value of a table.
func number(v float64) string {
	switch {
	case v == math.Trunc(v) && math.Abs(v) < 1e7:
		return fmt.Sprintf("%.0f", v)
	case math.Abs(v) < 1e-3 || math.Abs(v) >= 1e6:
		return fmt.Sprintf("%.2e", v)
	}
	return fmt.Sprintf("%.4g", v)
}

// mostTwice is how many bytes of pictures are drawn for light pages and once more
// for dark ones; those beyond it are light on both.
const mostTwice = 1_200_000

// picture writes a figure, drawn once for light pages and once for dark ones.
func (d *document) picture(b *strings.Builder, f *figure.Figure, what string) {
	themes := []string{"light", "dark"}
	if d.drawnTwice > mostTwice {
		themes = themes[:1]
	}
	b.WriteString("<figure>")
	for _, theme := range themes {
		g := *f
		g.Theme = theme
		bundle := g.Show()
		png, _ := bundle.Data[display.TypePNG].([]byte)
		size, _ := bundle.Metadata[display.TypePNG].(map[string]any)
		class := theme
		if len(themes) == 1 {
			class = "both"
		}
		fmt.Fprintf(b, `<img class="%s" alt="%s" width="%v" height="%v" src="data:image/png;base64,%s"/>`,
			class, html.EscapeString(what), size["width"], size["height"], base64.StdEncoding.EncodeToString(png))
		d.drawnTwice += len(png)
	}
	fmt.Fprintf(b, "<figcaption>%s</figcaption></figure>\n", html.EscapeString(what))
}

// row writes what stands side by side where there is room.
func row(b *strings.Builder, body func() error) error {
	b.WriteString("<div class=\"row\">")
	err := body()
	b.WriteString("</div>\n")
	return err
}

// weights writes the factors of contrasts on the columns of a design, as cells
// whose colour is the size and sign. Columns without a factor in any are named
// in a line below.
func weights(b *strings.Builder, names []string, rows []weighted) {
	used := make([]bool, len(names))
	most := 0.0
	for _, r := range rows {
		for j, v := range r.factors {
			used[j] = used[j] || v != 0
			most = math.Max(most, math.Abs(v))
		}
	}
	b.WriteString("<div class=\"wide\"><table class=\"weights\"><thead><tr><th scope=\"col\" class=\"text\">contrast</th>")
	left := 0
	for j, n := range names {
		if used[j] {
			fmt.Fprintf(b, "<th scope=\"col\">%s</th>", html.EscapeString(n))
		} else {
			left++
		}
	}
	b.WriteString("<th scope=\"col\">efficiency</th></tr></thead><tbody>")
	for _, r := range rows {
		fmt.Fprintf(b, "<tr><th scope=\"row\" class=\"text\">%s</th>", html.EscapeString(r.name))
		for j, v := range r.factors {
			if !used[j] {
				continue
			}
			class, share := "zero", 0.0
			if v != 0 {
				share = 25 + 60*math.Abs(v)/most
				class = "pos"
				if v < 0 {
					class = "neg"
				}
			}
			fmt.Fprintf(b, `<td class="%s" style="--share:%.0f%%">%s</td>`, class, share, minus(number(v)))
		}
		fmt.Fprintf(b, "<td>%s</td></tr>", r.efficiency)
	}
	b.WriteString("</tbody></table></div>\n")
	if left > 0 {
		paragraph(b, "The %d other columns have the factor 0.", left)
	}
}

type weighted struct {
	name       string
	factors    []float64
	efficiency string
}

// details writes what is read on demand, open in print.
func details(b *strings.Builder, name string, body func()) {
	fmt.Fprintf(b, "<details><summary>%s</summary>\n", html.EscapeString(name))
	body()
	b.WriteString("</details>\n")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
