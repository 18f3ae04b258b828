/**
 * Proof from a relation's sample: pairs of trace and span, of which several may lie in one trace.
 * The spans named are those of the first trace only, because they are marked in its waterfall.
 */
export interface SampledProof {
  traceIds: string[]
  spanIds: string[]
  samples: number
}

/** `spanIds[i]` lies in `traceIds[i]`. */
export function sampledProof(traceIds: readonly string[], spanIds: readonly string[], samples: number): SampledProof {
  return {
    traceIds: [...new Set(traceIds)],
    spanIds: spanIds.filter((_, index) => traceIds[index] === traceIds[0]),
    samples,
  }
}

/** Several samples as one, the largest first: traces of each in turn until ten are named. */
export function joinedProof(proofs: readonly SampledProof[]): SampledProof {
  const ordered = proofs.toSorted((a, b) => b.samples - a.samples)
  const traceIds = [...new Set(ordered.flatMap((proof) => proof.traceIds))].slice(0, 10)
  return {
    traceIds,
    spanIds: ordered.find((proof) => proof.traceIds.length > 0)?.spanIds ?? [],
    samples: proofs.reduce((sum, proof) => sum + proof.samples, 0),
  }
}
