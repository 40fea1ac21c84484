/** What a launcher tells the processes that it starts. */
export interface Launch {
  /** `slurm` is srun without PMI: it starts processes that know nothing of each other. */
  readonly by: "mpirun" | "PMIx" | "PMI" | "slurm";
  readonly rank: number;
  /** Unknown where only the library can say it. */
  readonly size?: number;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Whether a process is one of several of a job, from its environment alone.
 * A Slurm batch script is not one although it has SLURM_PROCID and SLURM_NTASKS; only a step (srun) has SLURM_STEP_NUM_TASKS.
 * Under Slurm, Open MPI's own daemons are a step too, so what mpirun says comes first.
 */
export function readLaunch(env: Env): Launch | undefined {
  const openMpi = pair(env, "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE");
  if (openMpi !== undefined) return { by: "mpirun", ...openMpi };
  const stepSize = whole(env["SLURM_STEP_NUM_TASKS"]);
  const pmix = whole(env["PMIX_RANK"]);
  if (pmix !== undefined) return { by: "PMIx", rank: pmix, ...(stepSize === undefined ? {} : { size: stepSize }) };
  const pmi = pair(env, "PMI_RANK", "PMI_SIZE");
  if (pmi !== undefined) return { by: "PMI", ...pmi };
  const slurm = pair(env, "SLURM_PROCID", "SLURM_STEP_NUM_TASKS");
  return slurm !== undefined && slurm.size > 1 ? { by: "slurm", ...slurm } : undefined;
}

/** How many ranks of a job share this machine; all of them where the launcher does not say. */
export function localRanks(env: Env, size: number): number {
  const local = whole(env["OMPI_COMM_WORLD_LOCAL_SIZE"]) ?? whole(env["SLURM_TASKS_PER_NODE"]?.replace(/\(.*/, ""));
  return Math.max(1, Math.min(local ?? size, size));
}

function pair(env: Env, rankName: string, sizeName: string): { rank: number; size: number } | undefined {
  const [rank, size] = [whole(env[rankName]), whole(env[sizeName])];
  return rank === undefined || size === undefined || rank >= size ? undefined : { rank, size };
}

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
