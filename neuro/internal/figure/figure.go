// Package figure is the figure specification and its renderers. A Figure is a
// plain value: panels in a grid, each with two axes and layers drawn one over
// the other, on plain slices. Result types build one in their Show methods;
// neuro/plot is its public face.
package figure

import "github.com/neurorepl/neurorepl/neuro/display"

// A Figure is one or several panels in a grid. The zero value of every field
// means the default; change what you like before it is shown or saved.
type Figure struct {
	// Title stands above all panels.
	Title string
	// Width and Height are the size in cm of the whole figure; 0 chooses by
	// the number and kind of panels.
	Width, Height float64
	// Cols is the number of panels in a row; 0 stacks them in one column.
	Cols int
	// ShareX gives the panels of a column the same limits on x and labels
	// only the lowest one.
	ShareX bool
	// Panels are placed row by row.
	Panels []Panel
}

// A Panel is one pair of axes with what is drawn in it.
type Panel struct {
	Title  string
	X, Y   Axis
	Layers []Layer
	// Legend says where the names of layers stand: "" in the emptiest corner
	// when two or more layers have a name (beside the panel when they are more
	// than 6 or every corner is full), "off", or "upper left", "upper right",
	// "lower left", "lower right".
	Legend string
	// ColorBar describes the colour axis of images; its Label and Unit stand
	// beside the bar. It is drawn when a layer is an image with a scale.
	ColorBar Axis
	// NoColorBar leaves the bar out.
	NoColorBar bool
	// Square gives both axes the same scale: one unit of x is as long as one
	// unit of y. Brain slices use it.
	Square bool
	// Bare leaves out axes, ticks and frame: only layers and the title.
	Bare bool
}

// An Axis is the scale along one side of a panel, or of a colour bar.
type Axis struct {
	// Label and Unit are written "Label (Unit)". Both are plain text with
	// Unicode: "V²/Hz", "µA/cm²", "τ".
	Label, Unit string
	// Min and Max are the limits; both 0 takes them from the data. Y then
	// covers the values that lie within the limits of X.
	Min, Max float64
	// Log draws a logarithmic scale; values that are not positive are left
	// out.
	Log bool
	// Ticks places the labelled marks; nil chooses them. Names are their
	// labels, as many as Ticks; nil writes the numbers.
	Ticks []float64
	Names []string
	// Flip runs the axis the other way, as for images with row 0 on top.
	Flip bool
	// Hide leaves out marks and labels but keeps the axis's limits.
	Hide bool
}

// A Kind says how a layer is drawn.
type Kind string

// The kinds of layer and the fields that they read.
const (
	Line   Kind = "line"   // X, Y: points joined by straight lines; NaN breaks the line
	Points Kind = "points" // X, Y: a marker at each point; Z[0], if given, colours them
	Stairs Kind = "stairs" // X, Y with len(X) = len(Y)+1: Y[i] from X[i] to X[i+1], as a histogram outline
	Bars   Kind = "bars"   // X, Y with len(X) = len(Y)+1: filled bars from 0 to Y[i] between X[i] and X[i+1]
	Stems  Kind = "stems"  // X, Y: a vertical line from 0 to Y at each X
	Area   Kind = "area"   // X, Y, Y2: filled between Y and Y2 (0 when nil)
	Errors Kind = "errors" // X, Y, Y2: a vertical bar from Y to Y2 at each X
	Ticks  Kind = "ticks"  // X, Y: a short vertical mark of height 0.8 around each (X, Y), as in a raster
	Image  Kind = "image"  // Z: Z[row][col] as coloured cells over the rectangle X = {left, right}, Y = {bottom, top}; NaN is transparent
	HLine  Kind = "hline"  // Y: a horizontal line across the panel at each Y
	VLine  Kind = "vline"  // X: a vertical line across the panel at each X
	VSpan  Kind = "vspan"  // X = {from, to}: a band over the panel's height, as for stimulus times
	Note   Kind = "note"   // X, Y, Text: text at (X[0], Y[0])
)

// A Layer is one thing drawn in a panel. Which fields it reads depends on its
// Kind.
type Layer struct {
	Kind Kind
	// Name is the layer's entry in the legend; a layer without one has none.
	Name string
	X, Y []float64
	Y2   []float64
	Z    [][]float64
	Text string
	// Color is "#rrggbb", or a name of the palette ("blue", "orange",
	// "green", "red", "purple", "brown", "pink", "sky", "grey", "black",
	// "white"); "" takes the next colour of the palette for data, the colour
	// of the layer before for error bars, and greys for the rest.
	Color string
	// Width is the line width and Size the marker diameter, in points; 0 is
	// the default for the kind.
	Width, Size float64
	// Alpha is the opacity from 0 (exclusive) to 1; 0 means 1, or 0.35 for an
	// area and 0.18 for a band.
	Alpha float64
	// Dash draws the line dashed.
	Dash bool
	// Map is the colour map of an image or of coloured points: "viridis"
	// (default), "magma", "grey", "diverging" (blue, white, red; symmetric
	// about 0 unless Lo and Hi are set), "hot".
	Map string
	// Lo and Hi are the values at the ends of the colour map; both 0 takes
	// them from the data.
	Lo, Hi float64
	// NoScale keeps an image out of the colour bar, as for the anatomical
	// image under a statistical map.
	NoScale bool
}

// Show draws the figure as PNG for the screen, with a line of plain text that
// says what it shows. A figure that cannot be drawn (X and Y of unequal length,
// an unknown colour) is a panic that names the panel, the layer and the value.
func (f *Figure) Show() display.Bundle { return show(f) }

// Save writes the figure to path in the format of its ending: .png (at 300
// dots per inch), .svg or .pdf. The folder must exist. An unknown ending, a
// figure that cannot be drawn and a file that cannot be written are errors.
func (f *Figure) Save(path string) error { return save(f, path) }
