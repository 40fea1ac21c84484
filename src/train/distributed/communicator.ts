/** The processes of one job, as one of them sees it. Collective calls: every rank makes them in the same order. */
export interface Communicator {
  /** 0 … size − 1. */
  readonly rank: number;
  readonly size: number;
  /** Replace `values` by their sum over all ranks, the same bits on every rank. */
  allReduceSum(values: Float32Array | Float64Array): void;
  /** Replace `values` by those of `root`. */
  broadcast(values: Float32Array | Float64Array | Int32Array, root: number): void;
  barrier(): void;
  /** End the job on all ranks at once, after an error that only this rank has seen. */
  abort(code: number): void;
  /** Leave the job in good order. */
  finish(): void;
}

/** A job of one process. */
export const alone: Communicator = {
  rank: 0,
  size: 1,
  allReduceSum() {},
  broadcast() {},
  barrier() {},
  abort(code) {
    throw new Error(`the job was ended with code ${code}`);
  },
  finish() {},
};
