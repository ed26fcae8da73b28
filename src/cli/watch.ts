export { watch } from './plan.ts';
