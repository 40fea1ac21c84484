import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** Without these two headers a page gets no threads. Your own web server must send them as well. */
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  resolve: { alias: { panluna: fileURLToPath(new URL("../../src/web.ts", import.meta.url)) } }, // an app has the package
  optimizeDeps: { exclude: ["onnxruntime-web"] }, // it finds its .wasm beside its own file
  server: { headers, fs: { allow: [fileURLToPath(new URL("../..", import.meta.url))] } }, // weights/ of this checkout
  preview: { headers },
  build: { target: "es2022", emptyOutDir: true },
});
