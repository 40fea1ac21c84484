/** What a browser gives to the engine. */
export interface WebProbe {
  /** Whether the page was served with the COOP and COEP headers that threads need. */
  readonly crossOriginIsolated: boolean;
  readonly sharedArrayBuffer: boolean;
  readonly hardwareConcurrency: number;
  /** WebAssembly with 128-bit SIMD; the engine needs it. */
  readonly simd: boolean;
  /** Threads that a session gets unless told otherwise. */
  readonly threads: number;
  /** The WebGPU adapter as far as the browser names it; undefined where there is none. */
  readonly webgpu?: { readonly vendor: string; readonly architecture: string; readonly description: string };
  /** What keeps the model from running, or from running as fast as it could; each a sentence. */
  readonly warnings: readonly string[];
}

/**
 * Find out what this browser, page or worker offers; starts and fetches nothing.
 * @see https://developer.mozilla.org/docs/Web/API/Window/crossOriginIsolated
 */
export async function probeWeb(): Promise<WebProbe> {
  const isolated = globalThis.crossOriginIsolated === true;
  const sharedArrayBuffer = typeof SharedArrayBuffer !== "undefined";
  const hardwareConcurrency = globalThis.navigator?.hardwareConcurrency ?? 1;
  const simd = hasSimd();
  const warnings: string[] = [];
  if (!simd) warnings.push("This browser has no WebAssembly with SIMD, or the page forbids it: the model cannot run.");
  if (!isolated || !sharedArrayBuffer) {
    warnings.push(
      "The page is not cross-origin isolated, so the model runs on 1 thread. " +
        "Serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.",
    );
  }
  return {
    crossOriginIsolated: isolated,
    sharedArrayBuffer,
    hardwareConcurrency,
    simd,
    threads: isolated && sharedArrayBuffer ? hardwareConcurrency : 1,
    webgpu: await findAdapter(),
    warnings,
  };
}

async function findAdapter(): Promise<WebProbe["webgpu"]> {
  try {
    const adapter = await globalThis.navigator?.gpu?.requestAdapter();
    if (adapter === null || adapter === undefined) return undefined;
    const { vendor, architecture, description } = adapter.info;
    return { vendor, architecture, description };
  } catch {
    return undefined; // a browser may refuse by throwing: there is no adapter either way
  }
}

/** A module of one function whose body is `i32.const 0; i8x16.splat; drop`: valid only where SIMD is known. */
const SIMD_MODULE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic, version
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00], // types: () → ()
  ...[0x03, 0x02, 0x01, 0x00], // functions: one, of type 0
  ...[0x0a, 0x09, 0x01, 0x07, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x1a, 0x0b], // code
);

function hasSimd(): boolean {
  return typeof WebAssembly !== "undefined" && WebAssembly.validate(SIMD_MODULE);
}
