package report

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// references are what the paragraph on methods cites, by the words that cite
// them.
var references = []struct{ cited, entry string }{
	{"Benjamini and Hochberg 1995", "Benjamini Y, Hochberg Y (1995). Controlling the false discovery rate. J R Stat Soc B 57:289–300."},
	{"DerSimonian and Laird 1986", "DerSimonian R, Laird N (1986). Meta-analysis in clinical trials. Control Clin Trials 7:177–188."},
	{"Forman et al. 1995", "Forman SD, Cohen JD, Fitzgerald M, Eddy WF, Mintun MA, Noll DC (1995). Improved assessment of significant activation in functional magnetic resonance imaging. Magn Reson Med 33:636–647."},
	{"Freedman and Lane 1983", "Freedman D, Lane D (1983). A nonstochastic interpretation of reported significance levels. J Bus Econ Stat 1:292–298."},
	{"Friston et al. 1995", "Friston KJ, Holmes AP, Worsley KJ, Poline JB, Frith CD, Frackowiak RSJ (1995). Statistical parametric maps in functional imaging: a general linear approach. Hum Brain Mapp 2:189–210."},
	{"Friston et al. 1998", "Friston KJ, Fletcher P, Josephs O, Holmes A, Rugg MD, Turner R (1998). Event-related fMRI: characterizing differential responses. NeuroImage 7:30–40."},
	{"Glover 1999", "Glover GH (1999). Deconvolution of impulse response in event-related BOLD fMRI. NeuroImage 9:416–429."},
	{"Patterson and Thompson 1971", "Patterson HD, Thompson R (1971). Recovery of inter-block information when block sizes are unequal. Biometrika 58:545–554."},
	{"Power et al. 2012", "Power JD, Barnes KA, Snyder AZ, Schlaggar BL, Petersen SE (2012). Spurious but systematic correlations in functional connectivity MRI networks arise from subject motion. NeuroImage 59:2142–2154."},
	{"Satterthwaite 1946", "Satterthwaite FE (1946). An approximate distribution of estimates of variance components. Biometrics Bull 2:110–114."},
	{"Smith and Nichols 2009", "Smith SM, Nichols TE (2009). Threshold-free cluster enhancement. NeuroImage 44:83–98."},
	{"Winkler et al. 2014", "Winkler AM, Ridgway GR, Webster MA, Smith SM, Nichols TE (2014). Permutation inference for the general linear model. NeuroImage 92:381–397."},
	{"Worsley et al. 1996", "Worsley KJ, Marrett S, Neelin P, Vandal AC, Friston KJ, Evans AC (1996). A unified statistical approach for determining significant signals in images of cerebral activation. Hum Brain Mapp 4:58–73."},
}

// noiseWords says what the model takes noise as.
func noiseWords(g *fmri.GLM) string {
	switch n := g.Options.Noise; {
	case n == "ar1":
		return "first-order autoregressive, with the coefficient of highest restricted likelihood in each voxel"
	case n == "ar1-nilearn":
		return "first-order autoregressive, with a coefficient per voxel from the residuals, cut to two digits"
	case n == "arma11":
		return "first-order autoregressive with a moving average, with the coefficients of highest restricted likelihood in each voxel"
	case strings.HasPrefix(n, "ar"):
		return "autoregressive of order " + n[2:] + ", with the coefficients of highest restricted likelihood in each voxel"
	}
	return "independent in time (ordinary least squares)"
}

// runMethods says in sentences what was done with a run.
func runMethods(im *nifti.Image, g *fmri.GLM, o RunOptions) []string {
	said := slices.Clone(o.Preprocessing)
	d := g.Design
	dx, dy, dz := im.VoxelSize()
	said = append(said, fmt.Sprintf("The run of %d volumes (TR %g s; voxels of %.3g × %.3g × %.3g mm) was analysed with a general linear model (Friston et al. 1995) in each of %d voxels.", im.Volumes(), d.TR, dx, dy, dz, len(g.Voxels)))
	events := conditions(d, o.Events)
	if len(o.Events) > 0 && len(events) > 0 && d.Options.HRF != "fir" {
		response := map[string]string{"": "SPM's canonical haemodynamic response (Friston et al. 1998)", "spm12": "SPM's canonical haemodynamic response (Friston et al. 1998)",
			"glover": "the haemodynamic response of Glover 1999", "gamma": "a difference of two gamma densities", "own": "a response of our own", "spm12-gamma": "SPM's set of gamma densities", "spm12-fourier": "SPM's Fourier set", "spm12-hanning": "SPM's Fourier set in a Hanning window", "none": "no response: the events themselves"}
		response["spm"] = response[""]
		more := ""
		switch {
		case d.Options.Derivative && d.Options.Dispersion:
			more = " and its derivatives in time and dispersion"
		case d.Options.Derivative:
			more = " and its derivative in time"
		}
		said = append(said, fmt.Sprintf("Events of %s (%s) were convolved with %s%s.", count(len(events), "condition", "conditions"), strings.Join(shortened(events, 8), ", "), response[d.Options.HRF], more))
	}
	if d.Options.HRF == "fir" {
		said = append(said, "Responses were modelled as finite impulse responses, a column for each condition and delay.")
	}
	if k := len(d.Options.Confounds); k > 0 {
		said = append(said, fmt.Sprintf("The model had %s.", count(len(d.Options.Confounds[0]), "column of confounds", "columns of confounds")))
	}
	switch d.Options.Drift {
	case "", "cosine":
		if d.Options.HighPass > 0 {
			said = append(said, fmt.Sprintf("Slow drifts were removed by discrete cosines below %g Hz.", d.Options.HighPass))
		}
	case "polynomial":
		said = append(said, fmt.Sprintf("Slow drifts were removed by polynomials up to order %d.", max(1, d.Options.Order)))
	}
	noise := noiseWords(g)
	if strings.Contains(noise, "restricted") {
		noise += " (Patterson and Thompson 1971)"
	}
	if g.Options.Noise == "ar1" && g.Options.DF != "residual" {
		noise += ", whose uncertainty is in the degrees of freedom of contrasts (Satterthwaite 1946)"
	}
	said = append(said, "Noise was taken as "+noise+".")
	if g.Options.Noise == "ar1" && g.Options.DF != "residual" {
		said = append(said, "As the correlation is estimated, the degrees of freedom of t were those of Satterthwaite 1946.")
	}
	if o.Motion != nil {
		said = append(said, "Head motion was summarised as framewise displacement (Power et al. 2012).")
	}
	return append(said, thresholdWords(o.Threshold))
}

func thresholdWords(o Threshold) string {
	sides := "two-sided"
	if o.OneSided {
		sides = "one-sided"
	}
	s := map[string]string{
		"fdr":        fmt.Sprintf("Maps were thresholded at a false discovery rate of %g (Benjamini and Hochberg 1995), %s", o.Alpha, sides),
		"bonferroni": fmt.Sprintf("Maps were thresholded at p < %g, Bonferroni-corrected for the number of voxels, %s", o.Alpha, sides),
		"none":       fmt.Sprintf("Maps were thresholded at p < %g in single voxels, %s and not corrected for their number", o.Alpha, sides),
	}[o.Correction]
	if o.MinVoxels > 1 {
		s += fmt.Sprintf("; clusters of fewer than %d voxels were left out", o.MinVoxels)
	}
	return s + "."
}

// methods writes a paragraph for a paper, with what it cites.
func (d *document) methods(said []string) {
	b := d.section("methods", "Methods")
	r := provenance.Now()
	said = append(said, fmt.Sprintf("Analyses were done with neurorepl %s (Go %s).", r.Version, strings.TrimPrefix(r.Go, "go")))
	text := strings.Join(said, " ")
	fmt.Fprintf(b, "<p class=\"methods\">%s</p>\n<p class=\"live\"><button type=\"button\" data-copy=\"\">Copy</button></p>\n", html.EscapeString(text))
	var cited []string
	for _, r := range references {
		if strings.Contains(text, r.cited) {
			cited = append(cited, r.entry)
		}
	}
	if len(cited) > 0 {
		b.WriteString("<h3>References</h3>\n<ul class=\"references\">")
		for _, c := range cited {
			fmt.Fprintf(b, "<li>%s</li>", html.EscapeString(c))
		}
		b.WriteString("</ul>\n")
	}
}

// provenance writes what made the page: what stays the same when the same program
// runs again, and the time if it is given.
func (d *document) provenance(command string, at time.Time) {
	b := d.section("provenance", "Provenance")
	r := provenance.Now().Lasting()
	rows := [][2]string{{"program", r.Program + " " + r.Version}}
	if r.Commit != "" {
		state := ""
		if r.Modified {
			state = ", with changes"
		}
		rows = append(rows, [2]string{"commit", r.Commit + state})
	}
	rows = append(rows, [2]string{"Go", fmt.Sprintf("%s %s/%s, CPU kernels %s", r.Go, r.OS, r.Arch, r.Kernels)})
	if r.Script != nil {
		rows = append(rows, [2]string{"script", r.Script.Name + "  SHA-256 " + r.Script.SHA256})
	}
	if len(r.Cells) > 0 {
		rows = append(rows, [2]string{"cells", fmt.Sprintf("%d, SHA-256 of all %s", len(r.Cells)+r.MoreCells, r.Source)})
	}
	if command == "" {
		switch {
		case r.Script != nil:
			command = strings.Join(append([]string{"neurorepl", "run", r.Script.Name}, r.Arguments...), " ")
		case len(r.Cells) > 0:
			command = "the cells before this one, in a session: neurorepl exec NOTEBOOK.ipynb"
		default:
			command = strings.Join(append([]string{r.Program}, r.Arguments...), " ")
		}
	}
	rows = append(rows, [2]string{"to repeat", command})
	if !at.IsZero() {
		rows = append(rows, [2]string{"made", at.Format(time.RFC3339)})
	}
	for _, s := range r.Seeds {
		said := fmt.Sprintf("%d in %s", s.Seed, s.Call)
		if s.Last > s.Seed {
			said = fmt.Sprintf("%d to %d in %s", s.Seed, s.Last, s.Call)
		}
		rows = append(rows, [2]string{"seed", said})
		if len(rows) > 40 {
			break
		}
	}
	pairs(b, rows)
	if len(r.Inputs) == 0 {
		paragraph(b, "No file was read.")
		return
	}
	b.WriteString("<h3>Files that were read</h3>\n<div class=\"wide\"><table class=\"grid\"><thead><tr><th class=\"text\" scope=\"col\">file</th><th scope=\"col\">bytes</th><th class=\"text\" scope=\"col\">SHA-256</th></tr></thead><tbody>")
	for i, f := range r.Inputs {
		if i == mostRows {
			break
		}
		fmt.Fprintf(b, "<tr><td class=\"text\">%s</td><td>%d</td><td class=\"text hash\">%s</td></tr>", html.EscapeString(f.Name), f.Bytes, html.EscapeString(orSay(f.SHA256, f.Problem)))
	}
	b.WriteString("</tbody></table></div>\n")
	if n := len(r.Inputs) + r.MoreInputs - mostRows; n > 0 {
		paragraph(b, "%d more files are left out.", n)
	}
}
