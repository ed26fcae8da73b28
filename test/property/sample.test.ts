import { expect, test } from 'vitest';
test('sample of property', () => { expect(1).toBe(1); });
