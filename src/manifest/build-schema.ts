import { writeFileSync } from 'node:fs';
import standalone from 'ajv/dist/standalone/index.js';
import { compileSchema } from './compile-schema.ts';

// Part of `npm run build`: writes the compiled schema beside the built files. CommonJS, since ajv's output requires its runtime.
const { ajv, check } = compileSchema();
writeFileSync(new URL('schema-check.cjs', import.meta.url), standalone.default(ajv, check));
