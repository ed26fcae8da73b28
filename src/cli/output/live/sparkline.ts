const levels = '▁▂▃▄▅▆▇█';

/**
 * The last values as bars, as many as there is room for, right-aligned. Each line has its own scale: the highest value shown is a whole
 * bar, and only 0 is the lowest. What is not known is a blank.
 */
export function sparkline(values: readonly (number | undefined)[], width: number): string {
  const shown = width <= 0 ? [] : values.slice(-width);
  const highest = Math.max(0, ...shown.map((value) => value ?? 0));
  return shown
    .map((value) => bar(value, highest))
    .join('')
    .padStart(Math.max(0, width));
}

function bar(value: number | undefined, highest: number): string {
  if (value === undefined) return ' ';
  const level = value === 0 ? 0 : Math.max(1, Math.ceil((value / highest) * (levels.length - 1)));
  return levels[level] ?? ' ';
}
