/** Writes options.md: every option of the configurations for training. Run it with `npx tsx docs/makeOptions.ts`. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { optionsPage } from "./optionsPage.ts";

writeFileSync(fileURLToPath(new URL("options.md", import.meta.url)), optionsPage());
