import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from "node:os";
import { dirname, join } from "node:path";

/** What a number depends on besides the code. */
export function environment() {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()}-${arch()}`,
    node: process.version,
    onnxruntime: versionOf("onnxruntime-node"),
    /** Other work at the start; above 0.2 or so the times are no measure, only the ratios are. */
    loadAverage: Number(loadavg()[0].toFixed(2)),
  };
}

/** Highest resident memory of this process so far, or since `forgetPeakRss`, MiB. */
export const peakRssMiB = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

/** Let the next peak count from here. Only Linux can; elsewhere the peak stays that of the whole process. */
export function forgetPeakRss(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // no such file
  }
}

function versionOf(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name);
  let folder = dirname(entry);
  while (folder !== dirname(folder)) {
    const manifest = readManifest(join(folder, "package.json"));
    if (manifest?.name === name) return manifest.version;
    folder = dirname(folder);
  }
  return "unknown";
}

function readManifest(path: string): { name: string; version: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
