import ts from 'typescript'

/** What became of a public API: lines that a person can act on. */
export interface ApiChanges {
  /** Code that compiled or ran against the old API may not against the new. */
  readonly breaks: readonly string[]
  readonly additions: readonly string[]
}

/** What may have been done with a type outside: read what we gave, given us one, or both. */
type Use = 'read' | 'given' | 'both'

type Declaration = ts.Statement & { readonly name?: ts.Node }

const printer = ts.createPrinter({ removeComments: true })

/**
 * Compares two reports of one entry. A removed export or member is a break, and so is every change of one except: a function takes more,
 * optionally; an object has more, optionally, or is only ever handed out by us; a union of an alias has more members.
 *
 * @param before - The report (or TypeScript declarations) of the last release; @param after - of now.
 */
export function compareApis(before: string, after: string): ApiChanges {
  const [old, now] = [readApi(before), readApi(after)]
  const breaks: string[] = []
  const additions: string[] = []
  const found: Findings = { breaks, additions }
  const uses = usesOf(old)
  for (const [name, declarations] of old) {
    const successors = now.get(name)
    if (!successors) {
      if (declarations.some(isExported)) breaks.push(`${name} was removed`)
    } else if (declarations.some(isExported) && !successors.some(isExported)) {
      breaks.push(`${name} is exported no more`)
    } else {
      compareDeclarations(name, declarations, successors, uses.get(name) ?? 'both', found)
    }
  }
  for (const [name, declarations] of now) if (!old.has(name) && declarations.some(isExported)) additions.push(`${name} is new`)
  return { breaks, additions }
}

interface Findings {
  readonly breaks: string[]
  readonly additions: string[]
}

function readApi(report: string): Map<string, Declaration[]> {
  const code = /```ts\n([\s\S]*?)\n```/.exec(report)?.[1] ?? report
  const source = ts.createSourceFile('api.d.ts', code, ts.ScriptTarget.ES2023, true)
  const declarations = new Map<string, Declaration[]>()
  const add = (name: string, declaration: Declaration): void => void declarations.set(name, [...(declarations.get(name) ?? []), declaration])
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) for (const { name } of statement.declarationList.declarations) add(name.getText(), statement)
    else if (ts.isExportDeclaration(statement)) add(textOf(statement), statement)
    else if (!ts.isImportDeclaration(statement)) add((statement as Declaration).name?.getText() ?? textOf(statement), statement)
  }
  return declarations
}

function compareDeclarations(name: string, old: readonly Declaration[], now: readonly Declaration[], use: Use, found: Findings): void {
  if (textOfAll(old) === textOfAll(now)) return
  const [before, after] = [old[0]!, now[0]!]
  if (old.length === 1 && now.length === 1) {
    if ((ts.isInterfaceDeclaration(before) && ts.isInterfaceDeclaration(after)) || (ts.isClassDeclaration(before) && ts.isClassDeclaration(after))) {
      if (headOf(before) !== headOf(after)) found.breaks.push(`${name} became another: ${headOf(after)}`)
      return compareMembers(name, before.members, after.members, ts.isClassDeclaration(before) ? 'read' : use, found)
    }
    if (ts.isTypeAliasDeclaration(before) && ts.isTypeAliasDeclaration(after) && listText(before.typeParameters) === listText(after.typeParameters)) {
      const isOptional = isAddition(before.type, after.type, use)
      return void (isOptional ? found.additions.push(`${name} has more`) : found.breaks.push(`${name} became another: ${textOf(after)}`))
    }
    if (ts.isVariableStatement(before) && ts.isVariableStatement(after)) {
      const [was, is] = [before, after].map((statement) => statement.declarationList.declarations[0]!.type)
      return void (was && is && isAddition(was, is, 'read') ? found.additions.push(`${name} has more`) : found.breaks.push(`${name} became another: ${textOf(after)}`))
    }
  }
  const kept = old.every((signature) => now.some((other) => ts.isFunctionDeclaration(signature) && ts.isFunctionDeclaration(other) && takesMore(signature, other)))
  if (kept) found.additions.push(`${name} takes more`)
  else found.breaks.push(`${name} became another: ${textOfAll(now)}`)
}

function compareMembers(name: string, old: readonly ts.Node[], now: readonly ts.Node[], use: Use, found: Findings): void {
  const [before, after] = [membersByKey(old), membersByKey(now)]
  for (const [key, members] of before) {
    const successors = after.get(key)
    if (!successors) found.breaks.push(`${name}.${key} was removed`)
    else if (textOfAll(members) !== textOfAll(successors)) {
      const kept = members.every((member) => successors.some((other) => isMemberKept(member, other, use)))
      if (kept) found.additions.push(`${name}.${key} takes or has more`)
      else found.breaks.push(`${name}.${key} became another: ${textOfAll(successors)}`)
    }
  }
  for (const [key, members] of after) {
    if (before.has(key)) continue
    if (use !== 'read' && members.some((member) => !isOptional(member))) found.breaks.push(`${name}.${key} is new and required, and others may make a ${name} without`)
    else if (members.some((member) => ts.canHaveModifiers(member) && ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword))) {
      found.breaks.push(`${name}.${key} is new and abstract, and others may extend ${name} without`)
    } else found.additions.push(`${name}.${key} is new`)
  }
}

function isMemberKept(before: ts.Node, after: ts.Node, use: Use): boolean {
  if (textOf(before) === textOf(after)) return true
  if (isSignature(before) && isSignature(after)) return takesMore(before, after)
  if (!ts.isPropertySignature(before) && !ts.isPropertyDeclaration(before)) return false
  if (!ts.isPropertySignature(after) && !ts.isPropertyDeclaration(after)) return false
  if (!before.type || !after.type || isOptional(before) !== isOptional(after) || listText(before.modifiers) !== listText(after.modifiers)) return false
  return isAddition(before.type, after.type, use)
}

/** Whether every call of the old signature is one of the new, with the same answer or one that has more. */
function takesMore(before: ts.SignatureDeclarationBase, after: ts.SignatureDeclarationBase): boolean {
  if (listText(before.typeParameters) !== listText(after.typeParameters)) return false
  const sameParameters = before.parameters.every((parameter, index) => {
    const other = after.parameters[index]
    if (!other || Boolean(parameter.dotDotDotToken) !== Boolean(other.dotDotDotToken) || (isOptional(parameter) && !isOptional(other))) return false
    return isAddition(parameter.type, other.type, 'given')
  })
  const others = after.parameters.slice(before.parameters.length)
  return sameParameters && others.every((parameter) => isOptional(parameter) || parameter.dotDotDotToken) && isAddition(before.type, after.type, 'read')
}

/** Whether a type stayed, or became one that has more without hurting that use. */
function isAddition(before: ts.TypeNode | undefined, after: ts.TypeNode | undefined, use: Use): boolean {
  if (!before || !after) return before === after
  if (textOf(before) === textOf(after)) return true
  if (ts.isTypeLiteralNode(before) && ts.isTypeLiteralNode(after)) {
    const found: Findings = { breaks: [], additions: [] }
    compareMembers('', before.members, after.members, use, found)
    return found.breaks.length === 0
  }
  if (ts.isTypeOperatorNode(before) && ts.isTypeOperatorNode(after) && before.operator === after.operator) return isAddition(before.type, after.type, use)
  if (ts.isArrayTypeNode(before) && ts.isArrayTypeNode(after)) return isAddition(before.elementType, after.elementType, use)
  if (ts.isTypeReferenceNode(before) && ts.isTypeReferenceNode(after) && textOf(before.typeName) === textOf(after.typeName)) {
    const [was, is] = [before.typeArguments ?? [], after.typeArguments ?? []]
    return was.length === is.length && was.every((argument, index) => isAddition(argument, is[index], use))
  }
  if (use === 'read' && !ts.isTypeAliasDeclaration(before.parent)) return false
  const unionOf = (type: ts.TypeNode): string[] => (ts.isUnionTypeNode(type) ? type.types.map(textOf) : [textOf(type)])
  const members = new Set(unionOf(after))
  return unionOf(before).every((member) => members.has(member))
}

/** How each type of an API is used outside, by where it stands in what is exported: as a parameter it is given, as a result read. */
function usesOf(api: ReadonlyMap<string, readonly Declaration[]>): Map<string, Use> {
  const uses = new Map<string, Use>()
  const note = (name: string, use: Use): void => {
    const known = uses.get(name)
    const together = known === undefined || known === use ? use : 'both'
    if (known === together) return
    uses.set(name, together)
    for (const declaration of api.get(name) ?? []) if (ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration)) walkChildren(declaration, together)
  }
  const walkChildren = (node: ts.Node, use: Use): void => ts.forEachChild(node, (child) => walk(child, use))
  const walk = (node: ts.Node, use: Use): void => {
    if (ts.isParameter(node)) walkChildren(node, use === 'read' ? 'given' : use === 'given' ? 'read' : 'both')
    else {
      if (ts.isIdentifier(node) && api.has(node.text) && (ts.isTypeReferenceNode(node.parent) || ts.isExpressionWithTypeArguments(node.parent))) note(node.text, use)
      walkChildren(node, use)
    }
  }
  for (const declarations of api.values()) {
    for (const declaration of declarations) if (isExported(declaration) && !ts.isInterfaceDeclaration(declaration) && !ts.isTypeAliasDeclaration(declaration)) walk(declaration, 'read')
  }
  // what no function here takes or gives is what other packages do either with
  for (const [name, declarations] of api) if (!uses.has(name) && declarations.some(isExported)) note(name, 'both')
  return uses
}

function membersByKey(members: readonly ts.Node[]): Map<string, ts.Node[]> {
  const byKey = new Map<string, ts.Node[]>()
  for (const member of members) {
    const name = (member as ts.NamedDeclaration).name
    const isStatic = ts.canHaveModifiers(member) && ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword)
    const accessor = ts.isSetAccessor(member) ? 'set ' : ''
    const key = `${isStatic ? 'static ' : ''}${accessor}${name ? name.getText() : ts.isConstructorDeclaration(member) ? 'constructor' : ts.SyntaxKind[member.kind]}`
    byKey.set(key, [...(byKey.get(key) ?? []), member])
  }
  return byKey
}

function headOf(declaration: ts.InterfaceDeclaration | ts.ClassDeclaration): string {
  return [listText(declaration.modifiers), declaration.name?.text ?? '', listText(declaration.typeParameters), listText(declaration.heritageClauses)].filter(Boolean).join(' ')
}

const isExported = (declaration: Declaration): boolean =>
  ts.isExportDeclaration(declaration) || Boolean(ts.canHaveModifiers(declaration) && ts.getModifiers(declaration)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
const isOptional = (node: ts.Node): boolean => Boolean((node as ts.ParameterDeclaration).questionToken)
const isSignature = (node: ts.Node): node is ts.SignatureDeclaration & ts.Node =>
  ts.isMethodDeclaration(node) || ts.isMethodSignature(node) || ts.isConstructorDeclaration(node) || ts.isCallSignatureDeclaration(node)
const textOf = (node: ts.Node): string => printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()).replaceAll(/\s+/g, ' ')
const textOfAll = (nodes: readonly ts.Node[]): string => nodes.map(textOf).join(' ')
const listText = (nodes: readonly ts.Node[] | undefined): string => (nodes ?? []).map((node) => textOf(node).trim()).join(' ')
