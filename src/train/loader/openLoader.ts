import { UsageError } from "../../errors.ts";
import { type ChannelSpec, labelWidth, type WindowStore } from "../../store/index.ts";
import type { MicroBatchPlan, Plan } from "../sampling/index.ts";
import { directReader } from "./directReader.ts";
import type { JobReader, Processing, ReadJob } from "./job.ts";
import { channelsOf, type DrawKey, dropChannels } from "./keptChannels.ts";
import type { LoadedMicroBatch, Loader } from "./loader.ts";
import type { LoaderOptions } from "./options.ts";
import { readAhead } from "./readAhead.ts";
import { drawReference } from "./rereference.ts";
import { smallerMontage } from "./smallerMontage.ts";

/**
 * A loader over stores, in the order of a plan. Corpus i of the plan is store i. The stores stay open when it is closed.
 * @param startReader who does the reading; this thread if not given, see `openWorkerLoader` of node.ts
 * @throws UsageError for a crop that is longer than the windows, and for stores of different rates
 */
export function openLoader(
  stores: readonly WindowStore[],
  plan: Plan,
  options: LoaderOptions,
  startReader: (processing: Processing) => JobReader = (processing) => directReader(stores, processing),
): Loader {
  const reader = startReader(processingOf(stores, options));
  const { rank, size } = options.part ?? { rank: 0, size: 1 };
  return readAhead({
    steps: plan.steps,
    prefetch: options.prefetch,
    start(step) {
      const batch = plan.planBatch(step);
      const mine = batch.microBatches.map((micro, place) => ({ micro, place }));
      return {
        windows: batch.windows,
        reads: mine
          .filter(({ place }) => place % size === rank)
          .map(
            ({ micro, place }) =>
              () =>
                load(stores[micro.corpus], micro, { ...options, step, place }, reader),
          ),
      };
    },
    close: () => reader.close(),
  });
}

async function load(
  store: WindowStore,
  micro: MicroBatchPlan,
  options: LoaderOptions & DrawKey,
  reader: JobReader,
): Promise<LoadedMicroBatch> {
  const { corpus, layout, rows, indices } = micro;
  const { channels } = store.layouts[layout];
  const { keep, reference } = drawChannels(channels, keptOf(store, micro, options), options);
  const all = keep.length === channels.length;
  const job: ReadJob = { corpus, rows, nChans: channels.length, step: options.step, indices, reference };
  const x = await reader.read(all ? job : { ...job, keep });
  return {
    x,
    shape: [rows.length, keep.length, x.length / (rows.length * keep.length)],
    channels: all ? channels : keep.map((c) => channels[c]),
    place: options.place,
    corpus,
    rows,
    indices,
    labels: labelsOf(store, rows),
  };
}

/** Of the channels that there are, those that a micro-batch shows, and what its EEG is measured against. */
function drawChannels(channels: readonly ChannelSpec[], kept: readonly number[], options: LoaderOptions & DrawKey) {
  const { augment: { reference: another = 0, montage = 0 } = {}, dropout } = options;
  const reference = drawReference(channels, kept, another, options);
  const lost = reference?.against.filter((c) => !reference.electrodes.includes(c)) ?? [];
  const present = kept.filter((c) => !lost.includes(c));
  const shown = smallerMontage(channels, present, montage, options);
  return { keep: dropout ? dropChannels(channels, shown, dropout, options) : shown, reference };
}

/** The channels of the sensors that are asked for. @throws UsageError for a layout that has none of them */
function keptOf(store: WindowStore, { corpus, layout }: MicroBatchPlan, options: LoaderOptions): readonly number[] {
  const sensors = options.sensors?.[corpus];
  const { id, channels } = store.layouts[layout];
  const kept = channelsOf(store.layouts[layout], sensors);
  if (kept.length === 0) {
    throw new UsageError({
      where: store.name,
      what: `windows of layout ${id} have none of the sensors asked for`,
      expected: sensors?.join(" or "),
      got: [...new Set(channels.map(({ sensor }) => sensor))].join(", "),
      todo: "Draw only from rows that have them",
    });
  }
  return kept;
}

/** The labels of rows, task by task. */
function labelsOf({ windows, tasks }: WindowStore, rows: Uint32Array): Map<string, Float32Array> {
  const labels = new Map<string, Float32Array>();
  for (const [task, table] of windows.labels) {
    const width = labelWidth(tasks[task]);
    const out = new Float32Array(rows.length * width);
    rows.forEach((row, i) => void out.set(table.subarray(row * width, (row + 1) * width), i * width));
    labels.set(task, out);
  }
  return labels;
}

function processingOf(stores: readonly WindowStore[], { seed, crop, augment }: LoaderOptions): Processing {
  const [{ sfreq }] = stores;
  for (const store of stores) {
    if (store.sfreq !== sfreq) {
      throw new UsageError({
        where: store.name,
        what: "has another rate than the other corpora",
        expected: `${sfreq} Hz`,
        got: `${store.sfreq} Hz`,
      });
    }
    if (crop !== undefined && !(crop.nTimes >= 1 && crop.nTimes <= store.nTimes)) {
      throw new UsageError({
        where: "option crop",
        what: `does not fit the windows of ${store.name}`,
        expected: `1 to ${store.nTimes} samples`,
        got: String(crop.nTimes),
      });
    }
  }
  return { seed, sfreq, crop, augment };
}
