/**
 * From whom and how long a pretraining learns, as a table for the model card: `npx tsx weights/hours.ts configs/pretrain-open.yaml`.
 * Hours are of time that windows of training people cover, per sensor; where windows overlap, the time counts once.
 */
import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { SENSORS, type Sensor } from "../src/signal/index.ts";
import { openStore, type WindowStore } from "../src/store/node.ts";
import { parseConfig, pretrainConfig } from "../src/train/config/index.ts";
import { type SplitRule, selectRows, splitStores } from "../src/train/sampling/index.ts";

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error("npx tsx weights/hours.ts CONFIG");
const resolvePath = (name: string) => resolve(dirname(path), name);
const config = parseConfig(readFileSync(path, "utf8"), pretrainConfig, { name: basename(path), resolvePath });
const { corpora, split, minQuality } = config;
const rule: SplitRule =
  typeof split === "object" && "file" in split
    ? { file: basename(split.file), text: readFileSync(split.file, "utf8") }
    : split;
const stores = await Promise.all(corpora.map(({ store }) => openStore(store)));
const sides = splitStores(stores, rule);
console.log(`| corpus | people | windows | ${SENSORS.map((sensor) => `${sensor.toUpperCase()}, h`).join(" | ")} |`);
console.log(`|---|---|---|${"---|".repeat(SENSORS.length)}`);
const sums = new Map<Sensor, number>();
let windows = 0;
for (const [i, store] of stores.entries()) {
  const { train } = sides[i];
  const rows = selectRows(store, { subjects: train, minQuality });
  const hours = SENSORS.map((sensor) => covered(store, train, sensor));
  SENSORS.forEach((sensor, s) => void sums.set(sensor, (sums.get(sensor) ?? 0) + hours[s]));
  windows += rows.length;
  console.log(`| ${store.name} | ${train.length} | ${rows.length} | ${hours.map(hoursText).join(" | ")} |`);
  await store.close();
}
console.log(`| together | | ${windows} | ${SENSORS.map((sensor) => hoursText(sums.get(sensor)!)).join(" | ")} |`);

/** Hours that windows with a sensor cover. */
function covered(store: WindowStore, subjects: readonly string[], sensor: Sensor): number {
  const { windows: table, nTimes, sfreq } = store;
  const length = nTimes / sfreq;
  const onsets = new Map<number, number[]>();
  for (const row of selectRows(store, { subjects, sensors: [sensor], minQuality })) {
    const own = onsets.get(table.recording[row]) ?? [];
    onsets.set(table.recording[row], own);
    own.push(table.onset[row]);
  }
  let seconds = 0;
  for (const own of onsets.values()) {
    let end = Number.NEGATIVE_INFINITY;
    for (const onset of own.sort((a, b) => a - b)) {
      seconds += onset + length - Math.max(end, onset);
      end = onset + length;
    }
  }
  return seconds / 3600;
}

function hoursText(hours: number): string {
  return hours === 0 ? "" : hours.toFixed(2);
}
