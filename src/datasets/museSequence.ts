import { FormatError } from "../errors.ts";
import { recordingFromArrays } from "../signal/index.ts";
import type { TaskSpec } from "../store/index.ts";
import { openTables } from "./hdf5Tables.ts";
import { findFile } from "./paths.ts";
import type { DataFolder, DatasetPart, LabelledRecording, Recipe } from "./recipe.ts";

const FILE = "sequence.h5";

const TASKS = {
  "round-won": {
    kind: "binary",
    title: "Rounds of a memory game that were won from those lost",
    classes: ["lost", "won"],
  },
} as const satisfies Record<string, TaskSpec>;

const LABELS = ["TP9", "AF7", "AF8", "TP10"] as const;
const SFREQ = 220;
const MICROVOLT = 1.6449804;
/** Counts of 10 bits around this middle. */
const MIDDLE = 512;

/** `<person>_<session>_<round>` */
const NAME = /^(\d+)_(\d+)_(\d+)$/;

interface Round {
  readonly name: string;
  readonly person: number;
  readonly won: number;
  /** First sample, and first one after it. */
  readonly from: number;
  readonly to: number;
}

/**
 * EEG of a headband during a memory game; each round is a recording, 4.8 to 19.5 s long. Windows of 4 s give every round at
 * least one. Longer rounds have more of them and are lost more often: look at results per round, too.
 */
export const museSequence: Recipe = {
  name: "muse-sequence",
  title: "EEG of a Muse headband during sequence learning",
  source: "EEG dataset for sequence learning",
  licence: "MIT",
  windowSeconds: 4,
  hopSeconds: 2,
  tasks: TASKS,
  async plan(folder) {
    const path = findFile("muse-sequence", await folder.list(), FILE);
    const rounds = await listRounds(folder, path);
    const people = [...new Set(rounds.map(({ person }) => person))].sort((a, b) => a - b);
    return people.map((person): DatasetPart => {
      const own = rounds.filter((round) => round.person === person);
      return { id: nameOf(person), recordings: () => recordings(folder, path, own) };
    });
  },
};

const nameOf = (person: number): string => `person${String(person).padStart(3, "0")}`;

async function listRounds(folder: DataFolder, path: string): Promise<readonly Round[]> {
  const file = await openTables(folder, path);
  try {
    const lengths = await file.column("length");
    const won = await file.column("success", lengths.length);
    const names = file.texts("name", lengths.length);
    let from = 0;
    const rounds = names.map((name, i): Round => {
      const person = NAME.exec(name)?.[1];
      const sound = Number.isInteger(lengths[i]) && lengths[i] > 0 && (won[i] === 0 || won[i] === 1);
      if (person === undefined || !sound) throw odd(`round ${i}`, `${name}, length ${lengths[i]}, success ${won[i]}`);
      const round = { name, person: Number(person), won: won[i], from, to: from + lengths[i] };
      from = round.to;
      return round;
    });
    file.array("X", [from, LABELS.length]); // the rounds fill it
    return rounds;
  } finally {
    await file.close();
  }
}

async function* recordings(
  folder: DataFolder,
  path: string,
  rounds: readonly Round[],
): AsyncGenerator<LabelledRecording> {
  const file = await openTables(folder, path);
  try {
    const [start, stop] = [rounds[0].from, rounds[rounds.length - 1].to];
    const x = await file.array("X", [undefined, LABELS.length]).read([
      [start, stop],
      [0, LABELS.length],
    ]);
    for (const round of rounds) {
      const recording = recordingOf(x, round, start);
      const labels = { "round-won": round.won };
      yield { recording, id: round.name, subject: nameOf(round.person), labels: () => labels };
    }
  } finally {
    await file.close();
  }
}

/** @param x (T, 4) row-major, from sample `start` on */
function recordingOf(x: Float64Array, { name, from, to }: Round, start: number) {
  const n = LABELS.length;
  const channels = LABELS.map((label, c) => ({
    label,
    sfreq: SFREQ,
    unit: "uV",
    samples: Float64Array.from({ length: to - from }, (_, i) => MICROVOLT * (x[(from - start + i) * n + c] - MIDDLE)),
  }));
  return recordingFromArrays(channels, { name: `${FILE}, round ${name}`, format: "HDF5" });
}

const odd = (at: string, got: string): FormatError =>
  new FormatError({
    where: FILE,
    what: "holds a round that is none",
    at,
    expected: "<person>_<session>_<round>, some samples, success 0 or 1",
    got,
  });
