import { compareApis } from '../../src/api/api-changes.js'

const before = `
export interface Options { readonly name: string; readonly limit?: number; }
export interface Report { readonly score: number; }
export interface Store { get(key: string): Promise<string>; }
export type Level = 'low' | 'high';
export class Trainer { constructor(options: Options); train(rows: number): Promise<Report>; }
export function open(options: { readonly port: number; }): Trainer;
export const limits: { readonly rows: number; };
`
const changed = (from: string, to: string) => compareApis(before, before.replace(from, to))

describe('a change that may break code outside', () => {
  test.each([
    ['an export is removed', "export type Level = 'low' | 'high';", '', 'Level was removed'],
    ['a method is removed', 'train(rows: number): Promise<Report>;', '', 'Trainer.train was removed'],
    ['a parameter has another type', 'train(rows: number)', 'train(rows: string)', 'Trainer.train became another: train(rows: string): Promise<Report>;'],
    ['one more argument is required', 'train(rows: number)', 'train(rows: number, seed: number)', 'Trainer.train became another: train(rows: number, seed: number): Promise<Report>;'],
    ['a result has another type', 'readonly score: number', 'readonly score: string', 'Report.score became another: readonly score: string;'],
    ['a result lacks what it had', 'readonly score: number;', '', 'Report.score was removed'],
    ['what callers give has to have more', 'readonly limit?: number;', 'readonly limit?: number; readonly seed: number;', 'Options.seed is new and required, and others may make a Options without'],
    ['what callers may leave out is required', 'limit?: number', 'limit: number', 'Options.limit became another: readonly limit: number;'],
    ['a port has one more method', 'get(key: string): Promise<string>;', 'get(key: string): Promise<string>; list(): string[];', 'Store.list is new and required, and others may make a Store without'],
    ['a union lost a member', "'low' | 'high'", "'low'", "Level became another: export type Level = 'low';"],
    ['a class extends another', 'class Trainer {', 'class Trainer extends Error {', 'Trainer became another: export Trainer extends Error'],
    ['an object that is given has to have more', '{ readonly port: number; }', '{ readonly port: number; readonly host: string; }', 'open became another: export function open(options: { readonly port: number; readonly host: string; }): Trainer;'],
  ])('%s', (_, from, to, expected) => {
    expect(changed(from, to)).toEqual({ breaks: [expected], additions: [] })
  })
})

describe('a change that breaks nothing', () => {
  test.each([
    ['an export is added', 'export const limits', 'export const other = 1;\nexport const limits', 'other is new'],
    ['a method is added to a class', 'train(rows', 'stop(): void; train(rows', 'Trainer.stop is new'],
    ['an argument may be given', 'train(rows: number)', 'train(rows: number, seed?: number)', 'Trainer.train takes or has more'],
    ['an option may be given', 'readonly limit?: number;', 'readonly limit?: number; readonly seed?: number;', 'Options.seed is new'],
    ['a result has more', 'readonly score: number;', 'readonly score: number; readonly rows: number;', 'Report.rows is new'],
    ['a union has one more member', "'low' | 'high'", "'low' | 'high' | 'highest'", 'Level has more'],
    ['an object that is given may have more', '{ readonly port: number; }', '{ readonly port: number; readonly host?: string; }', 'open takes more'],
    ['a constant has more', '{ readonly rows: number; }', '{ readonly rows: number; readonly cells: number; }', 'limits has more'],
  ])('%s', (_, from, to, expected) => {
    expect(changed(from, to)).toEqual({ breaks: [], additions: [expected] })
  })

  test('comments and the order of exports are no part of an API', () => {
    const [first = '', ...others] = before.trim().split('\n')
    expect(compareApis(before, [...others, `// another comment\n${first}`].join('\n'))).toEqual({ breaks: [], additions: [] })
  })
})
