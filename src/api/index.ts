// What the api gives to doors, clients and faces: everything one may ask.
export { type Methods, methods } from './methods.ts'
