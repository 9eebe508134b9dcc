#include "textflag.h"

// A stub puts its number into the closure register and goes on to dispatch,
// which touches no register of the calling convention: arguments and the stack
// stay as the caller left them.

#define S1(n) MOVD $(n), R26; B dispatch<>(SB);
#define S4(n) S1(n) S1(n+1) S1(n+2) S1(n+3)
#define S16(n) S4(n) S4(n+4) S4(n+8) S4(n+12)
#define S64(n) S16(n) S16(n+16) S16(n+32) S16(n+48)
#define S256(n) S64(n) S64(n+64) S64(n+128) S64(n+192)
#define S1024(n) S256(n) S256(n+256) S256(n+512) S256(n+768)
#define S4096(n) S1024(n) S1024(n+1024) S1024(n+2048) S1024(n+3072)
#define S16384(n) S4096(n) S4096(n+4096) S4096(n+8192) S4096(n+12288)

TEXT stubs<>(SB), NOSPLIT|NOFRAME, $0-0
	S16384(0)
	S16384(16384)

// The closure is pages[n>>8][n&255].
TEXT dispatch<>(SB), NOSPLIT|NOFRAME, $0-0
	LSR  $8, R26, R16
	MOVD $·pages(SB), R17
	MOVD (R17)(R16<<3), R16
	AND  $255, R26, R26
	MOVD (R16)(R26<<3), R26
	MOVD (R26), R16
	B    (R16)

// func stubsAt() uintptr
TEXT ·stubsAt(SB), NOSPLIT, $0-8
	MOVD $stubs<>(SB), R0
	MOVD R0, ret+0(FP)
	RET
