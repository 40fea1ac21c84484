export { compileNetwork } from "./compileNetwork.ts";
export * from "./integerNetwork.ts";
export { type Integers, quantizeSignal, runIntegers, runStep, type Watch } from "./runIntegers.ts";
