import { describe, expect, it } from "vitest";
import { GraphError } from "../../errors.ts";
import { decode, encode } from "./codec.ts";
import type { MessageSchema } from "./schema.ts";

const inner: MessageSchema = { a: { number: 1, kind: "int64" } };
const schema: MessageSchema = {
  a: { number: 1, kind: "int64" },
  b: { number: 2, kind: "string" },
  c: { number: 3, kind: inner },
  d: { number: 4, kind: "int64", repeated: true },
  f: { number: 5, kind: "float" },
};
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

describe("protocol buffers", () => {
  // the examples of the encoding guide of Protocol Buffers
  it.each([
    ["a whole number", "08 96 01", { a: 150 }],
    ["a string", "12 07 74 65 73 74 69 6e 67", { b: "testing" }],
    ["a message inside", "1a 03 08 96 01", { c: { a: 150 } }],
    ["a float", "2d 00 00 c0 3f", { f: 1.5 }],
    ["a negative number", "08 fe ff ff ff ff ff ff ff ff 01", { a: -2 }],
  ])("%s, both ways", (_, hex, message) => {
    expect(decode(schema, bytes(hex))).toEqual(message);
    expect(Buffer.from(encode(schema, message)).equals(bytes(hex))).toBe(true);
  });

  it("lists come packed and one by one, also mixed", () => {
    expect(decode(schema, bytes("22 06 03 8e 02 9e a7 05"))).toEqual({ d: [3, 270, 86942] });
    expect(decode(schema, bytes("20 01 22 02 02 03 20 04"))).toEqual({ d: [1, 2, 3, 4] });
  });

  it("unknown fields are passed over", () => {
    expect(decode(schema, bytes("50 01 5a 02 ff ff 08 05"))).toEqual({ a: 5 });
  });

  it.each([
    ["a message whose last field runs past its end", "1a 02 08 96 01"],
    ["a packed list whose last number runs past its end", "22 01 96 01"],
    ["a message longer than the file", "1a 7f 08 01"],
    ["a list longer than the file", "22 7f 01"],
    ["a number where a string stands", "10 01"],
    ["a string where a number stands", "0a 01 41"],
  ])("%s is refused", (_, hex) => {
    expect(() => decode(schema, bytes(hex))).toThrow(GraphError);
  });
});
