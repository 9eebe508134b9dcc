package figure

import "strings"

// maps are colour maps as colours at equal steps, linear between them. Sources:
// viridis, magma, inferno and plasma by S. van der Walt and N. Smith (2015,
// CC0), within 3 of 255 levels; cividis by Nuñez, Anderton and Renslow (2018),
// as released with it (CC0); twilight by B. Bechtold (2017, CC0); batlow and
// vik by F. Crameri (2018, MIT); RdBu from the eleven colours of ColorBrewer 2
// (C. Brewer, Apache-2.0); diverging, hot and grey are our own.
var maps = map[string][]ink{
	"viridis":   steps("440154 470d60 48186a 482374 472d7b 453681 424086 3f4989 3b528b 375a8d 33638d 2f6a8e 2c728e 297a8e 26818e 23898e 21908c 1f988b 1f9f88 21a685 28ae80 31b57b 3ebc74 4cc26c 5dc963 6ece58 82d34c 96d83f abdc32 c0df24 d5e21a eae51a fde725"),
	"magma":     steps("000004 030311 0a0822 130d33 1d1146 28115a 36106a 430f76 50127c 5d177f 691c81 762181 822681 8f2a81 9c2e7f a9327d b63779 c33b75 cf4170 db486a e65163 ee5c5e f5695c f9785d fb8761 fd9668 fea571 feb47b fec387 fed194 fde0a2 fceeb0 fcfdbf"),
	"inferno":   steps("000004 040312 0b0724 150b37 210c4a 2f0a5b 3d0965 4a0c6b 57106e 64156e 71196e 7d1e6d 8a226a 972766 a32c61 b0315b bc3754 c73e4c d24644 db503b e45a31 eb6628 f1731d f68013 f98e09 fb9d07 fcac11 fbbc21 f9cb35 f5db4c f2ea69 f3f68a fcffa4"),
	"plasma":    steps("0d0887 220690 310597 3f049c 4c02a1 5901a5 6600a7 7201a8 7e03a8 8a09a5 9511a1 a01a9c aa2395 b32c8e bc3587 c43e7f cc4778 d35171 da5a6a e06363 e66c5c eb7655 f0804e f58b47 f89540 fba139 fdac33 feb82c fdc527 fcd225 f8df25 f4ed27 f0f921"),
	"cividis":   steps("00224e 00285b 002e6a 053371 1a386f 273e6e 32436d 3b496c 434e6c 4b546c 535a6d 5a5f6e 61656f 686a71 6f7073 767676 7d7c78 848279 8c8878 938e78 9b9476 a39a74 aba072 b4a76f bcae6c c4b468 cdbb63 d5c25e dec958 e7d150 f0d846 f9e03a fee838"),
	"twilight":  steps("e2d9e2 d7d7dd c4ced4 acc2cc 95b5c7 81a6c3 7297c1 6887be 6276ba 5f64b5 5e51ad 5d3da1 592a8f 511b77 45135c 381145 2f1436 3a113a 4a1342 5f174a 741e4f 872750 983550 a64550 b25652 bb6958 c27c63 c89073 cca389 d1b6a3 d8c7be dfd4d6 e2d9e2"),
	"batlow":    steps("011959 08255b 0d315d 0f3b5f 114360 134b61 175262 1b5962 226061 2b655e 356a59 416f53 4d734d 5a7745 677b3e 747e38 828231 91862d a18a2b b18d2f c09036 cf9340 dd954d e9995c f29d6d f9a380 fca993 fdafa5 fdb4b6 fdbac7 fcc0d8 fbc6ea faccfa"),
	"vik":       steps("001261 021f69 022b71 023779 034481 055189 0c5e92 1c6d9c 307da6 488db2 619ebd 7aaec8 94bed2 adcddd c6dbe6 dee6e9 ece5e0 eed9cd e9cab8 e2baa2 dbaa8d d59b79 cf8c66 c97e53 c27041 bc622f b2511d a33e0d 912d06 811f06 731406 650907 590008"),
	"RdBu":      steps("67001f b2182b d6604d f4a582 fddbc7 f7f7f7 d1e5f0 92c5de 4393c3 2166ac 053061"),
	"grey":      steps("000000 ffffff"),
	"diverging": steps("0b3a70 1f5fa8 4a8bc8 8bb8e0 c6dcee f7f7f7 f6d0bd ea9d80 d3664f b0312f 76101f"),
	"hot":       steps("0b0000 560000 a00000 eb0000 ff3600 ff8100 ffcb00 ffff22 ffff91 ffffff"),
}

// signed are the maps whose middle stands for 0.
var signed = map[string]bool{"RdBu": true, "diverging": true, "vik": true}

// mapOf returns the colours of a map and whether they run backwards.
func mapOf(name string) (colors []ink, back bool) {
	if c, ok := maps[name]; ok {
		return c, false
	}
	return maps[strings.TrimSuffix(name, "_r")], true
}

func steps(s string) []ink {
	var out []ink
	for len(s) >= 6 {
		c, _ := parseColor("#" + s[:6])
		out = append(out, c)
		s = s[min(7, len(s)):]
	}
	return out
}
