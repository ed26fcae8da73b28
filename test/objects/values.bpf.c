// SPDX-License-Identifier: GPL-2.0
/* A global variable of every kind of C type, for what reads and writes their values. */
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

enum mode { OFF, ON, AUTO = 7 };
enum change { DOWN = -1, SAME, UP };
enum wide { NARROW = 1, WIDE = 0x100000002 };	/* before clang 15 BTF has 32 bits of each value */

struct limit {
	__u32 uid;
	enum mode mode;
	char name[8];
};

struct nested {
	struct limit first;
	struct {
		__u16 low;
		__u16 high;
	};
	union {
		__u32 word;
		struct {
			__u8 a, b, c, d;
		};
	};
	struct {
		__s64 deep;
	} inner;
};

struct flags {
	__u32 one : 1;
	__u32 five : 5;
	__s32 seven : 7;
	bool yes : 1;
	enum mode mode : 4;
	__u64 forty : 40;
	__s64 big : 60;
};

union number {
	__u32 word;
	__u8 bytes[4];
	float real;
};

typedef __u32 uid_type;
typedef struct limit *limit_pointer;

/* .rodata: set before load */
const volatile __u8 u8 = 200;
const volatile __s8 s8 = -100;
const volatile __u16 u16 = 60000;
const volatile __s16 s16 = -30000;
const volatile __u32 u32 = 4000000000;
const volatile __s32 s32 = -2000000000;
const volatile __u64 u64 = 0xfedcba9876543210;
const volatile __s64 s64 = -5000000000;
const volatile unsigned __int128 u128 = ((unsigned __int128)1 << 100) + 5;
const volatile __int128 s128 = -7;
const volatile bool yes = true;
const volatile char letter = 'x';
const volatile enum mode mode = AUTO;
const volatile enum change change = DOWN;
const volatile enum wide wide = WIDE;
const volatile float single = 1.5;
const volatile double real = -0.1;
const volatile char prefix[16] = "/etc";
const volatile unsigned char mac[6] = { 1, 2, 3, 0xfd, 0xfe, 0xff };
const volatile uid_type watched_uid = 1000;
const volatile struct limit limits[3] = { { 1, ON, "one" }, { 2, AUTO, "two" } };

/* .data */
volatile __u32 ports[4] = { 22, 80, 443, 8080 };
volatile __s16 grid[2][3] = { { 1, 2, 3 }, { -1, -2, -3 } };
volatile char names[2][4] = { "ab", "cdef" };
volatile struct nested nested = {
	.first = { 5, ON, "five" }, .low = 6, .high = 7, .word = 0x04030201, .inner = { -8 },
};
volatile struct flags flags = {
	.one = 1, .five = 21, .seven = -33, .yes = true, .mode = AUTO,
	.forty = 0xfedcba9876, .big = -1234567890123,
};
volatile union number number = { .word = 0x3fc00000 };
static volatile __u32 hidden = 77;
volatile __u64 after_hidden = 78;

/* .bss */
volatile __u64 calls;
volatile limit_pointer pointer;
volatile struct limit empty;

SEC("fentry/bpf_fentry_test1")
int BPF_PROG(count_call)
{
	calls += u8 + hidden;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
