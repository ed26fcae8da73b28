import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFit, parsePrototype } from '../../../src/manifest/c-prototype.ts';

test.each([
  ['int f(void)', 'int', []],
  ['int ()', 'int', []],
  ['int (struct inode *, struct dentry *)', 'int', ['*struct inode', '*struct dentry']],
  ['struct file *open(const char *name, int flags)', '*struct file', ['*const char', 'int']],
  [
    'ssize_t read(struct file *file, char *buf, size_t count, loff_t *pos)',
    'ssize_t',
    ['*struct file', '*char', 'size_t', '*loff_t'],
  ],
  [
    'unsigned f(long unsigned int a, short int b, signed c)',
    'unsigned int',
    ['unsigned long', 'short', 'int'],
  ],
  [
    'long long int f(unsigned long long x, signed char c)',
    'long long',
    ['unsigned long long', 'signed char'],
  ],
  [
    'void f(char const *a, const char *const b, const int c)',
    'void',
    ['*const char', '*const char', 'int'],
  ],
  ['void f(int (*actor)(void *, int), void *data)', 'void', ['*(*void, int)int', '*void']],
  ['void f(int actor(void *))', 'void', ['*(*void)int']],
  ['void f(int a[16], char (*rows)[8])', 'void', ['*int', '*[8]char']],
  ['int (*f(int x))(void)', '*()int', ['int']],
  ['long f(char __user *buf, void __percpu *p)', 'long', ['*char', '*void']],
  ['_Bool f(enum kind kind, union u *u)', 'bool', ['enum kind', '*union u']],
] as const)('%s', (text, returns, parameters) => {
  expect(parsePrototype(text)).toEqual({ returns, parameters, isOpen: false });
});

test.each([
  '',
  'int',
  'int f',
  'int f(',
  'int f(int',
  'int f(int,)',
  'f(int)(',
  'int f(int) g',
  '42',
  'int (*f)(void)',
  'struct (int)',
  'int f(..., int)',
])('%j is none', (text) => {
  expect(parsePrototype(text)).toBeUndefined();
});

test.each([
  [
    'int (struct inode *, struct dentry *)',
    'int vfs_unlink(struct inode *dir, struct dentry *dentry)',
    true,
  ],
  ['int (struct inode *, ...)', 'int vfs_unlink(struct inode *dir, struct dentry *dentry)', true],
  ['int (...)', 'int f(void)', true],
  ['int (struct inode *)', 'int vfs_unlink(struct inode *dir, struct dentry *dentry)', false],
  [
    'int (struct inode *, struct dentry *, int)',
    'int f(struct inode *dir, struct dentry *dentry)',
    false,
  ],
  ['int (struct inode *, ...)', 'int f(void)', false],
  ['void (struct inode *)', 'int f(struct inode *dir)', false],
  ['int (const struct inode *)', 'int f(struct inode *dir)', false],
] as const)('%s, %s: %j', (wanted, actual, fits) => {
  const [left, right] = [wanted, actual].map(parsePrototype);
  if (left === undefined || right === undefined) throw new Error('they are prototypes');

  expect(isFit(left, right)).toBe(fits);
});

test('names of parameters mean nothing, and any text is a prototype or none', () => {
  const type = fc.constantFrom('int', 'struct file *', 'const char *', 'u32', 'unsigned long');
  const name = fc.constantFrom('', 'a', 'file', 'count_');
  fc.assert(
    fc.property(fc.array(fc.tuple(type, name), { minLength: 1, maxLength: 5 }), (parameters) => {
      const named = parameters.map(([ofType, called]) => `${ofType} ${called}`).join(', ');
      const unnamed = parameters.map(([ofType]) => ofType).join(',');
      expect(parsePrototype(`int f(${named})`)).toEqual(parsePrototype(`int (${unnamed})`));
    }),
  );
  const piece = fc.constantFrom(
    'int',
    'f',
    '(',
    ')',
    '*',
    ',',
    '[',
    ']',
    '3',
    'const',
    'struct',
    '...',
    ' ',
    ';',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      parsePrototype(pieces.join(' '));
    }),
    { numRuns: 2000 },
  );
});
