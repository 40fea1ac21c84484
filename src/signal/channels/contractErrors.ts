import { ContractError } from "../../errors.ts";
import type { Channel } from "../recording.ts";
import { nearElectrodes } from "./nearNames.ts";
import type { ParsedLabel } from "./parsedLabel.ts";

const SHOWN = 40; // channels in one message

/** EEG channels without a known electrode; the first is explained, the others are named. */
export function unlocatable(found: readonly { channel: Channel; parsed: ParsedLabel }[]): ContractError {
  const [{ channel, parsed }, ...others] = found;
  const short = parsed.unplaced || channel.label;
  const near = nearElectrodes(parsed.unplaced?.split(/[\s_:/-]+/)[0] ?? "");
  const also = others.length === 0 ? "" : ` (so with ${listed(others.map((other) => other.channel.label))})`;
  return new ContractError({
    where: `channel ${channel.label}`,
    what: "is EEG without a known electrode",
    expected: `a name of the 10-05 system${near.length === 0 ? "" : `, near it: ${near.join(", ")}`}`,
    got: JSON.stringify(short),
    todo: `Say where it sits, e.g. --map "${short}=CZ", or leave it out: --drop "${short}"${also}`,
  });
}

/** A `map` entry whose target is no channel of the model. */
export function unusableTarget(label: string, target: string): ContractError {
  const near = nearElectrodes(target);
  return new ContractError({
    where: `channel ${label}`,
    what: "is mapped to a name without a place in the model",
    expected: `an electrode, a pair (FP1-F7), an ECG lead, PPG or drop${near.length === 0 ? "" : `; near: ${near.join(", ")}`}`,
    got: JSON.stringify(target),
  });
}

/** What `nothingLeft` says: those who know what the channels are for can say more. */
export const NOTHING_LEFT = "no channel is left";

/** Nothing of the recording can be used: every channel with what it was taken for. */
export function nothingLeft(channels: readonly Channel[], reasons: ReadonlyMap<number, string>): ContractError {
  const taken = channels.map(({ label }, i) => `${label || `channel ${i + 1}`}: ${reasons.get(i) ?? "not used"}`);
  return new ContractError({
    where: "channel contract",
    what: NOTHING_LEFT,
    expected: "at least one EEG, ECG or PPG channel",
    got: channels.length === 0 ? "a recording without channels" : listed(taken, "; "),
    todo: 'Name channels (--map "label=CZ", =II, =PPG), or say what unknown ones are (--sensor eeg, ecg or ppg)',
  });
}

/** Channels that `require` asks for and the recording lacks. */
export function missingRequired(missing: readonly string[], used: readonly string[]): ContractError {
  return new ContractError({
    where: "channel contract",
    what: `required channel${missing.length === 1 ? " is" : "s are"} missing`,
    expected: listed(missing),
    got: used.length === 0 ? "no channel" : listed(used),
    todo: "Map a channel to the missing name, or take the name out of the required ones",
  });
}

/** The first `SHOWN` of a list and how many more there are. */
export function listed(items: readonly string[], mark = ", "): string {
  const more = items.length - SHOWN;
  return items.slice(0, SHOWN).join(mark) + (more > 0 ? `${mark}and ${more} more` : "");
}
