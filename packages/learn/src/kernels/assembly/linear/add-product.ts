/**
 * result += lines · input: `width` numbers for each index of the input and for each line of the result.
 *
 * Eight, two or one number of the width are summed at a time, each in the order of its line, so the bytes are those of
 * `linear/sparse-product.ts`.
 */
export function addProduct(pointers: usize, indices: usize, values: usize, lineCount: usize, input: usize, width: usize, result: usize): void {
  const stride = width << 3
  let at: usize = 0
  for (; at + 8 <= width; at += 8) addEight(pointers, indices, values, lineCount, input + (at << 3), stride, result + (at << 3))
  for (; at + 2 <= width; at += 2) addTwo(pointers, indices, values, lineCount, input + (at << 3), stride, result + (at << 3))
  if (at < width) addOne(pointers, indices, values, lineCount, input + (at << 3), stride, result + (at << 3))
}

function addEight(pointers: usize, indices: usize, values: usize, lineCount: usize, input: usize, stride: usize, result: usize): void {
  let i: usize = <usize>load<u32>(pointers) << 2
  for (let line: usize = 0, to = result; line < lineCount; line++, to += stride) {
    const end: usize = <usize>load<u32>(pointers + (line << 2), 4) << 2
    let s0 = f64x2.splat(0.0)
    let s1 = f64x2.splat(0.0)
    let s2 = f64x2.splat(0.0)
    let s3 = f64x2.splat(0.0)
    for (; i < end; i += 4) {
      const from = input + <usize>load<u32>(indices + i) * stride
      const value = f64x2.splat(<f64>load<f32>(values + i))
      s0 = f64x2.add(s0, f64x2.mul(value, v128.load(from)))
      s1 = f64x2.add(s1, f64x2.mul(value, v128.load(from, 16)))
      s2 = f64x2.add(s2, f64x2.mul(value, v128.load(from, 32)))
      s3 = f64x2.add(s3, f64x2.mul(value, v128.load(from, 48)))
    }
    v128.store(to, f64x2.add(v128.load(to), s0))
    v128.store(to, f64x2.add(v128.load(to, 16), s1), 16)
    v128.store(to, f64x2.add(v128.load(to, 32), s2), 32)
    v128.store(to, f64x2.add(v128.load(to, 48), s3), 48)
  }
}

function addTwo(pointers: usize, indices: usize, values: usize, lineCount: usize, input: usize, stride: usize, result: usize): void {
  let i: usize = <usize>load<u32>(pointers) << 2
  for (let line: usize = 0, to = result; line < lineCount; line++, to += stride) {
    const end: usize = <usize>load<u32>(pointers + (line << 2), 4) << 2
    let sum = f64x2.splat(0.0)
    for (; i < end; i += 4) {
      const from = input + <usize>load<u32>(indices + i) * stride
      sum = f64x2.add(sum, f64x2.mul(f64x2.splat(<f64>load<f32>(values + i)), v128.load(from)))
    }
    v128.store(to, f64x2.add(v128.load(to), sum))
  }
}

function addOne(pointers: usize, indices: usize, values: usize, lineCount: usize, input: usize, stride: usize, result: usize): void {
  let i: usize = <usize>load<u32>(pointers) << 2
  for (let line: usize = 0, to = result; line < lineCount; line++, to += stride) {
    const end: usize = <usize>load<u32>(pointers + (line << 2), 4) << 2
    let sum = 0.0
    for (; i < end; i += 4) sum += <f64>load<f32>(values + i) * load<f64>(input + <usize>load<u32>(indices + i) * stride)
    store<f64>(to, load<f64>(to) + sum)
  }
}
