/** A step of 1, 2 or 5 times a power of ten that cuts the span into about this many parts. */
export function niceStep(span: number, parts: number): number {
  if (span <= 0) return 1;
  const rough = span / parts;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough) ?? 10;
  return factor * power;
}

/** The marks of an axis from zero that hold the highest value. */
export function marks(highest: number, parts = 4): number[] {
  const step = niceStep(highest, parts);
  const count = Math.max(1, Math.ceil(highest / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** Which of n labels to write so that at most `room` are written, the last always. */
export function spread(count: number, room: number): Set<number> {
  const every = Math.max(1, Math.ceil(count / room));
  const shown = new Set<number>();
  for (let index = count - 1; index >= 0; index -= every) shown.add(index);
  return shown;
}
