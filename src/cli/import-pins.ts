import path from 'node:path';
import { look } from '../converge.ts';
import { ExitStatus, UsageError } from '../base/errors.ts';
import { objectReader } from '../manifest/read-object.ts';
import type { FoundPins } from '../state/found-program.ts';
import type { ManifestName, PinPath } from '../state/ids.ts';
import { isName, manifestName, pinPath } from '../state/ids.ts';
import { manifestOf, pinLayout } from '../state/pin-layout.ts';
import { choosePinSearch } from './choose-ports.ts';
import type { Context } from './context.ts';
import type { Draft } from './import/draft.ts';
import { draftOfFound } from './import/from-found.ts';
import { draftOfRows } from './import/from-rows.ts';
import { sourceFrom } from './import/source.ts';
import { manifestsUnder } from './manifests-under.ts';
import { nothingText } from './nothing-pinned.ts';
import { draftManifest, renderDraft } from './output/draft.ts';
import { foundFacts } from './output/found.ts';
import { toJson } from './output/json.ts';
import { statusRows } from './status-rows.ts';

/** Where BPF file systems are mounted. */
const bpffs = pinPath('/sys/fs/bpf');

/**
 * `fentryctl import`: a manifest from what is pinned, by others below a path, or by fentryctl itself under a name. It goes to
 * stdout, so that nothing is written over; nothing is changed.
 */
export async function importPins(context: Context): Promise<ExitStatus> {
  const { operands, options } = context;
  const [operand] = operands;
  const place = operand === undefined ? bpffs : placeOf(operand, options.root);
  return place.startsWith('/')
    ? importFound(context, pinPath(place), (await choosePinSearch())(pinPath(place), options.root))
    : importOwn(context, manifestName(place));
}

/** A name of ours, or a path with what others pinned. */
function placeOf(operand: string, root: PinPath): string {
  if (isName(operand)) return operand;
  const place = pinPath(path.resolve(operand));
  const own = manifestOf(root, place);
  if (own !== undefined) return own;
  if (place !== root && !place.startsWith(`${root}/`)) return place;
  throw new UsageError(`"${operand}" is of fentryctl itself, and no name below "${root}"`, {
    hint: 'give one of the names that "fentryctl status" shows',
  });
}

function importOwn(context: Context, name: ManifestName): ExitStatus {
  const { options, ports, log } = context;
  const layout = pinLayout(options.root, name);
  const observed = look(ports.kernel, layout, name);
  const rows = statusRows(layout, observed, undefined);
  if (rows.length === 0) {
    log(nothingText(name, manifestsUnder(ports.kernel, options.root)));
    printNothing(context, {});
    return ExitStatus.differs;
  }
  const read = objectReader(ports.inspect);
  const draft = draftOfRows(observed, rows, (loaded) =>
    loaded.file === undefined
      ? { comments: [], sha256: undefined, maxEntries: {}, unset: undefined }
      : sourceFrom(read(loaded.file), loaded, observed.maps),
  );
  print(context, draft, {});
  return ExitStatus.done;
}

function importFound(context: Context, directory: PinPath, found: FoundPins): ExitStatus {
  const draft = draftOfFound(directory, found);
  if (draft.objects.length > 0) {
    print(context, draft, foundFacts(found));
    return ExitStatus.done;
  }
  const { options, ports, log } = context;
  const names = manifestsUnder(ports.kernel, options.root);
  const own =
    names.length === 0 ? '' : `  hint: fentryctl itself pinned ${names.join(', ')}: name one\n`;
  log(
    `nothing to import: no fentry or fexit program of others is pinned below "${directory}"\n${own}`,
  );
  for (const { path: pin, what } of found.others) log(`left alone: ${pin}, ${what}\n`);
  printNothing(context, foundFacts(found));
  return ExitStatus.differs;
}

/** Programs are told so in the answer, too; as a manifest for people, nothing is no text at all. */
function printNothing({ options, out }: Context, facts: object): void {
  if (options.json) out(toJson({ manifest: null, ...facts, notes: [] }));
}

function print({ options, out }: Context, draft: Draft, facts: object): void {
  out(
    options.json
      ? toJson({ manifest: draftManifest(draft), ...facts, notes: draft.comments })
      : renderDraft(draft),
  );
}
