/** What one rank does in the tests of training on several. Started by mpirun with a folder and jobs: `<way> <stop after step> <from> <to>`. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openCommunicator } from "../../distributed/node.ts";
import { readCheckpoint } from "../../run/checkpoint.ts";
import { shareCheckpoint } from "../shareCheckpoint.ts";
import { keepingSessions, memoryRun, trainOn } from "./fakeTraining.ts";
import { RANK_WAYS } from "./rankWays.ts";

const { argv, env, stderr } = process;
const [folder, ...jobs] = argv.slice(2);
const ranks = await openCommunicator({ env, note: (line) => void stderr.write(`${line}\n`) });

const kept = { pretraining: keepingSessions(), finetuning: keepingSessions() };
for (const job of jobs) {
  const [way, stopAfter, from, to] = job.split(" ");
  const path = join(folder, `${from}.safetensors`);
  const run = memoryRun();
  const found = ranks.rank === 0 && existsSync(path) ? readCheckpoint(readFileSync(path), from) : undefined;
  const resumed = await shareCheckpoint(ranks, found);
  const controller = new AbortController();
  // a signal that only the last rank gets
  const onStep = ({ step }: { step: number }) =>
    void (step === Number(stopAfter) && ranks.rank === ranks.size - 1 && controller.abort());
  const { end } = await trainOn(RANK_WAYS[way as keyof typeof RANK_WAYS], run, {
    ...{ ranks, platform: { ...kept[way as keyof typeof kept], ranks }, signal: controller.signal, onStep, resumed },
    ...(ranks.rank > 0 && { run: undefined }),
  });
  if (ranks.rank > 0) continue;
  writeFileSync(join(folder, `${to}.safetensors`), run.last!);
  writeFileSync(join(folder, `${to}.json`), JSON.stringify({ end, lines: run.lines }));
}
for (const platform of Object.values(kept)) await platform.closeAll();
ranks.finish();
