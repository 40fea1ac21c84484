import { defineConfig } from "vite";

/** Builds the test's own page as an app would be built; run.ts says where to. */
export default defineConfig({
  root: new URL("page", import.meta.url).pathname,
  base: "./",
  logLevel: "warn",
  build: { target: "es2022", emptyOutDir: true, chunkSizeWarningLimit: 1000 },
});
