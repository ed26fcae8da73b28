import type { Run } from './context.ts';
import type { OptionName } from './options.ts';

export interface Command {
  readonly name: string;
  readonly operands: string;
  readonly summary: string;
  /** How many operands it takes. */
  readonly count: readonly [least: number, most: number];
  /** Besides those that every command has. */
  readonly options: readonly OptionName[];
  /** Whether it is given one: what does without starts faster and stays smaller. */
  readonly usesKernel: boolean;
  /** Loaded on use, so that starting stays quick. */
  readonly load: () => Promise<Run>;
}

export const commands: readonly Command[] = [
  {
    name: 'validate',
    operands: 'MANIFEST...',
    summary: 'check manifests and their object files; needs no privilege',
    count: [1, Infinity],
    options: [],
    usesKernel: true,
    load: async () => (await import('./validate.ts')).validate,
  },
  {
    name: 'plan',
    operands: 'MANIFEST...',
    summary: 'print what apply would do, and why; changes nothing',
    count: [1, Infinity],
    options: ['out', 'detailed-exitcode', 'allow-insecure-files'],
    usesKernel: true,
    load: async () => (await import('./plan.ts')).plan,
  },
  {
    name: 'apply',
    operands: 'MANIFEST...|PLAN',
    summary: 'make the kernel match manifests, once; or do what a saved plan says',
    count: [1, Infinity],
    options: ['force', 'lock-timeout', 'allow-insecure-files'],
    usesKernel: true,
    load: async () => (await import('./apply.ts')).apply,
  },
  {
    name: 'watch',
    operands: 'MANIFEST...',
    summary: 'apply, then again whenever a manifest, an object file or what is pinned changes',
    count: [1, Infinity],
    options: [
      'force',
      'lock-timeout',
      'apply-timeout',
      'resync',
      'poll',
      'metrics',
      'allow-insecure-files',
    ],
    usesKernel: false,
    load: async () => (await import('./watch.ts')).watch,
  },
  {
    name: 'status',
    operands: '[NAME|MANIFEST...]',
    summary: 'show what is pinned and whether it is live; with a manifest, what is missing',
    count: [0, Infinity],
    options: ['watch', 'every', 'allow-insecure-files'],
    usesKernel: true,
    load: async () => (await import('./status.ts')).status,
  },
  {
    name: 'destroy',
    operands: 'NAME|MANIFEST...',
    summary: 'detach and unpin all that is pinned under a name',
    count: [1, Infinity],
    options: ['yes', 'force', 'lock-timeout', 'allow-insecure-files'],
    usesKernel: true,
    load: async () => (await import('./destroy.ts')).destroy,
  },
  {
    name: 'targets',
    operands: 'PATTERN...',
    summary: 'list functions of this kernel, whether programs can be attached, and what is',
    count: [1, Infinity],
    options: ['attachable'],
    usesKernel: true,
    load: async () => (await import('./targets.ts')).targets,
  },
  {
    name: 'inspect',
    operands: 'OBJECT',
    summary: 'show programs, maps and globals of an object file; needs no privilege',
    count: [1, 1],
    options: [],
    usesKernel: true,
    load: async () => (await import('./inspect.ts')).inspect,
  },
  {
    name: 'sign',
    operands: 'OBJECT...',
    summary: 'write the signature of object files beside them, for manifests that trust the key',
    count: [0, Infinity],
    options: ['key', 'generate-key'],
    usesKernel: false,
    load: async () => (await import('./sign.ts')).sign,
  },
  {
    name: 'doctor',
    operands: '',
    summary: 'check what the kernel and the host must offer; say how to mend what is missing',
    count: [0, 0],
    options: [],
    usesKernel: false,
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'install',
    operands: '[MANIFEST]',
    summary: 'put systemd units in place that watch a manifest, or apply it at boot',
    count: [0, 1],
    options: ['dry-run', 'force'],
    usesKernel: false,
    load: async () => (await import('./install.ts')).install,
  },
  {
    name: 'uninstall',
    operands: '',
    summary: 'stop, disable and remove these units; programs stay attached',
    count: [0, 0],
    options: ['dry-run', 'force'],
    usesKernel: false,
    load: async () => (await import('./uninstall.ts')).uninstall,
  },
  {
    name: 'init',
    operands: 'OBJECT...',
    summary: 'print a manifest for object files, with all that could be set; needs no privilege',
    count: [1, Infinity],
    options: [],
    usesKernel: true,
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'import',
    operands: '[NAME|PATH]',
    summary: 'print a manifest of what is pinned: by others below a path, or under a name',
    count: [0, 1],
    options: [],
    usesKernel: true,
    load: async () => (await import('./import-pins.ts')).importPins,
  },
  {
    name: 'completion',
    operands: 'bash|zsh|fish',
    summary: 'print a script that completes commands, options and names',
    count: [1, 1],
    options: [],
    usesKernel: false,
    load: async () => (await import('./completion.ts')).completion,
  },
];
