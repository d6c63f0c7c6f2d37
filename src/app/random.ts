const numbers = new Uint32Array(256);
let next = numbers.length;

/** A number in [0, 1) that nobody can foresee. */
export function randomNumber(): number {
  if (next === numbers.length) {
    crypto.getRandomValues(numbers);
    next = 0;
  }
  return numbers[next++]! / 2 ** 32;
}
