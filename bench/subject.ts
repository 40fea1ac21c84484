import { SessionError } from "../src/errors.ts";
import type { PanlunaModel } from "../src/model/index.ts";
import { nodeEngine } from "../src/runtime/node.ts";
import { benchGraph, type Case, feedsOf, type Montage, NUM_CLASSES } from "./cases.ts";

/** A network ready to be timed: `run` does one batch and refuses output that is misshapen or not finite. */
export interface Subject {
  run(): Promise<void>;
  close(): Promise<void>;
}

/** How our network is run. */
export interface SubjectOptions {
  readonly batch: number;
  readonly threads: number;
  readonly montage: Montage;
  readonly profilePrefix?: string;
}

/** Our network on ONNX Runtime in Node, through the same session as in every other use. */
export async function panlunaSubject(model: PanlunaModel, layout: Case, options: SubjectOptions): Promise<Subject> {
  const { batch, threads, montage, profilePrefix } = options;
  const session = await nodeEngine.createSession(benchGraph(model, montage), { threads, profilePrefix });
  const feeds = feedsOf(layout, batch, montage);
  return {
    async run() {
      const { logits } = await session.run(feeds);
      checkLogits(`${layout.name} batch ${batch}`, logits.shape, logits.data as Float32Array, batch);
    },
    close: () => session.close(),
  };
}

/** @throws SessionError unless there is a finite (batch, classes) result */
export function checkLogits(where: string, shape: readonly number[], data: Float32Array, batch: number): void {
  const wrong = shape.join() !== `${batch},${NUM_CLASSES}` ? `[${shape.join(", ")}]` : firstNonFinite(data);
  if (wrong === undefined) return;
  throw new SessionError({
    where,
    what: "wrong logits",
    expected: `finite [${batch}, ${NUM_CLASSES}]`,
    got: wrong,
    todo: "Speed of a wrong result is no speed; fix the model first",
  });
}

function firstNonFinite(data: Float32Array): string | undefined {
  const value = data.find((v) => !Number.isFinite(v));
  return value === undefined ? undefined : String(value);
}
