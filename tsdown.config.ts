import { defineConfig } from "tsdown";

/** One file per module, as in `src`, so that a page or a tool loads only what it uses; plus the worker, which runs as it is. */
export default defineConfig({
  entry: [
    "src/node.ts",
    "src/web.ts",
    "src/*/index.ts",
    "src/runtime/node.ts",
    "src/runtime/web.ts",
    "src/cli/main.ts",
    "src/runtime/worker/sessionWorker.js",
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
