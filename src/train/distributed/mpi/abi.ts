/** The two binary interfaces that MPI libraries for Linux and macOS have. */
export type MpiAbi = "openmpi" | "mpich";

/** A communicator, datatype or error handler: the address of an object in Open MPI, a 32-bit number in MPICH. */
export type Handle = bigint | number;

export interface MpiHandles {
  /** Type of a handle in C. */
  readonly type: "void *" | "int";
  readonly world: Handle;
  readonly byte: Handle;
  readonly errorsReturn: Handle;
  /** MPI_IN_PLACE, as an address. */
  readonly inPlace: number;
}

/** Open MPI exports the objects behind its handles. @param symbol the address of one */
export function openMpiHandles(symbol: (name: string) => bigint): MpiHandles {
  return {
    type: "void *",
    world: symbol("ompi_mpi_comm_world"),
    byte: symbol("ompi_mpi_byte"),
    errorsReturn: symbol("ompi_mpi_errors_return"),
    inPlace: 1,
  };
}

/**
 * The numbers of MPICH's mpi.h, which Intel MPI, MVAPICH and Cray MPICH share.
 * @see https://www.mpich.org/abi/
 */
export const MPICH_HANDLES: MpiHandles = {
  type: "int",
  world: 0x44000000,
  byte: 0x4c00010d,
  errorsReturn: 0x54000001,
  inPlace: -1,
};

/** Names under which the libraries are installed, the one that a launcher belongs to first. */
export function libraryNames(first: MpiAbi, platform: string): readonly string[] {
  const names =
    platform === "darwin"
      ? { openmpi: ["libmpi.40.dylib"], mpich: ["libmpi.12.dylib", "libmpich.12.dylib"], any: HOMEBREW }
      : { openmpi: ["libmpi.so.40"], mpich: ["libmpi.so.12", "libmpich.so.12"], any: ["libmpi.so"] };
  const { openmpi, mpich, any } = names;
  return first === "openmpi" ? [...openmpi, ...any, ...mpich] : [...mpich, ...any, ...openmpi];
}

/** The loader of macOS does not look into the folder of Homebrew by itself. */
const HOMEBREW = ["libmpi.dylib", "/opt/homebrew/lib/libmpi.dylib", "/usr/local/lib/libmpi.dylib"];
