import { defineConfig } from "tsdown";

/** One file per module, as in `src`, so that a page or a tool loads only what it uses; plus the programs of threads, which run as they are. */
export default defineConfig({
  entry: [
    "src/node.ts",
    "src/web.ts",
    "src/*/index.ts",
    "src/runtime/node.ts",
    "src/runtime/web.ts",
    "src/store/node.ts",
    "src/datasets/node.ts",
    "src/train/node.ts",
    "src/cli/main.ts",
    "src/runtime/worker/sessionWorker.js",
    "src/cli/prepare/lane.ts",
    "src/train/loader/worker/node.ts",
  ],
  format: "esm",
  platform: "neutral",
  target: "es2023",
  unbundle: true,
  dts: true,
  sourcemap: false,
  outDir: "dist",
  deps: { neverBundle: [/^node:/] },
});
