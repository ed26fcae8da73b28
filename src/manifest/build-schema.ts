import { writeFileSync } from 'node:fs';
import path from 'node:path';
import standalone from 'ajv/dist/standalone/index.js';
import { compileSchema } from './compile-schema.ts';

// Part of `npm run build`: takes the place of what TypeScript made of schema-check.ts.
const { ajv, check } = compileSchema();
const file = path.join(import.meta.dirname, 'schema-check.js');
writeFileSync(file, `${standalone.default(ajv, check)}\nexport { validate as schemaCheck };\n`);
