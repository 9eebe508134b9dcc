package jupyter

import (
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/kernel/session"
)

func TestTraceback(t *testing.T) {
	code := "x := 1\n\ty := \"é\" + nope\n"
	for _, c := range []struct {
		err  session.Error
		want []string
	}{
		{session.Error{Kind: session.KindCompile, Message: "cell [4]:2:14: undefined: nope\ncell [4]:9:1: far\ncell [3]:1:1: other"}, []string{
			"<cyan>cell [4]:2:14<plain>: undefined: nope",
			"   2 | \ty := \"é\" + nope",
			"     | \t           <red>^<plain>",
			"<cyan>cell [4]:9:1<plain>: far", "<cyan>cell [3]:1:1<plain>: other"}},
		{session.Error{Kind: session.KindPanic, Message: "index out of range", Trace: []string{"f at cell [4]:1", "cell [4]:1"}}, []string{
			"<red>panic<plain>: index out of range", "f at <cyan>cell [4]:1<plain>", "   1 | x := 1", "<cyan>cell [4]:1<plain>"}},
		{session.Error{Kind: session.KindInterrupt, Message: "cell [4]"}, []string{"<red>interrupted<plain>: cell [4]"}},
	} {
		for i, w := range c.want {
			c.want[i] = strings.NewReplacer("<cyan>", cyan, "<red>", red, "<plain>", plain).Replace(w)
		}
		got := traceback(&c.err, "cell [4]", code)
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}
