/**
 * The objects and arrays that the splitter is inside of, and the line that an object becomes.
 * What is easily got wrong: a line carries its owner's members, so an owner is written once for every batch of its spans.
 */
export interface ObjectFrame {
  kind: 'object'
  /** Index into the plan's levels. */
  level: number
  members: Map<string, Buffer>
  /** All its members are known, though reading has not come to its end. */
  complete: boolean
  /** Finished parts waiting to be written, by the key of their array. */
  parts: Map<string, Buffer[]>
  arrayKey: string
}

interface ArrayFrame {
  kind: 'array'
  /** Level of the objects in it. */
  level: number
}

export type Frame = ObjectFrame | ArrayFrame

const comma = Buffer.from(',')

/** An object whose array has not begun is a wrapper such as `{"data": …}`. */
export function isOwner(frame: Frame): frame is ObjectFrame {
  return frame.kind === 'object' && frame.arrayKey !== ''
}

export function objectFrame(level: number): ObjectFrame {
  return { kind: 'object', level, members: new Map(), complete: false, parts: new Map(), arrayKey: '' }
}

/** The text of a key; undefined when it is no JSON string. */
export function keyOf(quoted: Buffer): string | undefined {
  try {
    return JSON.parse(quoted.toString('utf8')) as string
  } catch {
    return undefined
  }
}

/** The object with the parts that wait in it, and none that were written before. */
export function rendered(frame: ObjectFrame): Buffer {
  const pieces: Buffer[] = []
  for (const [key, value] of frame.members)
    if (!frame.parts.has(key)) pieces.push(Buffer.from(`,${JSON.stringify(key)}:`), value)
  for (const [key, parts] of frame.parts) {
    pieces.push(Buffer.from(`,${JSON.stringify(key)}:[`))
    for (const [index, part] of parts.entries()) pieces.push(...(index > 0 ? [comma, part] : [part]))
    pieces.push(Buffer.from(']'))
  }
  pieces[0] = Buffer.concat([Buffer.from('{'), (pieces[0] as Buffer).subarray(1)])
  pieces.push(Buffer.from('}'))
  return Buffer.concat(pieces)
}
