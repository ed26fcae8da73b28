import { expect, test } from 'vitest';
test('sample of e2e', () => { expect(1).toBe(1); });
