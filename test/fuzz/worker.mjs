// A thread does not inherit tsx from the one that started it.
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");
