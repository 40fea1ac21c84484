import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FIXTURES, readTensors } from "../../../test/fixtures.ts";
import { type AdamWStep, adamwStep } from "./adamw.ts";
import { clipFactor, gradientNorm } from "./clip.ts";

interface State {
  readonly p: number[];
  readonly m: number[];
  readonly v: number[];
}

interface Case {
  readonly note: string;
  readonly lr: number;
  readonly betas: [number, number];
  readonly eps: number;
  readonly decay: number;
  readonly factor: number;
  readonly start: number[];
  readonly grads: number[][];
  readonly rounded: State[];
  readonly float32: State;
}

const file = new URL("pairs/adamw.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: Case[] };

/** All states after each step, each computed from the one before. */
function statesOf({ start, grads, lr, betas, eps, decay, factor }: Case) {
  const p = Float32Array.from(start);
  const [m, v] = [new Float32Array(p.length), new Float32Array(p.length)];
  return grads.map((g, i) => {
    const step: AdamWStep = { lr, weightDecay: decay, betas, eps, step: i + 1, gradientFactor: factor };
    adamwStep(p, Float32Array.from(g), m, v, step);
    return { p: p.slice(), m: m.slice(), v: v.slice() };
  });
}

/** Largest |got − want| / |want|; where 0 is wanted, 0 must come. */
function relative(got: ArrayLike<number>, want: readonly number[]): number {
  return Math.max(...want.map((w, i) => (got[i] === w ? 0 : Math.abs(got[i] - w) / Math.abs(w))));
}

describe("AdamW", () => {
  it.each(cases.map((c) => [c.note, c] as const))("takes the steps of torch.optim.AdamW: %s", (_, c) => {
    const states = statesOf(c);
    c.rounded.forEach((want, i) => {
      for (const name of ["p", "m", "v"] as const)
        expect(relative(states[i][name], want[name])).toBeLessThanOrEqual(1e-7);
    });
    // torch in float32 rounds after every operation, also where terms cancel: compared with the size of the tensor
    const last = states.at(-1)!;
    const largest = Math.max(...c.float32.p.map(Math.abs));
    c.float32.p.forEach((want, i) => void expect(Math.abs(last.p[i] - want)).toBeLessThan(3e-7 * largest));
  });

  it("differs where decay, bias correction or epsilon would be another's", () => {
    const c = cases[1];
    const other = (change: Partial<Case>) => relative(statesOf({ ...c, ...change }).at(-1)!.p, c.rounded.at(-1)!.p);
    expect(other({ decay: 0 })).toBeGreaterThan(1e-5);
    expect(other({ eps: 1e-5 })).toBeGreaterThan(1e-6);
    expect(other({ betas: [0.9, 0.98] })).toBeGreaterThan(1e-6);
  });

  it("leaves the gradient as it is", () => {
    const g = Float32Array.of(1, -2);
    const step = { lr: 1, weightDecay: 0, betas: [0.9, 0.98], eps: 1e-8, step: 1, gradientFactor: 0.5 } as const;
    adamwStep(new Float32Array(2), g, new Float32Array(2), new Float32Array(2), step);
    expect(g).toEqual(Float32Array.of(1, -2));
  });
});

const train = new URL("given/f_train5/", FIXTURES);
const batch = new URL("given/a_ecg_reconstruct/", FIXTURES);

describe.skipIf(!existsSync(train))("the first step of the authors' run (needs ../shared/fixtures)", () => {
  it("clips and steps to the stated tolerance", () => {
    const info = JSON.parse(readFileSync(new URL("case.json", train), "utf8"));
    const weights = readTensors(new URL("weights.safetensors", train));
    const grads = [...readTensors(new URL("grads.safetensors", batch))].map(
      ([name, { data }]) => [name, data as Float32Array] as const,
    );
    const want = readTensors(new URL("step1.safetensors", train));
    const { norm } = gradientNorm(grads);
    expect(Math.abs(norm - info.grad_norm_per_step[0])).toBeLessThan(info.tolerances.grad_norm);
    const { lr, betas, eps, weight_decay: weightDecay, clip_norm } = info.optimizer;
    const gradientFactor = clipFactor(norm, clip_norm);
    const skipped: { name: string; start: number; end: number }[] = info.skip_parameters;
    const differences: number[] = [];
    for (const [name, g] of grads) {
      const p = (weights.get(name)!.data as Float32Array).slice();
      const step = { lr, betas, eps, weightDecay, step: 1, gradientFactor };
      adamwStep(p, g, new Float32Array(p.length), new Float32Array(p.length), step);
      const skip = skipped.find((s) => s.name === name) ?? { start: 0, end: 0 };
      p.forEach((value, i) => {
        if (i < skip.start || i >= skip.end) differences.push(Math.abs(value - Number(want.get(name)!.data[i])));
      });
    }
    const frozen = [...weights].filter(([name]) => !grads.some(([trained]) => trained === name));
    for (const [name, { data }] of frozen) {
      for (let i = 0; i < data.length; i++)
        differences.push(Math.abs(Number(data[i]) - Number(want.get(name)!.data[i])));
    }
    differences.sort((a, b) => a - b);
    expect(differences.length).toBe(info.observed_float32_error.step1.n);
    expect(differences.at(-1)).toBeLessThan(info.tolerances.param_max);
    expect(differences[Math.floor(0.999 * differences.length)]).toBeLessThan(info.tolerances.param_p999);
  });
});
