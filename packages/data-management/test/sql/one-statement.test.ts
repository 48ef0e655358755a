import { oneStatement } from '../../src/sql/one-statement.js'

it.each([
  ['select 1', 'select 1'], ['  select 1 ; ', 'select 1'], ["select 'a;b'", "select 'a;b'"], ['select "a;b" from t', 'select "a;b" from t'], ["select E'it\\'s;' as x", "select E'it\\'s;' as x"],
  ['select $tag$a;b$tag$', 'select $tag$a;b$tag$'], ['select 1 -- a;b', 'select 1 -- a;b'], ['select /* a;b */ 1', 'select /* a;b */ 1'],
])('%s is one', (sql, expected) => expect(oneStatement(sql)).toBe(expected))

it.each(['', ' ; ', 'select 1; drop table t', "select 'a'; select 'b'", "select E'\\''; drop table t --'", 'select 1; commit; delete from t', 'select 1;;', 'select $$a$$; select 1'])('%s is not', (sql) => {
  expect(() => oneStatement(sql)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }))
})
