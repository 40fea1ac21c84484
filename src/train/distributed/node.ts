import { hostname } from "node:os";
import { SessionError } from "../../errors.ts";
import { alone, type Communicator } from "./communicator.ts";
import { type Launch, readLaunch } from "./launch.ts";
import type { MpiAbi } from "./mpi/abi.ts";
import { loadMpi, type MpiLibrary, startMpi } from "./mpi/node.ts";
import { communicatorOver, type Transport } from "./transport.ts";

/** What a job needs of the process. */
export interface JobOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes one line for the person. */
  note(line: string): void;
}

/**
 * Take part in the job that mpirun, srun or another launcher started this process for; a process that was started alone stays alone
 * and needs no MPI. Once per process.
 *
 * A process that ends before `finish()`, be it by an exception, by `process.exit` or in good faith, ends the job on all ranks: they
 * would wait for it for ever. One line tells which rank it was, and where.
 * @throws SessionError where MPI is missing or is not the launcher's
 */
export async function openCommunicator({ env, note }: JobOptions): Promise<Communicator> {
  const launch = readLaunch(env);
  if (launch === undefined || launch.size === 1) return alone;
  if (launch.by === "slurm") {
    throw new SessionError({
      where: "srun",
      what: `started ${launch.size} processes that know nothing of each other`,
      todo: "Use srun --mpi=pmix (for MPICH --mpi=pmi2), or mpirun",
    });
  }
  const mpi = await loadMpi(abiOf(launch));
  const transport = startMpi(mpi, hostname());
  checkSize(transport, launch, mpi);
  return endingTheJob(communicatorOver(transport), note);
}

/** The MPI that is installed and the job that this process is in, in a few words, for `panluna doctor`. @throws SessionError */
export async function describeMpi(env: JobOptions["env"]): Promise<string> {
  const launch = readLaunch(env);
  const { version } = await loadMpi(launch === undefined ? "openmpi" : abiOf(launch));
  const name = version.split(",")[0].replace(/ +/g, " ");
  if (launch === undefined) return `${name}, this process is alone`;
  const { by, rank, size } = launch;
  if (by === "slurm") return `${name}, but srun started ${size} processes alone: use srun --mpi=pmix`;
  return `${name}, rank ${rank} of ${size ?? "an unknown number"}, started by ${by}`;
}

const abiOf = ({ by }: Launch): MpiAbi => (by === "PMI" ? "mpich" : "openmpi");

/** A launcher of one MPI and the library of another give as many jobs of one rank as there are processes. */
function checkSize({ rank, size }: Transport, launch: Launch, { version }: MpiLibrary): void {
  if (launch.size === undefined || (launch.size === size && launch.rank === rank)) return;
  throw new SessionError({
    where: "MPI",
    what: `the launcher is not that of the library (${version.split(",")[0]})`,
    expected: `rank ${launch.rank} of ${launch.size}`,
    got: `rank ${rank} of ${size}`,
    todo: "Start it with the mpirun of the installed library, under Slurm with the right srun --mpi=…",
  });
}

function endingTheJob(communicator: Communicator, note: (line: string) => void): Communicator {
  const { rank, size } = communicator;
  let ended = false;
  const abort = (code: number): void => {
    ended = true;
    note(`rank ${rank} of ${size} on ${hostname()} ended the job (code ${code})`);
    communicator.abort(code);
  };
  process.on("uncaughtExceptionMonitor", (error) => note(error.stack ?? String(error))); // Node would print it after "exit"
  process.on("exit", (code) => {
    if (!ended) abort(code === 0 ? 1 : code);
  });
  return {
    ...communicator,
    abort,
    finish() {
      ended = true;
      communicator.finish();
    },
  };
}
