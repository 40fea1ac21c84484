import { dirname, join } from "node:path";
import type { ProjectFiles } from "../../edge/index.ts";
import { withFiles } from "../../formats/target/node.ts";
import type { Effects } from "../effects.ts";

/** Write the files of a project together: none appears unless all could be written. */
export async function writeProject(folder: string, files: ProjectFiles, effects: Effects): Promise<void> {
  const text = new TextEncoder();
  effects.signal.throwIfAborted();
  for (const sub of new Set([...files.keys()].map((path) => dirname(join(folder, path)))))
    await effects.makeFolder(sub);
  const targets = [...files.keys()].map((path) => effects.createFile(join(folder, path)));
  const contents = [...files.values()];
  await withFiles(targets, async (...opened) => {
    for (const [i, file] of opened.entries()) {
      const content = contents[i];
      await file.write(typeof content === "string" ? text.encode(content) : content);
    }
  });
}
