import type { Contract, QualityFlag, QualityRow } from "../signal/index.ts";

/** How often each flag was set on a channel. */
export interface ChannelQuality {
  readonly name: string;
  /** Share of windows by flag; flags that no window has are left out. */
  readonly flags: Readonly<Partial<Record<QualityFlag, number>>>;
}

/** Counts the flags of windows, channel by channel. */
export class QualityTally {
  windows = 0;
  readonly #names: readonly string[];
  readonly #counts: Partial<Record<QualityFlag, number>>[];

  constructor({ used }: Contract) {
    this.#names = used.map(({ name }) => name);
    this.#counts = used.map(() => ({}));
  }

  /** @param rows one window: one row per channel of the contract */
  add(rows: readonly QualityRow[]): void {
    this.windows++;
    rows.forEach(({ flags }, c) => {
      for (const flag of flags) this.#counts[c][flag] = (this.#counts[c][flag] ?? 0) + 1;
    });
  }

  channels(): ChannelQuality[] {
    return this.#names.map((name, c) => ({
      name,
      flags: Object.fromEntries(Object.entries(this.#counts[c]).map(([flag, n]) => [flag, n / this.windows])),
    }));
  }
}
