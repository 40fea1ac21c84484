export { createStore } from "./create/node.ts";
export * from "./index.ts";
export { folderSource, openStore } from "./open/node.ts";
