import { defineCommand } from "../defineCommand.ts";
import type { Terminal } from "../effects.ts";
import { choice } from "../flags.ts";
import type { Machine, Probe } from "../machine.ts";
import { painter, table, wrap } from "../text.ts";

/** What is lost without something, and how to get it. */
const REMEDIES: Readonly<Record<string, readonly [title: string, needed: boolean, todo: string]>> = {
  weights: [
    "weights",
    false,
    "Commands need --checkpoint FILE without them. They come with the package: install it again.",
  ],
  cpu: [
    "model on the CPU",
    true,
    "Nothing runs without it. Install again with npm install; onnxruntime-node has binaries for Linux, macOS and Windows on x64 and arm64.",
  ],
  webgpu: [
    "model on WebGPU",
    false,
    "Only for --provider webgpu: needs a GPU with a Vulkan, Metal or D3D12 driver. On Linux install one, or set VK_DRIVER_FILES to its .json.",
  ],
  hdf5: ["HDF5, MAT v7.3", false, "Only for such files: npm install h5wasm."],
  parquet: ["Parquet", false, "Only for embed --out x.parquet: npm install hyparquet-writer."],
  png: ["PNG pictures", false, "Only for .png (.svg always works): npm install @resvg/resvg-js."],
  mpi: [
    "MPI",
    false,
    "Only for several processes, mpirun -n 2 panluna …: apt-get install openmpi-bin (Debian), brew install open-mpi (macOS), module load openmpi (clusters).",
  ],
  chromium: ["Chromium", false, "Only for the browser tests of the project itself."],
};

const OLDEST_NODE = [20, 19] as const;

export const doctor = defineCommand({
  name: "doctor",
  description:
    "Check this machine: what works, what is missing, and how to get it. The exit code is 1 only if the model cannot run at all.",
  args: [],
  flags: { probe: { ...choice(["cpu", "webgpu"], "try one provider in this process"), hidden: true } },
  examples: [
    ["doctor", "a line for everything"],
    ["doctor --json", "for a report"],
  ],
  async run({ flags }, effects) {
    if (flags.probe !== undefined) {
      const probe = await effects.probeProvider(flags.probe);
      return { json: probe, text: () => [`${probe.ok ? "ok" : "no"}: ${probe.detail}`], failed: !probe.ok };
    }
    const machine = await effects.examineMachine();
    const { version: panluna } = effects;
    return {
      json: { panluna, ...machine, ok: machine.cpu.ok },
      text: () => reportText(machine, panluna, effects.terminal),
      failed: !machine.cpu.ok,
    };
  },
});

function reportText(machine: Machine, version: string, { columns: width, color }: Terminal): string[] {
  const paint = painter(color);
  const { node, platform, threads, memory } = machine;
  const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GB`;
  const probes = Object.entries(REMEDIES).map(([key, remedy]) => ({
    remedy,
    probe: machine[key as keyof Machine] as Probe,
  }));
  const mark = ({ ok }: Probe, needed: boolean) => (ok ? "ok" : needed ? paint.bad("MISSING") : paint.warn("not here"));
  const old = isOld(node);
  const rows = [
    ["panluna", "ok", version],
    ["Node.js", old ? paint.bad("too old") : "ok", `${node} on ${platform}`],
    ["threads", "ok", String(threads)],
    ["memory", "ok", `${gigabytes(memory.total)}, ${gigabytes(memory.free)} free`],
    ...probes.map(({ remedy: [title, needed], probe }) => [title, mark(probe, needed), probe.detail]),
  ];
  const missing = probes.filter(({ probe }) => !probe.ok);
  return [
    ...table([{ title: "" }, { title: "" }, { title: "", shrinks: true }], rows, { width, paint }).slice(1),
    ...(missing.length > 0 || old ? [""] : []),
    ...(old ? wrap(`Node.js: ${OLDEST_NODE.join(".")} or newer is needed.`, width) : []),
    ...missing.flatMap(({ remedy: [title, , todo] }) => wrap(`${title}: ${todo}`, width)),
  ];
}

function isOld(node: string): boolean {
  const [major, minor] = node.split(".").map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}
