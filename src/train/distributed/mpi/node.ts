import { SessionError } from "../../../errors.ts";
import type { Transport } from "../transport.ts";
import { libraryNames, MPICH_HANDLES, type MpiAbi, type MpiHandles, openMpiHandles } from "./abi.ts";

type Koffi = typeof import("koffi").default;
type Library = ReturnType<Koffi["load"]>;

/** An MPI library in this process, not initialised. */
export interface MpiLibrary {
  readonly abi: MpiAbi;
  /** Its first line: "Open MPI v4.1.4, package: Debian OpenMPI, …". */
  readonly version: string;
  readonly library: Library;
  readonly handles: MpiHandles;
}

const HOW_TO_GET = "Install Open MPI (Debian: apt-get install openmpi-bin), or load the MPI module of the cluster";

/**
 * Load the installed MPI. Nothing is initialised: this works outside of mpirun, too.
 * @param first the library that is looked for first
 * @throws SessionError where there is none, or one of a kind that is not known
 */
export async function loadMpi(
  first: MpiAbi,
  names: readonly string[] = libraryNames(first, process.platform),
): Promise<MpiLibrary> {
  const { default: koffi } = await import("koffi").catch((cause: unknown) => {
    throw new SessionError({
      where: "MPI",
      what: "the package koffi cannot be loaded",
      todo: "npm install koffi",
      cause,
    });
  });
  process.env["UCX_HANDLE_ERRORS"] ??= "none"; // UCX would take SIGSEGV from Node, by which WebAssembly sees its bounds
  const library = loadFirst(koffi, names);
  const version = versionOf(library);
  const symbol = (name: string): bigint => library.symbol(name) as bigint;
  if (/^Open MPI/i.test(version)) return { abi: "openmpi", version, library, handles: openMpiHandles(symbol) };
  if (/MPICH|MVAPICH|Intel\(R\) MPI|CRAY/i.test(version))
    return { abi: "mpich", version, library, handles: MPICH_HANDLES };
  throw new SessionError({
    where: "MPI",
    what: "the library is of an unknown kind",
    expected: "Open MPI, or MPICH and what shares its binary interface",
    got: version,
    todo: HOW_TO_GET,
  });
}

/** Its symbols are global: Open MPI loads plugins that look for them. */
function loadFirst(koffi: Koffi, names: readonly string[]): Library {
  const causes: unknown[] = [];
  for (const name of names) {
    try {
      return koffi.load(name, { global: true, lazy: true });
    } catch (error) {
      causes.push(error);
    }
  }
  throw new SessionError({
    where: "MPI",
    what: "the library is not installed",
    expected: names.filter((name) => !name.startsWith("/")).join(", "),
    todo: HOW_TO_GET,
    cause: causes[0],
  });
}

/** The standard bounds it by 256 (Open MPI) and 8192 bytes (MPICH). */
const LONGEST_VERSION = 8192;

function versionOf(library: Library): string {
  const text = new Uint8Array(LONGEST_VERSION);
  library.func("MPI_Get_library_version", "int", ["void *", "int *"])(text, new Int32Array(1));
  return textOf(text).split("\n")[0].replaceAll("\t", " ").trim();
}

/** Calls come from the main thread alone. */
const THREAD_FUNNELED = 1;

/**
 * Initialise MPI and take part in the job.
 * @param host name of this machine, for messages
 * @throws SessionError from every call that MPI reports an error of
 */
export function startMpi({ library, handles }: MpiLibrary, host: string): Transport {
  const { type: h, world, byte, inPlace } = handles;
  let self = "MPI";
  const message = library.func("MPI_Error_string", "int", ["int", "void *", "int *"]);
  /** A function of the library that throws instead of returning a code. */
  const bind = (name: string, ...types: string[]) => {
    const call = library.func(name, "int", types);
    return (...args: unknown[]): void => {
      const code = call(...args) as number;
      if (code === 0) return;
      const text = new Uint8Array(LONGEST_ERROR);
      message(code, text, new Int32Array(1));
      throw new SessionError({ where: `${self} on ${host}`, what: `${name} failed`, got: textOf(text) });
    };
  };
  const number = (name: string): number => {
    const out = new Int32Array(1);
    bind(name, h, "int *")(world, out);
    return out[0];
  };

  bind("MPI_Init_thread", "void *", "void *", "int", "int *")(null, null, THREAD_FUNNELED, new Int32Array(1));
  bind("MPI_Comm_set_errhandler", h, h)(world, handles.errorsReturn);
  const [rank, size] = [number("MPI_Comm_rank"), number("MPI_Comm_size")];
  self = `rank ${rank} of ${size}`;
  const exchange = bind("MPI_Alltoallv", "void *", "int *", "int *", h, "void *", "int *", "int *", h, h);
  const collect = bind("MPI_Allgatherv", "intptr_t", "int", h, "void *", "int *", "int *", h, h);
  const broadcast = bind("MPI_Bcast", "void *", "int", h, "int", h);
  const barrier = bind("MPI_Barrier", h);
  const abort = bind("MPI_Abort", h, "int");
  const finish = bind("MPI_Finalize");
  return {
    rank,
    size,
    exchange: (send, to, receive, from) =>
      exchange(send, to.counts, to.offsets, byte, receive, from.counts, from.offsets, byte, world),
    collect: (bytes, { counts, offsets }) => collect(inPlace, 0, byte, bytes, counts, offsets, byte, world),
    broadcast: (bytes, root) => broadcast(bytes, bytes.length, byte, root, world),
    barrier: () => barrier(world),
    abort: (code) => abort(world, code),
    finish: () => finish(),
  };
}

/** MPI_MAX_ERROR_STRING is 256 in Open MPI, 512 or 1024 in MPICH. */
const LONGEST_ERROR = 1024;

/** A C string. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
