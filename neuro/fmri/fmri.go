// Package fmri analyses functional MRI: preprocessing, haemodynamic responses, head motion,
// regions of interest, responses to events, the general linear model, and groups
// of people with tests corrected for the number of voxels.
//
//	run, err := nifti.Read("sub-01_task-rhyme_bold.nii.gz")
//	mask, err := nifti.Read("sub-01_mask.nii.gz")
//	run, err := fmri.SliceTiming(run, times, fmri.SliceTimingOptions{})
//	r, err := fmri.Realign(run, fmri.RealignOptions{})    // r.Image, and r.Params as ReadMotion returns them
//	roi, err := fmri.ROI(run, mask)                       // the mean time course of a region
//	p, err := fmri.ReadMotion("sub-01.par", "fsl")
//	fd, err := fmri.FramewiseDisplacement(p, 50)          // mm
//	dvars, err := fmri.DVARS(run, mask)
//	bad, err := fmri.Outliers(fd, dvars.Std, fmri.OutlierOptions{})
//	noise, err := fmri.ACompCor(run, whiteMatter, fmri.CompCorOptions{})
//	clean, err := fmri.CleanImage(run, mask, fmri.CleanOptions{Confounds: p, HighPass: 0.01, LowPass: 0.1})
//	events, err := fmri.ReadEvents("sub-01_events.tsv")
//	d, err := fmri.NewDesign(run.Volumes(), run.TR, events, fmri.DesignOptions{})
//	fit, err := fmri.Fit(run, mask, d, fmri.GLMOptions{})
//	m, err := fit.Contrast("word - pseudoword")           // a cell shows the map as slices
//	left, err := fit.Residuals(run)                       // is what is left white, normal, without outliers?
//
// And of the maps of many people:
//
//	group, err := fmri.FitGroup(maps, mask, fmri.OneSample(len(maps)), fmri.GroupOptions{})
//	r, err := group.Permute("mean", fmri.PermuteOptions{TFCE: true})   // a cell shows what is significant
//	f, err := group.RandomField("mean", fmri.RandomFieldOptions{})
//
// Patterns of activity are decoded by package decode, in regions and as
// searchlights; package connectivity relates time courses of regions.
//
// Times are in s. No function here reads an image or writes one: package nifti
// does.
package fmri
