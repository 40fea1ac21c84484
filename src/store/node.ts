export { createStore } from "./create/node.ts";
export { folderSource, openStore } from "./open/node.ts";
