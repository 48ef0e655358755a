import { renewApiReports } from './api/check-api.js'

console.log(renewApiReports())
