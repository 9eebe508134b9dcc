package notebook

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMarkdown(t *testing.T) {
	for src, want := range map[string]string{
		"# A":                               `<h1 id="a">A</h1>`,
		"*a* `b_c_d`":                       `<em>a</em> <code>b_c_d</code>`,
		"$x_1 + y_2*z*$":                    `<span class="math">$x_1 + y_2*z*$</span>`,
		"$$\na_1 < b_2\n$$":                 "<span class=\"math\">$$\na_1 &lt; b_2\n$$</span>",
		`\(a_b\) and \[c_d\]`:               `<span class="math">\(a_b\)</span> and <span class="math">\[c_d\]</span>`,
		"it costs $5 and 6 dollars":         "it costs $5 and 6 dollars",
		"`$not_math$`":                      "<code>$not_math$</code>",
		"```\n$no_math$\n```":               "<pre><code>$no_math$\n</code></pre>",
		"| a | b |\n|---|---|\n| 1 | 2 |":   "<table>",
		"<b>bold</b>":                       "<b>bold</b>",
		"```go\nx := \"<\" // $a$ & b\n```": "x := <span class=\"s\">&#34;&lt;&#34;</span> <span class=\"c\">// $a$ &amp; b</span>\n</code></pre>",
		"a \\$b\\$":                         "a $b$",
	} {
		got, err := markdown(src)
		if err != nil || !strings.Contains(got, want) {
			t.Errorf("%q: %v\n%s\nwant %s", src, err, got, want)
		}
	}
}

func TestPage(t *testing.T) {
	nb, err := Read(filepath.Join(samples, "everything.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	nb.Add(Code, "x := \"<script>\" // & comment").Outputs = []Output{
		{"output_type": "stream", "name": "stdout", "text": "10%\r20%\r30%\n\x1b[31mred\x1b[0m <b>\n"},
		{"output_type": "display_data", "data": map[string]any{"text/latex": "$a<b$"}},
		{"output_type": "display_data", "data": map[string]any{"text/markdown": "*m*"}},
		{"output_type": "display_data", "data": map[string]any{"image/svg+xml": "<svg/>", "text/plain": "\"quoted\""}},
		{"output_type": "display_data", "data": map[string]any{}},
		{"output_type": "display_data", "data": map[string]any{"application/javascript": "element.innerHTML = '<script></Script>'", "text/plain": "code"}},
		{"output_type": "display_data", "data": map[string]any{"application/json": map[string]any{"a": "<1>", "b": []any{2.5}}, "text/plain": "map"}},
		{"output_type": "error", "ename": "panic", "evalue": "no trace"},
	}
	path := filepath.Join(t.TempDir(), "a.html")
	if err := WriteHTML(path, nb, "a <title>"); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"<title>a &lt;title&gt;</title>",
		"<span class=\"s\">&#34;&lt;script&gt;&#34;</span>",
		"<span class=\"c\">// &amp; comment</span>",
		"<pre class=\"out\">30%\nred &lt;b&gt;\n</pre>",
		"prefers-color-scheme: dark",
		"<span class=\"n\">1</span>",
		"<em>m</em>",
		"$a&lt;b$",
		"data:image/svg+xml;base64,PHN2Zy8+",
		"alt=\"&#34;quoted&#34;\"",
		"src=\"data:image/png;base64,", // the attached picture
		"panic: no trace",
		"(function (element) {\nelement.innerHTML = '<script><\\/Script>'\n})(document.currentScript.previousElementSibling);",
		"<pre class=\"out\">{\n  &#34;a&#34;: &#34;&lt;1&gt;&#34;,\n  &#34;b&#34;: [\n    2.5\n  ]\n}</pre>",
		"<div class=\"prompt\">[1]</div>",
	} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, unwanted := range []string{"attachment:", "http://", "https://", "<link", "\x1b"} {
		if bytes.Contains(page, []byte(unwanted)) {
			t.Errorf("the page has %s", unwanted)
		}
	}
	bad := New()
	bad.Add(Code, "").Outputs = []Output{{"output_type": "display_data", "data": map[string]any{"image/png": "\"><script>"}}}
	if _, err := bad.HTML("t"); err == nil || !strings.Contains(err.Error(), "cell 1") {
		t.Errorf("what is not base64: %v", err)
	}
}
