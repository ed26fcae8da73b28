import { compileSchema } from './compile-schema.ts';

/** The schema as a function. `npm run build` puts what ajv makes of it in the place of this, so that no command has to. */
export const schemaCheck = compileSchema().check;
