import { describe, expect, it } from "vitest";
import { readLaunch } from "./launch.ts";

describe("what a process is told of its job", () => {
  it.each([
    ["nothing", {}, undefined],
    ["Open MPI's mpirun", { OMPI_COMM_WORLD_RANK: "1", OMPI_COMM_WORLD_SIZE: "4", PMIX_RANK: "1" }, ["mpirun", 1, 4]],
    ["srun --mpi=pmix", { PMIX_RANK: "3", SLURM_PROCID: "3", SLURM_STEP_NUM_TASKS: "8" }, ["PMIx", 3, 8]],
    ["another PMIx launcher", { PMIX_RANK: "0" }, ["PMIx", 0, undefined]],
    ["MPICH's mpiexec", { PMI_RANK: "0", PMI_SIZE: "2" }, ["PMI", 0, 2]],
    ["srun without PMI", { SLURM_PROCID: "1", SLURM_STEP_NUM_TASKS: "2" }, ["slurm", 1, 2]],
    ["srun of one task", { SLURM_PROCID: "0", SLURM_STEP_NUM_TASKS: "1" }, undefined],
    ["a Slurm batch script", { SLURM_PROCID: "0", SLURM_NTASKS: "64" }, undefined],
    [
      "mpirun inside a Slurm job",
      { SLURM_PROCID: "0", SLURM_STEP_NUM_TASKS: "2", OMPI_COMM_WORLD_RANK: "5", OMPI_COMM_WORLD_SIZE: "16" },
      ["mpirun", 5, 16],
    ],
    ["no numbers", { OMPI_COMM_WORLD_RANK: "x", OMPI_COMM_WORLD_SIZE: "-1", PMIX_RANK: "1e3" }, undefined],
    ["a rank beyond the size", { PMI_RANK: "2", PMI_SIZE: "2" }, undefined],
  ] as const)("by %s", (_, env, expected) => {
    const launch = readLaunch(env);
    expect(launch && [launch.by, launch.rank, launch.size]).toEqual(expected);
  });
});
