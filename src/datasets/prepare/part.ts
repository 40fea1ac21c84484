import type { StorePart, StoreWriter, TaskSpec } from "../../store/index.ts";
import type { DatasetPart, LabelledRecording } from "../recipe.ts";
import { attempt } from "./attempt.ts";
import { type PartOutcome, type RecordingOutcome, type Treatment, windowsOf } from "./outcome.ts";
import { prepareRecording } from "./recording.ts";
import type { PrepareSettings } from "./settings.ts";

/** What every part of a run shares. */
export interface PartContext {
  readonly settings: PrepareSettings;
  readonly tasks: Readonly<Record<string, TaskSpec>>;
  readonly store: Pick<StoreWriter, "openPart">;
  readonly signal?: AbortSignal;
}

/**
 * Prepare one part: its recordings one after another, into windows of the store that all appear at the end, or not at all. A recording
 * that cannot be read is listed with its reason; what was sound of it before is kept. A part without a window is not committed, so
 * that the next run tries it again.
 * @throws the errors of the store, and of a dataset that has a person in two splits; the reason of `signal` when it is aborted
 */
export async function preparePart(part: DatasetPart, context: PartContext): Promise<PartOutcome> {
  const writer = await context.store.openPart(part.id);
  try {
    const outcome = await prepareRecordings(part, writer, context);
    context.signal?.throwIfAborted();
    if (windowsOf(outcome) > 0) await writer.commit({ ...outcome });
    else await writer.abort();
    return outcome;
  } catch (error) {
    await writer.abort().catch(() => {}); // the first error says what is wrong
    throw error;
  }
}

async function prepareRecordings(part: DatasetPart, writer: StorePart, context: PartContext): Promise<PartOutcome> {
  const recordings: RecordingOutcome[] = [];
  const treatments = new Treatments();
  const unreadable: { recording: string; reason: string }[] = [];
  const source = part.recordings()[Symbol.asyncIterator]();
  try {
    while (true) {
      context.signal?.throwIfAborted();
      const next = await attempt(() => source.next(), context.signal);
      if ("reason" in next) unreadable.push({ recording: part.id, reason: next.reason });
      if ("reason" in next || next.value.done === true) break;
      const { outcome, treatment } = await closing(next.value.value, (one) => prepareRecording(one, writer, context));
      recordings.push(treatment === undefined ? outcome : { ...outcome, treatment: treatments.add(treatment) });
    }
  } finally {
    await source.return?.();
  }
  return { part: part.id, recordings, treatments: treatments.all, unreadable };
}

/** Equal treatments are kept once: a part may hold thousands of recordings. */
class Treatments {
  readonly all: Treatment[] = [];
  readonly #places = new Map<string, number>();

  /** @returns its place in `all` */
  add(treatment: Treatment): number {
    const key = JSON.stringify(treatment);
    const place = this.#places.get(key) ?? this.all.push(treatment) - 1;
    this.#places.set(key, place);
    return place;
  }
}

async function closing<T>(labelled: LabelledRecording, work: (recording: LabelledRecording) => Promise<T>): Promise<T> {
  try {
    return await work(labelled);
  } finally {
    await labelled.recording.close();
  }
}
