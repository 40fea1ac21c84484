import { sha256Hex } from "../formats/sha256.ts";
import type { Tensor } from "../graph/index.ts";
import type { Weights } from "../model/index.ts";

/** Beginnings of the names of tensors that are a head's. */
const HEADS = ["classifier.", "decoder_head.", "channel_emb."];

/**
 * Hex digest over the weights of an encoder: whether a head stands on the encoder that it was trained on. What heads and training add does
 * not count, nor does the order of the tensors.
 * @param weights of a model: `modelFromCheckpoint` leaves aside what training keeps beside them
 */
export async function encoderDigest(weights: Weights): Promise<string> {
  const names = [...weights.keys()].filter((name) => !HEADS.some((head) => name.startsWith(head))).sort();
  const parts = names.flatMap((name) => [described(name, weights.get(name)!), bytesOf(weights.get(name)!)]);
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return (await sha256Hex(all)).slice(0, 32);
}

const described = (name: string, { dtype, shape }: Tensor): Uint8Array =>
  new TextEncoder().encode(`${name} ${dtype} ${shape.join()}\n`);

const bytesOf = ({ data }: Tensor): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
