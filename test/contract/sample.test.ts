import { expect, test } from 'vitest';
test('sample of contract', () => { expect(1).toBe(1); });
