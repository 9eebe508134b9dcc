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
	// Widths and Heights are the relative widths of the columns and heights of
	// the rows: {2, 1} makes the first twice as large as the second. Nil makes
	// columns equal and chooses rows by what is in them.
	Widths, Heights []float64
	// Theme is "light" (default), "dark" for dark notebooks and slides, or for
	// print "paper" (one column of 89 mm unless Width says otherwise) and
	// "paper wide" (two columns, 183 mm), both with type of 7 points.
	Theme string
	// FontSize is the size of numbers and legends in points, labels being a
	// little larger; lines and marks grow with it. 0 is 8, or 7 on paper.
	FontSize float64
	// ShareX gives the panels of a column the same limits on x and labels
	// only the lowest one.
	ShareX bool
	// ShareY gives the panels of a row the same limits on y and labels only the
	// leftmost one.
	ShareY bool
	// Panels are placed row by row.
	Panels []Panel
}

// A Panel is one pair of axes with what is drawn in it.
type Panel struct {
	Title string
	X, Y  Axis
	// Right is a second y axis, for the layers with Right set.
	Right  Axis
	Layers []Layer
	// Legend says where the names of layers stand: "" in a corner without data
	// when two or more layers have a name, or else beside the panel; "beside",
	// "off", or "upper left", "upper right", "lower left", "lower right".
	Legend string
	// ColorBar describes the colour axis of images; its Label and Unit stand
	// beside the bar. It is drawn when a layer is an image with a scale.
	ColorBar Axis
	// BarWidth is the width of the colour bar in points; 0 is 8.
	BarWidth float64
	// NoColorBar leaves the bar out.
	NoColorBar bool
	// Square gives both axes the same scale: one unit of x is as long as one
	// unit of y. Brain slices use it.
	Square bool
	// Bare leaves out axes, ticks and frame: only layers and the title.
	Bare bool
	// ScaleBar replaces the axes by bars of known length, as under recordings.
	ScaleBar ScaleBar
	// Insets are small panels inside this one.
	Insets []Inset
}

// A ScaleBar gives the lengths of a horizontal and a vertical bar in the units
// of the axes; 0 leaves one out. They stand below and right of the data.
type ScaleBar struct{ X, Y float64 }

// An Inset is a panel within the rectangle Left to Right, Bottom to Top of
// another one's plot, as shares of its width and height from 0 to 1.
type Inset struct {
	Left, Right, Bottom, Top float64
	Panel                    Panel
}

// An Axis is the scale along one side of a panel, or of a colour bar.
type Axis struct {
	// Label and Unit are written "Label (Unit)". Like all text they are Unicode
	// ("V²/Hz", "µA/cm²", "τ"); between dollar signs _ and ^ lower and raise what
	// follows, and Greek letters have names: "$V_m$", "$\\tau_{rise}$", "$10^{-3}$".
	// Times in ms, s or min and frequencies in Hz that are very long or short are
	// numbered in a unit that suits them, and the label says which.
	Label, Unit string
	// Min and Max are the limits; both 0 takes them from the data. Y then
	// covers the values that lie within the limits of X.
	Min, Max float64
	// Log draws a logarithmic scale; values that are not positive are left
	// out.
	Log bool
	// SymLog, above 0, draws a scale that is linear up to about SymLog and
	// logarithmic beyond, on both sides of 0: sign(v) log10(1 + |v|/SymLog).
	SymLog float64
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
	Line   Kind = "line"   // X (or X0, DX), Y: points joined by straight lines; NaN breaks the line
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

	Step    Kind = "step"    // X (or X0, DX), Y: each Y holds until the next X
	XErrors Kind = "xerrors" // X, X2, Y: a horizontal bar from X to X2 at each Y
	HSpan   Kind = "hspan"   // Y = {from, to}: a band over the panel's width
	Arrow   Kind = "arrow"   // X, Y = {from, to}, Text: an arrow, with text at its start
	Vectors Kind = "vectors" // X, Y, U, V: an arrow at each (X, Y) along (U, V), the longest as long as arrows are apart
	Polygon Kind = "polygon" // X, Y: a closed outline, filled by Alpha (not filled when 0); NaN separates several
	Contour Kind = "contour" // Z as for an image: lines at Levels (nil: 7 round ones)
	Box     Kind = "box"     // X, Z: at each X the median, quartiles and Tukey's whiskers of Z[i], points beyond
	Violin  Kind = "violin"  // X, Z: at each X the density of Z[i] (Gaussian kernel, Silverman's width), Size wide in units of x; Half draws the right side only
)

// A Layer is one thing drawn in a panel. Which fields it reads depends on its
// Kind.
type Layer struct {
	Kind Kind
	// Name is the layer's entry in the legend; a layer without one has none.
	Name string
	X, Y []float64
	// X0 and DX place the Y[i] of a line or step at X0 + i DX where X is nil, as
	// for samples, whose times need not be stored.
	X0, DX float64
	Y2     []float64
	X2     []float64
	U, V   []float64
	Z      [][]float64
	Text   string
	// Align places a note: 0 begins at its place and stays within the panel, 0.5 is
	// centred on the place, 1 ends there.
	Align float64
	// Levels are the values of contour lines.
	Levels []float64
	// Right draws the layer against the panel's right axis.
	Right bool
	// Marker is the shape of points: "circle" (default), "square", "triangle",
	// "diamond", "cross" or "plus".
	Marker string
	// Half draws one half of a violin, as in a raincloud.
	Half bool
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
	// Map is the colour map of an image or of coloured points: "viridis",
	// "magma", "inferno", "plasma", "cividis", "batlow", "grey", "hot"; "twilight"
	// for phases; "RdBu", "vik", "diverging" (blue, white, red), which are symmetric
	// about 0 unless Lo and Hi are set. With "_r" appended a map runs the other
	// way: "RdBu_r". "" is "RdBu_r" for values of both signs, else "viridis".
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

// Interactive shows the figure so that notebooks can zoom and read it: as the
// picture of Show and, up to 5000 values, as Vega-Lite, which JupyterLab draws
// itself, and which also works in a notebook that is not trusted; with more as
// a page of HTML that draws on a canvas and loads nothing. A notebook stores
// all values with it, so that Show, which stores the picture alone, is what
// cells do unless asked.
func (f *Figure) Interactive() display.Bundle { return interactive(f) }

// Save writes the figure to path in the format of its ending: .png (at 300
// dots per inch), .svg, .pdf, or .html, a page of its own in which the figure
// can be zoomed, moved and read. The folder must exist. An unknown ending, a
// figure that cannot be drawn and a file that cannot be written are errors.
func (f *Figure) Save(path string) error { return save(f, path) }
