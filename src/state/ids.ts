declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]: Name };

/** Names a manifest and its directory below the root; `[A-Za-z0-9_-]+`. */
export type ManifestName = Brand<'ManifestName'>;
/** The manifest's own name for an object file; `[A-Za-z0-9_-]+`. */
export type ObjectName = Brand<'ObjectName'>;
/** A program's C function name in the object, whole (the kernel cuts its copy at 15 bytes). */
export type ProgramName = Brand<'ProgramName'>;
/** A map's name in the object, whole; internal maps start with a dot (`.rodata`). */
export type MapName = Brand<'MapName'>;
/** The kernel function that a program watches. */
export type KernelFunction = Brand<'KernelFunction'>;
/** Covers all that makes one loaded instance what it is; 32 lower-case hex digits. */
export type ObjectDigest = Brand<'ObjectDigest'>;
/** An absolute path in bpffs that `pin-layout.ts` made, or that was observed there. */
export type PinPath = Brand<'PinPath'>;

export const namePattern = /^[A-Za-z0-9_-]{1,64}$/;
const digestPattern = /^[0-9a-f]{32}$/;

export function isName(text: string): boolean {
  return namePattern.test(text);
}

export function isDigest(text: string): boolean {
  return digestPattern.test(text);
}

export function manifestName(text: string): ManifestName {
  return checked(text, namePattern) as ManifestName; // brand: checked here
}

export function objectName(text: string): ObjectName {
  return checked(text, namePattern) as ObjectName; // brand: checked here
}

export function objectDigest(text: string): ObjectDigest {
  return checked(text, digestPattern) as ObjectDigest; // brand: checked here
}

export function programName(text: string): ProgramName {
  return checked(text, /./) as ProgramName; // brand: any name an ELF symbol can have
}

export function mapName(text: string): MapName {
  return checked(text, /./) as MapName; // brand: any name an ELF symbol or section can have
}

export function kernelFunction(text: string): KernelFunction {
  return checked(text, /./) as KernelFunction; // brand: any name BTF can hold
}

/** For `pin-layout.ts`, and for paths that were read from bpffs. */
export function pinPath(text: string): PinPath {
  return checked(text, /^\//) as PinPath; // brand: absolute
}

function checked(text: string, pattern: RegExp): string {
  if (!pattern.test(text)) throw new Error(`"${text}" does not match ${String(pattern)}`);
  return text;
}
