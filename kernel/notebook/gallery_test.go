package notebook

import (
	"reflect"
	"strings"
	"testing"
)

func TestPictures(t *testing.T) {
	nb := notebookOf("md:# Gallery", "x := 1", "md:## Cells", "md:### Trace\n\n`neuron.Result.Plot`, `plot.Trace`: the *potential*", "a := 1\n", "a <b>",
		"md:### Nothing\n\nno function here", "md:## Other", "b := 2")
	nb.Cells[5].Outputs = []Output{{"output_type": "execute_result", "data": map[string]any{"image/png": "aGk=\n", "text/plain": "Figure"}}}
	got := nb.Pictures()
	want := []Picture{
		{Section: "Cells", Name: "Trace", Calls: []string{"neuron.Result.Plot", "plot.Trace"}, Text: "the *potential*", Source: "a := 1\na <b>", PNG: []byte("hi"), Alt: "Figure"},
		{Section: "Cells", Name: "Nothing", Text: "no function here"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("pictures\n%+v, want\n%+v", got, want)
	}
	page, err := nb.GalleryHTML("A & B")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"A &amp; B", "<em>potential</em>", "base64,aGk=", "plot.Trace</code>", "a &lt;b&gt;", "<h2>Cells</h2>"} {
		if !strings.Contains(string(page), part) {
			t.Errorf("the page has no %q", part)
		}
	}
	if empty, err := New().GalleryHTML("none"); err != nil || !strings.HasSuffix(string(empty), "</main>\n</body>\n</html>\n") {
		t.Errorf("a notebook without figures: %v", err)
	}
}
