import { describe, expect, it } from "vitest";
import { libraryNames, openMpiHandles } from "./abi.ts";

describe("the MPI that is looked for", () => {
  it("is the launcher's before any other", () => {
    expect(libraryNames("openmpi", "linux")).toEqual(["libmpi.so.40", "libmpi.so", "libmpi.so.12", "libmpich.so.12"]);
    expect(libraryNames("mpich", "linux")).toEqual(["libmpi.so.12", "libmpich.so.12", "libmpi.so", "libmpi.so.40"]);
    expect(libraryNames("openmpi", "darwin")[0]).toBe("libmpi.40.dylib");
  });

  it("has the addresses of its objects as handles", () => {
    const addresses = new Map([
      ["ompi_mpi_comm_world", 1n],
      ["ompi_mpi_byte", 2n],
      ["ompi_mpi_errors_return", 3n],
    ]);
    expect(openMpiHandles((name) => addresses.get(name)!)).toMatchObject({ world: 1n, byte: 2n, errorsReturn: 3n });
  });
});
