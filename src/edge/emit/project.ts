import { type Multiplier, zscoreCounts, zscoreRoot } from "../../quant/integer/index.ts";
import { type IntegerNetwork, runIntegers } from "../../quant/integerNetwork/index.ts";
import type { MemoryPlan } from "../plan/planMemory.ts";
import { linearSources, STRICT, type Target } from "../targets/target.ts";
import { networkSource } from "./networkSource.ts";

/** What a network on a chip is for, and what it is shown. */
export interface Deployment {
  readonly network: IntegerNetwork;
  readonly plan: MemoryPlan;
  readonly target: Target;
  /** In the order of the montage. */
  readonly channels: readonly string[];
  /** In the order of the logits. */
  readonly classes: readonly string[];
  /** Samples of a channel per window. */
  readonly nTimes: number;
  /** Hz */
  readonly sfreq: number;
  /** (C, D), in the scale of its tensor. */
  readonly montage: Int16Array;
  /** Raw samples (C, nTimes) of a window to try it on, |sample| < 2²³. */
  readonly testCounts: Int32Array;
}

/** Reads a file of src/edge/c by its path there. */
export type ReadKernel = (path: string) => Promise<string>;

/** Files by their path in the project. */
export type ProjectFiles = ReadonlyMap<string, string | Uint8Array>;

/** Kernels that every network is made of, besides its product. */
const KERNELS = [
  "add16",
  "frequency_features",
  "moments",
  "norm",
  "requantize16",
  "rotary",
  "scale",
  "softmax_attention",
  "swap_axes",
  "table",
  "zscore",
];

const HEADERS = [...KERNELS, "isa", "linear", "linear_plain_rows", "linear_product", "norm_rows"].map(
  (name) => `${name}.h`,
);

/**
 * A C project of a network that compiles as it is: kernels, network, constants (as binary and as C), a stream that takes samples and gives logits, an example that
 * checks a test vector, a Makefile, a README.
 */
export async function deployProject(deployment: Deployment, read: ReadKernel): Promise<ProjectFiles> {
  const { network, plan, target, montage } = deployment;
  const { header, source, constants } = networkSource(network, plan, target, montage);
  const kernels = [...KERNELS.map((name) => `${name}.c`), ...linearSources(target)];
  const copied = await Promise.all(
    [...kernels, ...HEADERS].map(async (name) => [`kernels/${name}`, await read(name)] as const),
  );
  const program = await Promise.all(
    ["stream.h", "stream.c", "example.c"].map(async (name) => [name, await read(`project/${name}`)] as const),
  );
  return new Map<string, string | Uint8Array>([
    ...copied,
    ...program,
    ["network.h", withStream(header, deployment)],
    ["network.c", source],
    ["constants.bin", constants],
    ["constants.c", constantsText(constants)],
    ["test_vector.h", testVector(deployment)],
    ["Makefile", makefile(target, kernels)],
    ["README.md", readme(deployment, constants.length)],
  ]);
}

/** The header of the network with what the stream needs to know. */
function withStream(header: string, { channels, nTimes, sfreq }: Deployment): string {
  const defines = `/** Channels, in this order: ${channels.join(", ")}. */
#define PANLUNA_CHANNELS ${channels.length}
/** Samples of a channel in a window. */
#define PANLUNA_SAMPLES ${nTimes}
/** Samples per second that the network expects, filtered as \`panluna inspect\` says for these channels. */
#define PANLUNA_SFREQ ${sfreq}
/** For pl_zscore_s32. */
#define PANLUNA_ZSCORE_ROOT ${scale(zscoreRoot(nTimes))}
`;
  return header.replace("/** Run the network", `${defines}\n/** Run the network`);
}

const scale = ({ m, shift }: Multiplier): string => `{${m}, ${shift}}`;

/** Little-endian words. */
function constantsText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = Array.from({ length: bytes.length / 4 }, (_, i) => `0x${view.getUint32(4 * i, true).toString(16)}`);
  const lines = Array.from({ length: Math.ceil(words.length / 16) }, (_, i) =>
    words.slice(16 * i, 16 * i + 16).join(","),
  );
  return `#include <stdint.h>

/* constants.bin as words of a little-endian machine; network.h calls them panluna_constants. */
extern const uint32_t panluna_constants[];
const uint32_t panluna_constants[] __attribute__((aligned(16))) = {
${lines.join(",\n")}
};
`;
}

function testVector({ network, classes, channels, nTimes, montage, testCounts }: Deployment): string {
  const x = zscoreCounts(testCounts, channels.length, zscoreRoot(nTimes));
  const logits = runIntegers(network, { x, montage });
  return `#include <stdint.h>

static const char *const panluna_classes[] = {${classes.map((name) => JSON.stringify(name)).join(", ")}};
/** (channels, samples) */
static const int32_t panluna_test_counts[] = {
${wrapped(testCounts)}
};
static const int16_t panluna_test_logits[] = {${logits.join(", ")}};
`;
}

function wrapped(values: Int32Array): string {
  const lines = Array.from({ length: Math.ceil(values.length / 24) }, (_, i) =>
    Array.from(values.subarray(24 * i, 24 * i + 24)).join(","),
  );
  return lines.join(",\n");
}

function makefile(target: Target, kernels: readonly string[]): string {
  const objects = [
    "network.o",
    "constants.o",
    "stream.o",
    ...kernels.map((name) => `kernels/${name.replace(/c$/, "o")}`),
  ];
  return `CC = ${target.compiler}
CFLAGS = ${[...target.flags, ...STRICT].join(" ")} -I. -Ikernels

# What a firmware links.
libpanluna.a: ${objects.join(" ")}
\t$(AR) rcs $@ $^

# Prints the logits of the test vector, and whether they are those of the reference.
example: example.o libpanluna.a
\t$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

clean:
\trm -f *.o kernels/*.o libpanluna.a example

.PHONY: clean
`;
}

function readme({ target, plan, channels, classes, nTimes, sfreq }: Deployment, constants: number): string {
  return `# A PanLUNA network for ${target.title}

${classes.join(", ")} from ${nTimes / sfreq} s of ${channels.join(", ")}, in whole numbers: no floating point, no heap, no libm. Research software, not a medical device.

- \`make libpanluna.a\` builds the library; \`make example\` a program that runs the test vector (on a board it needs your start-up code and a printf).
- RAM: ${plan.bytes} bytes for the network (PANLUNA_ARENA_BYTES), ${4 * (channels.length + 1) * nTimes} bytes for the stream.
- Flash: ${constants} bytes of constants, in constants.c; put constants.bin where \`panluna_constants\` is to lie instead, if your tools prefer that.
- \`panluna_stream_push\` takes one sample of every channel at ${sfreq} Hz and gives logits when a window is complete. Samples must be filtered and resampled as
  \`panluna inspect\` says; the z-score is done here.

Weights may have a licence of their own. The code is Apache-2.0.
`;
}
