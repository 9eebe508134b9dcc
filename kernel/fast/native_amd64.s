#include "textflag.h"

// Functions for wazero's machine code to call, in its convention: two
// registers of context (AX, BX), then integers in CX, DI, SI and so on, a float
// as the result in X0; AX, BX, CX, DI, SI, R8 to R11 and X0 to X7 need not be
// kept. They use no stack. Floats come as their bits in integer registers:
// wazero moves floats between registers by an instruction that waits for the
// old value of its target, so that calls one after another would not overlap.

DATA expConst<>+0(SB)/8, $1.4426950408889634073599246810018920 // 1/ln 2
DATA expConst<>+8(SB)/8, $0.69314718055966295651160180568695068359375 // ln 2, upper part
DATA expConst<>+16(SB)/8, $0.28235290563031577122588448175013436025525412068e-12 // ln 2, the rest
DATA expConst<>+24(SB)/8, $0.0625
DATA expConst<>+32(SB)/8, $2.4801587301587301587e-5 // 1/8!
DATA expConst<>+40(SB)/8, $1.9841269841269841270e-4
DATA expConst<>+48(SB)/8, $1.3888888888888888889e-3
DATA expConst<>+56(SB)/8, $8.3333333333333333333e-3
DATA expConst<>+64(SB)/8, $4.1666666666666666667e-2
DATA expConst<>+72(SB)/8, $1.6666666666666666667e-1
DATA expConst<>+80(SB)/8, $0.5
DATA expConst<>+88(SB)/8, $1.0
DATA expConst<>+96(SB)/8, $2.0
DATA expConst<>+104(SB)/8, $7.09782712893384e+02 // the largest x with a finite result
GLOBL expConst<>(SB), RODATA, $112

// The operations, in their order, are those of math.Exp on a processor with
// fused multiply-adds: x = n ln 2 + 16 r; e^r - 1 by Taylor; four squarings of
// 1 + y as y(2 + y); times 2^n.
TEXT nativeExp<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ  CX, X0
	MOVQ  CX, SI
	BTRQ  $63, SI
	MOVQ  $0x7FF0000000000000, DI
	CMPQ  SI, DI
	JGE   special
	UCOMISD expConst<>+104(SB), X0
	JA    infinite
	MOVSD expConst<>+0(SB), X1
	MULSD X0, X1
	CVTSD2SL X1, CX
	XORPS X1, X1
	CVTSL2SD CX, X1
	MOVSD expConst<>+8(SB), X2
	VFNMADD231SD X2, X1, X0
	MOVSD expConst<>+16(SB), X2
	VFNMADD231SD X2, X1, X0
	MULSD expConst<>+24(SB), X0
	MOVSD expConst<>+32(SB), X1
	VFMADD213SD expConst<>+40(SB), X0, X1
	VFMADD213SD expConst<>+48(SB), X0, X1
	VFMADD213SD expConst<>+56(SB), X0, X1
	VFMADD213SD expConst<>+64(SB), X0, X1
	VFMADD213SD expConst<>+72(SB), X0, X1
	VFMADD213SD expConst<>+80(SB), X0, X1
	VFMADD213SD expConst<>+88(SB), X0, X1
	MOVSD expConst<>+96(SB), X2
	MULSD X1, X0
	VADDSD X2, X0, X1
	MULSD X1, X0
	VADDSD X2, X0, X1
	MULSD X1, X0
	VADDSD X2, X0, X1
	MULSD X1, X0
	VADDSD X2, X0, X1
	VFMADD213SD expConst<>+88(SB), X1, X0
	ADDL  $0x3FF, CX
	JLE   small
	CMPL  CX, $0x7FF
	JGE   infinite
	SHLQ  $52, CX
	MOVQ  CX, X1
	MULSD X1, X0
	RET

small: // the result is subnormal or zero: two steps down
	CMPL  CX, $-52
	JL    zero
	ADDL  $0x3FE, CX
	SHLQ  $52, CX
	MOVQ  CX, X1
	MULSD X1, X0
	MOVQ  $0x0010000000000000, CX
	MOVQ  CX, X1
	MULSD X1, X0
	RET

special: // NaN and +Inf stay
	MOVQ  $0xFFF0000000000000, DI
	CMPQ  CX, DI
	JNE   same
zero:
	XORPS X0, X0
same:
	RET
infinite:
	MOVQ  $0x7FF0000000000000, CX
	MOVQ  CX, X0
	RET

TEXT nativeFMA<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ CX, X0
	MOVQ DI, X1
	MOVQ SI, X2
	VFMADD213SD X2, X1, X0
	RET

DATA ·nativeExpAddr(SB)/8, $nativeExp<>(SB)
GLOBL ·nativeExpAddr(SB), RODATA|NOPTR, $8
DATA ·nativeFMAAddr(SB)/8, $nativeFMA<>(SB)
GLOBL ·nativeFMAAddr(SB), RODATA|NOPTR, $8

TEXT atOnce<>(SB), NOSPLIT|NOFRAME, $0-0
	RET

DATA ·atOnceAddr(SB)/8, $atOnce<>(SB)
GLOBL ·atOnceAddr(SB), RODATA|NOPTR, $8
