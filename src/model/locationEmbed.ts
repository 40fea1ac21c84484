import { float32, int64, type Value } from "../graph/index.ts";
import { mlp } from "./linear.ts";
import type { Network } from "./network.ts";

/**
 * Scale raw locations per sample and axis to [0, 1] over the channels: `(l − min) / ((max − min) + 1e-8)`.
 * Float32 in exactly this form: one ulp here turns the highest frequency of the code by 2e-3 (fixtures README, traps).
 * @param raw (B, C, dim), metres or radians
 */
export function scaleLocations({ g }: Network, raw: Value): Value {
  const low = g.reduceMin(raw, [1]);
  const range = g.add(g.sub(g.reduceMax(raw, [1]), low), g.scalar(1e-8));
  return g.div(g.sub(raw, low), range);
}

/**
 * Location code: `sin(2^k·l), cos(2^k·l)` for k < F = ⌊D / (2·dim)⌋, laid out (k, axis, sin|cos), padded with zeros to D.
 * F follows from the number of axes at run time, so one graph serves 2-D and 3-D locations. Angles in float64: 2^k·l is exact.
 * @param scaled (B, C, dim)
 * @returns (B, C, D)
 */
export function encodeLocations({ g, sizes }: Network, scaled: Value): Value {
  const { embedDim } = sizes;
  const dim = g.cast(g.shape(scaled, 2, 3), "float32"); // (1)
  const count = g.div(g.constant(float32([embedDim / 2])), dim);
  const limit = g.reshape(g.cast(count, "int64"), []); // truncation is the floor
  const zero = g.constant(int64([0], []));
  const k = g.cast(g.range(zero, limit, g.constant(int64([1], [])), "F"), "int32");
  const octaves = g.gather(g.constant(powersOfTwo(embedDim / 2)), k); // (F)
  const angles = g.cast(
    g.mul(g.unsqueeze(scaled, [2]), g.reshape(octaves, [1, 1, -1, 1])), // (B, C, F, dim)
    "float64",
  );
  const code = g.concat([g.unsqueeze(g.sin(angles), [4]), g.unsqueeze(g.cos(angles), [4])], 4); // (B, C, F, dim, 2)
  const flat = g.reshape(g.cast(code, "float32"), [0, 0, -1]);
  const nothing = g.mul(
    g.slice(scaled, [0], [1], [2]),
    g.constant(float32(new Float32Array(embedDim), [1, 1, embedDim])),
  );
  return g.slice(g.concat([flat, nothing], 2), [0], [embedDim], [2]);
}

/** Location embedding of encoded locations: an MLP with a norm, (B, C, D). */
export function locationEmbed(net: Network, code: Value): Value {
  return mlp(net, "channel_location_embedder.0", code, true);
}

/**
 * What a token knows of its channel besides the signal: location embedding + sensor embedding.
 * Depends on the montage alone, so a long recording needs it once.
 * @param location (B, C, D) location embedding
 * @param sensorType (B, C) int32 rows of the sensor table
 */
export function montageEmbed({ g, parameter }: Network, location: Value, sensorType: Value): Value {
  return g.add(location, g.gather(parameter("sensor_embed.embeddings.weight"), sensorType));
}

function powersOfTwo(count: number) {
  return float32(Float32Array.from({ length: count }, (_, k) => 2 ** k));
}
