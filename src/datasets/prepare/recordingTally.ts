import type { ChannelReport, Contract, Sensor, WindowList } from "../../signal/index.ts";
import type { Label, TaskSpec } from "../../store/index.ts";
import type { LabelledRecording } from "../recipe.ts";
import { type Counts, count, countLabel, type LayoutCount, type RecordingOutcome, type Treatment } from "./outcome.ts";
import type { PrepareSettings } from "./settings.ts";

/** Counts what becomes of the windows of one recording. */
export class RecordingTally {
  readonly #labelled: LabelledRecording;
  readonly #tasks: Readonly<Record<string, TaskSpec>>;
  readonly #settings: PrepareSettings;
  readonly #layouts = new Map<string, { channels: readonly number[]; windows: number }>();
  readonly #labels: Record<string, Counts> = {};
  readonly #sensorsLeftOut: Counts = {};
  readonly #dropped: Counts = {};
  readonly #leftovers: Counts = {};
  #contract: Contract | undefined;
  #chain: readonly ChannelReport[] = [];
  #windows = 0;

  constructor(labelled: LabelledRecording, tasks: Readonly<Record<string, TaskSpec>>, settings: PrepareSettings) {
    this.#labelled = labelled;
    this.#tasks = tasks;
    this.#settings = settings;
  }

  plan(contract: Contract, leftovers: WindowList["leftovers"]): void {
    this.#contract = contract;
    for (const { reason, duration } of leftovers) count(this.#leftovers, withoutText(reason), duration);
  }

  /** What was done to the channels; the last report is the complete one. */
  chain(report: readonly ChannelReport[]): void {
    this.#chain = report;
  }

  keep(
    channels: readonly number[],
    leftOut: readonly { readonly sensor: Sensor; readonly reason: string }[],
    labels: Readonly<Record<string, Label>>,
  ): void {
    this.#windows++;
    const key = channels.join(" ");
    const layout = this.#layouts.get(key) ?? { channels, windows: 0 };
    layout.windows++;
    this.#layouts.set(key, layout);
    for (const { sensor, reason } of leftOut) count(this.#sensorsLeftOut, `${sensor}: ${reason}`);
    for (const [task, label] of Object.entries(labels)) {
      this.#labels[task] ??= {};
      countLabel(this.#labels[task], this.#tasks[task], label);
    }
  }

  drop(reason: string): undefined {
    count(this.#dropped, reason);
  }

  /** @param failed why nothing, or nothing further, could be read */
  outcome(failed?: string): RecordingOutcome {
    const { recording, id, subject, split } = this.#labelled;
    const { windowSeconds, hopSeconds } = this.#settings;
    const missing = this.#chain.filter((channel) => channel.missing.count > 0);
    return {
      id,
      file: recording.name,
      format: recording.format,
      subject,
      ...(split === undefined ? {} : { split }),
      windows: this.#windows,
      seconds: this.#windows * Math.min(windowSeconds, hopSeconds),
      layouts: [...this.#layouts.values()].map((layout) => this.#describe(layout)),
      labels: this.#labels,
      sensorsLeftOut: this.#sensorsLeftOut,
      dropped: this.#dropped,
      leftovers: this.#leftovers,
      ...(failed === undefined ? {} : { failed }),
      missing: Object.fromEntries(missing.map((channel) => [channel.name, channel.missing.count])),
      warnings: recording.warnings,
    };
  }

  /** What was done with the channels; undefined where it did not come to that. */
  treatment(): Treatment | undefined {
    if (this.#contract === undefined) return undefined;
    const { channels } = this.#labelled.recording;
    return { contract: describeContract(channels, this.#contract), chain: describeChain(this.#chain) };
  }

  #describe({ channels, windows }: { channels: readonly number[]; windows: number }): LayoutCount {
    const used = channels.map((c) => this.#contract!.used[c]);
    const sensors: Partial<Record<Sensor, number>> = {};
    for (const { sensor } of used) sensors[sensor] = (sensors[sensor] ?? 0) + 1;
    return { sensors, channels: used.map(({ name }) => name), windows };
  }
}

/** The text of an annotation can be about the person: it does not belong into a store. */
const withoutText = (reason: string): string => reason.replace(/^annotation "(?:[^"\\]|\\.)*": /s, "event: ");

/** The contract with labels instead of indices. */
function describeContract(channels: LabelledRecording["recording"]["channels"], contract: Contract) {
  const { used, ...notes } = contract;
  return {
    ...notes,
    used: used.map(({ name, sensor, plus, minus, unit, scale, sfreq }) => ({
      name,
      sensor,
      from: [plus, ...(minus === undefined ? [] : [minus])].map((index) => channels[index].label),
      unit,
      scale,
      sfreq,
    })),
  };
}

interface ChainGroup {
  readonly channels: string[];
  readonly steps: Readonly<Record<string, unknown>>;
}

/** Channels that went through the same chain stand together. */
function describeChain(report: readonly ChannelReport[]): Record<string, unknown>[] {
  const groups = new Map<string, ChainGroup>();
  for (const { name, sensor, sfreq, filterSfreq, band, notches, upsampleFirst, ratio } of report) {
    const { up, down } = ratio;
    const steps = { sensor, sfreq, band: band ?? null, notches, filterSfreq, upsampleFirst, up, down };
    const key = JSON.stringify(steps);
    const group: ChainGroup = groups.get(key) ?? { channels: [], steps };
    group.channels.push(name);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ channels, steps }) => ({ channels, ...steps }));
}
