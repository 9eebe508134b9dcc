package fif

// Kinds of tags.
const (
	tagFileID     = 100
	tagDirPointer = 101
	tagDirectory  = 102
	tagBlockStart = 104
	tagBlockEnd   = 105
	tagRefRole    = 115
	tagRefNumber  = 117
	tagRefName    = 118

	tagChannels      = 200
	tagRate          = 201
	tagChannel       = 203
	tagDate          = 204
	tagComment       = 206
	tagAverages      = 207
	tagFirstSample   = 208
	tagLastSample    = 209
	tagAspect        = 210
	tagExperimenter  = 212
	tagPoint         = 213
	tagLowPass       = 219
	tagTransform     = 222
	tagHighPass      = 223
	tagSamples       = 228
	tagFirstTime     = 229
	tagName          = 233
	tagLine          = 235
	tagChannelKind   = 252
	tagChannelRange  = 253
	tagChannelCal    = 254
	tagChannelPlace  = 255
	tagChannelUnit   = 256
	tagChannelName   = 258
	tagDataBuffer    = 300
	tagDataSkip      = 301
	tagEpoch         = 302
	tagSkipSamples   = 303
	tagChannelCoil   = 350
	tagSubject       = 400
	tagFirstName     = 401
	tagLastName      = 403
	tagSubjectName   = 410
	tagProject       = 501
	tagProjKind      = 3411
	tagProjVectors   = 3415
	tagProjCount     = 3414
	tagProjNames     = 3417
	tagRowNames      = 3502
	tagColumnNames   = 3503
	tagFrame         = 3506
	tagNameList      = 3507
	tagCovKind       = 3530
	tagCovSize       = 3531
	tagCov           = 3532
	tagCovDiagonal   = 3533
	tagCovFree       = 3536
	tagCovMethod     = 3537
	tagProjActive    = 3560
	tagEventList     = 3561
	tagEventComments = 3566
	tagBaselineFrom  = 3568
	tagBaselineTo    = 3569
	tagCompKind      = 3580
	tagCompData      = 3581
	tagCompDone      = 3582
	tagExplained     = 3605
	tagSelection     = 3800
	tagDropLog       = 3801
	tagRawRate       = 3803
)

// Kinds of blocks.
const (
	blockMeasurement  = 100
	blockInfo         = 101
	blockRaw          = 102
	blockProcessed    = 103
	blockEvoked       = 104
	blockAspect       = 105
	blockSubject      = 106
	blockPoints       = 107
	blockHPIResult    = 109
	blockContinuous   = 112
	blockChannel      = 113
	blockReference    = 118
	blockShielded     = 119 // raw data with internal active shielding
	blockShieldAspect = 120
	blockProj         = 313
	blockProjItem     = 314
	blockCov          = 355
	blockMatrix       = 357
	blockBad          = 359
	blockEvents       = 361
	blockComp         = 371
	blockEpochs       = 373
	blockOldEpochs    = 122 // as MNE wrote them before 0.11
	blockAnnotations  = 3810
)

// Frames of coordinates.
const (
	frameDevice    = 1
	frameHead      = 4
	frameCTFDevice = 1001
	frameCTFHead   = 1004
)

// kinds are the words for kinds of channels; others are "other".
var kinds = map[int]string{
	1: "MEG", 301: "MEG reference", 2: "EEG", 3: "trigger", 202: "EOG", 302: "EMG", 402: "ECG", 602: "respiration",
	802: "sEEG", 803: "DBS", 902: "ECoG", 1100: "fNIRS", 1200: "temperature",
}

// units are those of channels.
var units = map[int]string{
	1: "m", 3: "s", 4: "A", 5: "K", 7: "rad", 10: "M", 101: "Hz", 102: "N", 103: "Pa", 104: "J", 105: "W", 107: "V", 108: "F", 109: "ohm", 110: "S",
	111: "Wb", 112: "T", 113: "H", 114: "C", 115: "lm", 116: "lx", 117: "V/m2", 201: "T/m", 202: "A m", 203: "A/m", 204: "A/m2", 210: "px",
}

// coils are the words for coils of MEG.
var coils = map[int]string{
	2: "planar gradiometer", 4: "axial gradiometer", 2000: "magnetometer", 2001: "axial gradiometer",
	3011: "planar gradiometer", 3012: "planar gradiometer", 3013: "planar gradiometer", 3014: "planar gradiometer", 3015: "planar gradiometer",
	3021: "magnetometer", 3022: "magnetometer", 3023: "magnetometer", 3024: "magnetometer", 3025: "magnetometer",
	4001: "magnetometer", 4002: "axial gradiometer", 4003: "magnetometer", 4004: "gradiometer", 4005: "gradiometer",
	5001: "axial gradiometer", 5002: "magnetometer", 5003: "gradiometer", 5004: "gradiometer",
	6001: "axial gradiometer", 6002: "magnetometer", 7001: "axial gradiometer", 7002: "magnetometer", 7003: "magnetometer", 7004: "magnetometer",
	7501: "axial gradiometer", 7502: "magnetometer", 7503: "gradiometer", 8001: "magnetometer", 8002: "magnetometer",
	8101: "magnetometer", 8201: "magnetometer", 9001: "axial gradiometer", 9101: "axial gradiometer", 9102: "axial gradiometer",
}
