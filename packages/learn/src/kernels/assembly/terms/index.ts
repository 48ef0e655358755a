export { countLane } from './count-lane'
export { moveLane } from './term-table'
export { mergeLane } from './merge-lanes'
export { weighRows } from './weigh-rows'
