import { sha256 } from '@motadata/core'
import { BarChart, HeatmapChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent, VisualMapComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { Chart } from './chart.js'
import { optionsOfChart } from './chart-options.js'

export interface SvgOptions {
  /** Default 640. */
  readonly widthPixels?: number
}

/**
 * A chart as a picture: one SVG element, without scripts, that stands alone or inside a page. The same chart gives the same text.
 *
 * @example
 * renderSvg({ kind: 'bar', title: 'F1 a class', x: { name: 'F1' }, bars: [{ label: 'network', value: 0.9 }] }).startsWith('<svg') // => true
 */
export function renderSvg(chart: Chart, options: SvgOptions = {}): string {
  use([BarChart, HeatmapChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, VisualMapComponent, SVGRenderer])
  const { option, heightPixels } = optionsOfChart(chart)
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: options.widthPixels ?? 640, height: heightPixels })
  try {
    drawing.setOption(option)
    return withStableNames(drawing.renderToSVGString())
  } finally {
    drawing.dispose()
  }
}

/**
 * The library numbers the parts of its drawings for as long as the process runs; here they are named after what is drawn, so that
 * several drawings fit into one page. Its marks and rules for the mouse, which would reach every drawing of a page, are left out.
 */
function withStableNames(svg: string): string {
  const plain = svg.replace(/<style[^>]*>[\s\S]*?<\/style>/g, '').replace(/ (class="zr\d+-cls-\d+"|ecmeta_\w+="[^"]*")/g, '')
  const numbered = /\bzr\d+-([a-z]+\d+)\b/g
  const name = sha256(new TextEncoder().encode(plain.replace(numbered, '$1'))).slice(0, 12)
  return plain.replace(numbered, `drawing-${name}-$1`)
}
