package figure

import (
	"encoding/base64"
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// Over shows a figure above a table: its text is the table's, its page has both. alt stands where the
// picture cannot be seen.
func Over(f *Figure, alt string, table display.Bundle) display.Bundle {
	b, picture := pictured(f, alt, table)
	b.Data[display.TypeHTML] = picture + fmt.Sprint(table.Data[display.TypeHTML])
	return b
}

// Under shows a figure below a table, otherwise as [Over].
func Under(f *Figure, alt string, table display.Bundle) display.Bundle {
	b, picture := pictured(f, alt, table)
	b.Data[display.TypeHTML] = fmt.Sprint(table.Data[display.TypeHTML]) + picture
	return b
}

// pictured returns what shows a figure, with a table's text, and the figure as a part of a page.
func pictured(f *Figure, alt string, table display.Bundle) (b display.Bundle, picture string) {
	b = f.Show()
	b.Data[display.TypeText] = table.Data[display.TypeText]
	if png, ok := b.Data[display.TypePNG].([]byte); ok {
		picture = `<img style="max-width:100%" alt="` + alt + `" src="data:image/png;base64,` + base64.StdEncoding.EncodeToString(png) + `">`
	}
	return b, picture
}
