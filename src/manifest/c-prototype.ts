/** A function's type as C declares it, without the names of function and parameters. */
export interface Prototype {
  readonly returns: string;
  readonly parameters: readonly string[];
  /** It ends with `...`: whatever else there is will do. */
  readonly isOpen: boolean;
}

/** What the kernel's own sources say of pointers beside their type; BTF has none of it there. */
const spaces: ReadonlySet<string> = new Set(['__user', '__kernel', '__rcu', '__percpu', '__iomem']);

/**
 * Reads a prototype, e.g. `int vfs_unlink(struct inode *dir, struct dentry *)` or `int (struct inode *, ...)`; `undefined` for
 * anything else. Names of types are taken as they stand: nobody but the kernel knows what a typedef stands for.
 */
export function parsePrototype(text: string): Prototype | undefined {
  const all = text.match(/[A-Za-z_]\w*|\d+|\.\.\.|\S/g) ?? [];
  const tokens = all.filter((token) => !spaces.has(token));
  const reader: Reader = { tokens, at: 0 };
  const declared = readDeclaration(reader);
  if (declared === undefined || reader.at !== tokens.length) return undefined;
  return declared.isFunction ? declared.outermost : undefined;
}

/** Whether a function of that prototype can be watched by a program that was written for the wanted one. */
export function isFit(wanted: Prototype, actual: Prototype): boolean {
  const { returns, parameters, isOpen } = wanted;
  const isLong = actual.parameters.length > parameters.length;
  return (
    returns === actual.returns &&
    (isOpen || !isLong) &&
    parameters.every((type, index) => type === actual.parameters[index])
  );
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
}

/** How a declarator changes the type that stands before it: pointers, arrays and functions, from the name outwards. */
type Step =
  | '*'
  | `[${string}]`
  | { readonly parameters: readonly string[]; readonly isOpen: boolean };

interface Declared {
  readonly type: string;
  readonly isFunction: boolean;
  /** Of a function. */
  readonly outermost: Prototype | undefined;
}

const qualifiers: ReadonlySet<string> = new Set(['const', 'volatile', 'restrict']);
const tags: ReadonlySet<string> = new Set(['struct', 'union', 'enum']);
const words: ReadonlySet<string> = new Set([
  'unsigned',
  'signed',
  'long',
  'short',
  'int',
  'char',
  'void',
  'float',
  'double',
  '_Bool',
]);

function readDeclaration(reader: Reader): Declared | undefined {
  const base = readBase(reader);
  const steps = base === undefined ? undefined : readDeclarator(reader);
  if (base === undefined || steps === undefined) return undefined;
  const [first, ...others] = steps;
  const type = steps.toReversed().reduce(applyStep, base);
  if (typeof first !== 'object') return { type, isFunction: false, outermost: undefined };
  const returns = others.toReversed().reduce(applyStep, base);
  return { type, isFunction: true, outermost: { returns, ...first } };
}

/** The specifiers, wherever among them the qualifiers stand: `char const` is `const char`. */
function readBase(reader: Reader): string | undefined {
  const found: string[] = [];
  const qualifying = new Set<string>();
  for (;;) {
    const token = peek(reader);
    if (token === undefined) break;
    if (qualifiers.has(token)) qualifying.add(token);
    else if (tags.has(token) && found.length === 0) {
      reader.at += 1;
      if (!isIdentifier(peek(reader))) return undefined;
      found.push(`${token} ${peek(reader)}`);
    } else if (words.has(token) && found.every((word) => words.has(word))) found.push(token);
    else if (isIdentifier(token) && found.length === 0) found.push(token);
    else break;
    reader.at += 1;
  }
  if (found.length === 0) return undefined;
  const kept = ['const', 'volatile'].filter((qualifier) => qualifying.has(qualifier));
  return [...kept, baseName(found)].join(' ');
}

/** `long unsigned int` is `unsigned long`. */
function baseName(found: readonly string[]): string {
  const [only = ''] = found;
  if (found.length === 1) return shortNames[only] ?? only;
  const isUnsigned = found.includes('unsigned');
  const longs = found.filter((word) => word === 'long');
  const size = found.find((word) => ['char', 'short', 'double'].includes(word));
  const sizes = [...longs, ...(size === undefined ? [] : [size])];
  const isSignedChar = size === 'char' && found.includes('signed');
  const sign = isUnsigned ? ['unsigned'] : isSignedChar ? ['signed'] : [];
  return [...sign, ...(sizes.length === 0 ? ['int'] : sizes)].join(' ');
}

const shortNames: Readonly<Record<string, string>> = {
  unsigned: 'unsigned int',
  signed: 'int',
  _Bool: 'bool',
};

/** The steps from the name outwards; of an abstract declarator there is no name. */
function readDeclarator(reader: Reader): readonly Step[] | undefined {
  const pointers: Step[] = [];
  while (peek(reader) === '*' || qualifiers.has(peek(reader) ?? '')) {
    if (peek(reader) === '*') pointers.push('*'); // what its qualifiers say is nobody's business but the function's
    reader.at += 1;
  }
  const inner = readInner(reader);
  if (inner === undefined) return undefined;
  const suffixes = readSuffixes(reader);
  return suffixes === undefined ? undefined : [...inner, ...suffixes, ...pointers];
}

/** A name, or a declarator in parentheses; a parenthesis with parameters in it is no such. */
function readInner(reader: Reader): readonly Step[] | undefined {
  if (isIdentifier(peek(reader))) {
    reader.at += 1;
    return [];
  }
  const next = reader.tokens[reader.at + 1];
  if (peek(reader) !== '(' || (next !== '*' && next !== '(')) return [];
  reader.at += 1;
  const inner = readDeclarator(reader);
  return inner !== undefined && take(reader, ')') ? inner : undefined;
}

function readSuffixes(reader: Reader): readonly Step[] | undefined {
  const steps: Step[] = [];
  for (;;) {
    if (take(reader, '[')) {
      const size = /^\d+$/.test(peek(reader) ?? '') ? reader.tokens[reader.at++] : '';
      if (!take(reader, ']')) return undefined;
      steps.push(`[${size ?? ''}]`);
    } else if (take(reader, '(')) {
      const parameters = readParameters(reader);
      if (parameters === undefined) return undefined;
      steps.push(parameters);
    } else return steps;
  }
}

function readParameters(reader: Reader): Exclude<Step, string> | undefined {
  const parameters: string[] = [];
  if (take(reader, ')')) return { parameters, isOpen: false };
  for (;;) {
    if (take(reader, '...')) return take(reader, ')') ? { parameters, isOpen: true } : undefined;
    const declared = readDeclaration(reader);
    if (declared === undefined) return undefined;
    parameters.push(asParameter(declared));
    if (take(reader, ')')) break;
    if (!take(reader, ',')) return undefined;
  }
  const isVoid = parameters.length === 1 && parameters[0] === 'void';
  return { parameters: isVoid ? [] : parameters, isOpen: false };
}

/** An array is passed as a pointer, a function as one to it, and that a parameter itself is `const` means nothing to callers. */
function asParameter({ type, isFunction }: Declared): string {
  if (isFunction) return `*${type}`;
  const element = /^\[\d*\](.*)$/s.exec(type)?.[1];
  if (element !== undefined) return `*${element}`;
  return type.startsWith('*') ? type : type.replace(/^(const |volatile )+/, '');
}

/** Types are written from the outside in: `*const char`, `[16]int`, `(int, *void)int`. */
function applyStep(type: string, step: Step): string {
  if (typeof step === 'string') return `${step}${type}`;
  return `(${[...step.parameters, ...(step.isOpen ? ['...'] : [])].join(', ')})${type}`;
}

function peek({ tokens, at }: Reader): string | undefined {
  return tokens[at];
}

function take(reader: Reader, token: string): boolean {
  if (peek(reader) !== token) return false;
  reader.at += 1;
  return true;
}

function isIdentifier(token: string | undefined): boolean {
  return token !== undefined && /^[A-Za-z_]/.test(token) && !qualifiers.has(token);
}
