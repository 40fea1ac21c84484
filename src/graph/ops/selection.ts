import type { Algebra } from "../algebra.ts";
import type { Attrs, Value, Vjp } from "../op.ts";
import { scalarLike } from "../scalarLike.ts";
import { sumTo } from "../sumTo.ts";

/**
 * Rule of an operator that returns one of its two operands: the gradient goes to the one that was taken, half to each where they are equal.
 * @param wins whether the first operand is taken for being strictly the better one
 */
export const selection =
  (wins: (g: Algebra, a: Value, b: Value) => Value): Vjp<Attrs> =>
  ({ g, inputs: [a, b], grads: [dy] }) => {
    const flag = (won: Value) => g.cast(won, dy!.dtype);
    const share = (first: Value, second: Value) => {
      const lead = g.sub(flag(wins(g, first, second)), flag(wins(g, second, first))); // 1, 0, −1
      const part = g.mul(g.add(lead, scalarLike(g, 1, lead)), scalarLike(g, 0.5, lead));
      return sumTo(g, g.mul(dy!, part), first);
    };
    return [share(a, b), share(b, a)];
  };
