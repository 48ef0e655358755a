import { renderSvg } from '../../src/index.js'
import { emptyCharts, sampleCharts } from '../sample-charts.js'

describe.each(sampleCharts)('the $kind chart $title', (chart) => {
  test('is one SVG element with its title and without scripts, whatever its names hold', () => {
    const svg = renderSvg(chart)
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\s*$/)
    expect(svg).toContain(`>${chart.title}</text>`)
    expect(svg).not.toMatch(/<script|<style|NaN|undefined/)
  })

  test('is the same text each time', () => {
    expect(renderSvg(chart)).toBe(renderSvg(chart))
  })

  test('is as wide as was asked for', () => {
    expect(renderSvg(chart, { widthPixels: 900 })).toContain('<svg width="900"')
  })
})

test.each(emptyCharts)('a chart with $title is drawn empty', (chart) => {
  expect(renderSvg(chart)).toContain(`>${chart.title}</text>`)
})

test('a bar is as long as its value', () => {
  const widthOf = (value: number): number => {
    const svg = renderSvg({ kind: 'bar', title: 'one', x: { name: 'x', minimum: 0, maximum: 1 }, bars: [{ label: 'a', value }] })
    return Number(/<path d="M[\d.]+ [\d.]+l([\d.]+) 0l[^"]*Z" fill="#0072b2"/.exec(svg)![1])
  }
  expect(widthOf(0.5) / widthOf(1)).toBeCloseTo(0.5, 2)
})

test('parts of two drawings in one page have names of their own', () => {
  const partNames = (svg: string): string[] => [...svg.matchAll(/ id="([^"]+)"/g)].map(([, name]) => name!)
  const [first, second] = [partNames(renderSvg(sampleCharts[0]!)), partNames(renderSvg(sampleCharts[1]!))]
  expect(first.length).toBeGreaterThan(0)
  expect(first.filter((name) => second.includes(name))).toEqual([])
})
