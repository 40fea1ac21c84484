import { FormatError } from "../errors.ts";
import { recordingFromArrays } from "../signal/index.ts";
import type { TaskSpec } from "../store/index.ts";
import { readMatMatrix } from "./matMatrix.ts";
import { fileName, noRecording } from "./paths.ts";
import type { DataFolder, DatasetPart, LabelledRecording, Recipe } from "./recipe.ts";

const TASKS = {
  adhd: { kind: "binary", title: "Children with ADHD from others", classes: ["Control", "ADHD"] },
} as const satisfies Record<string, TaskSpec>;

const SFREQ = 128;
const LABELS = "Fp1 Fp2 F3 F4 C3 C4 P3 P4 O1 O2 F7 F8 T7 T8 P7 P8 Fz Cz Pz".split(" ");

/** The folder is the label, the file the child: `ADHD/v10p.mat`, `Control/v107.mat`. */
const FILE = /(?:^|\/)(ADHD|Control)\/(v\d+p?)\.mat$/;

/**
 * EEG of children who count pictured characters. Mains hum at 50 Hz is stronger in the controls and would give them away: these
 * recordings are never declared `filtered`, so that the signal chain takes 50 and 60 Hz out. Samples are whole numbers of an unstated unit.
 * @see Nasrabadi et al. 2020, "EEG data for ADHD / control children", IEEE DataPort
 */
export const adhd: Recipe = {
  name: "adhd",
  title: "EEG data for ADHD / control children",
  source: "https://doi.org/10.21227/rzfh-zn36",
  licence: "CC BY 4.0",
  windowSeconds: 5,
  hopSeconds: 5,
  tasks: TASKS,
  async plan(folder) {
    const files = await folder.list();
    const found = files.flatMap((path) => {
      const [, group, child] = FILE.exec(path) ?? [];
      return group === undefined ? [] : [{ path, child, label: TASKS.adhd.classes.indexOf(group as "ADHD") }];
    });
    if (found.length === 0) throw noRecording("adhd", files, "files such as ADHD/v10p.mat and Control/v107.mat");
    const children = found.map(({ child }) => child);
    const twice = children.find((child, i) => children.indexOf(child) < i);
    if (twice !== undefined) throw new FormatError({ where: "adhd", what: "has a child twice", got: `${twice}.mat` });
    return found.map(
      ({ path, child, label }): DatasetPart => ({
        id: child,
        recordings: () => oneRecording(folder, path, child, label),
      }),
    );
  },
};

async function* oneRecording(
  folder: DataFolder,
  path: string,
  child: string,
  label: number,
): AsyncGenerator<LabelledRecording> {
  const name = fileName(path);
  const matrix = await readMatMatrix(folder, path);
  if (matrix.nCols !== LABELS.length) {
    throw new FormatError({
      where: name,
      what: "is not as this dataset has it",
      expected: `${LABELS.length} columns, one per electrode`,
      got: String(matrix.nCols),
    });
  }
  const channels = LABELS.map((electrode, c) => ({ label: electrode, sfreq: SFREQ, samples: matrix.column(c) }));
  const recording = recordingFromArrays(channels, { name, format: "MAT v5" });
  yield { recording, id: child, subject: child, labels: () => ({ adhd: label }) };
}
